import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../lib/cli";
import { answerIn, type Answer } from "../support/here";

const root = join(__dirname, "../..");
const scratch = mkdtempSync(join(tmpdir(), "phaseline-test-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const SPEC = ".specweave/increments/0001-api/spec.md";
const CRITERIA = ["# API", "", "- **AC-US1-01**: Configure auto-scaling (2-10 pods) (P1)", "- **AC-US1-02**: Set up Prometheus metrics (P1)", "- **AC-US1-03**: The login button is blue (P1)", "- **AC-US1-04**: Configure CI/CD pipeline (P1)", ""];
const STACK = "production-platform";
const TESTS = `cdktf.out/stacks/${STACK}/tests/0001-api.tftest.hcl`;

/** Stands in for Terraform: says of each run what `answers` says, in the form of `terraform test -json`, and skips what follows an error. */
const FAKE = `#!/bin/sh
if [ -n "$CALLS" ]; then echo "$@" >> "$CALLS"; fi
case "$1" in
  version) echo "{\\"terraform_version\\": \\"$VERSION\\"}" ;;
  init) if [ -n "$INIT" ]; then printf '\\nError: %s\\n\\n' "$INIT" >&2; exit 1; fi ;;
  test) exec "${process.execPath}" "$0.js" "$@" ;;
esac
`;
const FAKE_TEST = `
const { readFileSync } = require("node:fs");
const answers = JSON.parse(process.env.ANSWERS);
const file = process.argv.find((arg) => arg.startsWith("-filter=")).slice(8);
if (answers.general) { console.log(JSON.stringify({ type: "diagnostic", diagnostic: { severity: "error", summary: answers.general } })); process.exit(1); }
let skip = false;
for (const [, run] of readFileSync(file, "utf8").matchAll(/^run "(.*)" /gm)) {
  const answer = answers[process.cwd().split("/").pop() + "/" + run];
  console.log(JSON.stringify({ "@testrun": run, type: "test_run", test_run: { run, progress: "complete", status: skip ? "skip" : answer?.status ?? "pass" } }));
  if (answer && !skip) console.log(JSON.stringify({ "@testrun": run, type: "diagnostic", diagnostic: { severity: "error", ...answer.diagnostic } }));
  skip ||= answer?.status === "error";
}
`;
const terraform = join(scratch, "terraform");

beforeAll(() => {
  require("../../bin/build.js").build();
  writeFileSync(terraform, FAKE, { mode: 0o755 });
  writeFileSync(`${terraform}.js`, FAKE_TEST);
});

let projects = 0;
function synthesized(criteria: readonly string[]): string {
  const directory = join(scratch, String(projects++));
  mkdirSync(join(directory, ".specweave/increments/0001-api"), { recursive: true });
  cpSync(join(root, "cdktf.json"), join(directory, "cdktf.json"));
  writeFileSync(join(directory, SPEC), criteria.join("\n"));
  const { status, stderr } = spawnSync(process.execPath, [join(root, "bin/app.js")], { cwd: directory, encoding: "utf8", env: { PATH: process.env["PATH"] } });
  expect([status, stderr]).toEqual([0, ""]);
  return directory;
}

/** A copy of one project that was synthesized; where it lies stands nowhere in it. */
function project(): string {
  const directory = join(scratch, String(projects++));
  cpSync((original ??= synthesized(CRITERIA)), directory, { recursive: true });
  return directory;
}
let original: string | undefined;

interface Answers extends Readonly<Record<string, unknown>> {
  readonly version?: string;
  readonly init?: string;
}
const environment = (directory: string, { version = "1.11.4", init = "", ...answers }: Answers) => ({
  PATH: process.env["PATH"], TERRAFORM_BINARY_NAME: terraform, VERSION: version, INIT: init, ANSWERS: JSON.stringify(answers), CALLS: join(directory, "calls"),
});

/** As it is called. */
function run(directory: string, env: NodeJS.ProcessEnv) {
  return spawnSync(process.execPath, [join(root, "bin/phaseline.js"), "test"], { cwd: directory, encoding: "utf8", env });
}

/** The same in this process; only Terraform's stand-in has processes of its own. */
function phaseline(directory: string, answers: Answers = {}, ...args: string[]): Answer {
  return answerIn(directory, () => main(["node", "phaseline", "test", ...args]), environment(directory, answers));
}

const lines = ({ stdout }: { readonly stdout: string }): readonly string[] => stdout.split("\n");
const told = ({ stderr }: { readonly stderr: string }): string => stderr.replaceAll(scratch, "…");

describe("phaseline test", () => {
  const directory = project();

  test("tells of each criterion whether it is met, by its proof and by Terraform", () => {
    const result = run(directory, environment(directory, {}));
    expect([result.status, result.stderr]).toEqual([0, ""]);
    expect(lines(result)).toEqual([
      "0001-api · API",
      "  ✓ AC-US1-01 (P1) Configure auto-scaling (2-10 pods)",
      "      proof holds, terraform test passes in production-platform",
      "  ✓ AC-US1-02 (P1) Set up Prometheus metrics",
      "      proof holds, terraform test passes in production-platform",
      "  – AC-US1-03 (P1) The login button is blue",
      "      no matter of infrastructure: No words of it name a capability of infrastructure.",
      "  ✓ AC-US1-04 (P1) Configure CI/CD pipeline",
      "      proof holds, terraform test passes in production and production-platform",
      "",
      "4 criteria: 3 met, 1 not tested",
      "",
    ]);
  });

  test("asks Terraform for its own files alone, without a backend and without a question", () => {
    writeFileSync(join(directory, "calls"), "");
    writeFileSync(join(directory, `cdktf.out/stacks/${STACK}/tests/own.tftest.hcl`), 'run "own" {\n}\n');
    expect(phaseline(directory, {}, "0001", "--stack", STACK).status).toBe(0);
    expect(readFileSync(join(directory, "calls"), "utf8").split("\n")).toEqual([
      "version -json",
      "init -backend=false -input=false -no-color",
      "test -json -test-directory=tests -filter=tests/0001-api.tftest.hcl",
      "",
    ]);
  });

  test("tells which assertion failed, of which stack, and where the criterion stands", () => {
    const detail = `AC-US1-01 "Configure auto-scaling (2-10 pods)" (${SPEC}:3:5): spec.min_replicas of kubernetes_x.y must be 2.`;
    const result = run(directory, environment(directory, { [`${STACK}/AC-US1-01`]: { status: "fail", diagnostic: { summary: "Test assertion failed", detail } } }));
    expect(result.status).toBe(1);
    expect(lines(result).slice(1, 5)).toEqual([
      "  ✗ AC-US1-01 (P1) Configure auto-scaling (2-10 pods)",
      `      ${SPEC}:3:5`,
      "      production-platform: spec.min_replicas of kubernetes_x.y must be 2.",
      "  ✓ AC-US1-02 (P1) Set up Prometheus metrics",
    ]);
    expect(lines(result).at(-2)).toBe("4 criteria: 2 met, 1 not met, 1 not tested");
  });

  test("runs those again that Terraform skips after an error, and leaves nothing behind", () => {
    const result = phaseline(directory, { [`${STACK}/AC-US1-01`]: { status: "error", diagnostic: { summary: "Reference to undeclared resource", detail: "It has\nnot been declared." } } });
    expect(result.status).toBe(1);
    expect(lines(result)).toContain("      production-platform: Reference to undeclared resource: It has not been declared.");
    expect(lines(result)).toContain("  ✓ AC-US1-04 (P1) Configure CI/CD pipeline");
    expect(existsSync(join(directory, `cdktf.out/stacks/${STACK}/.phaseline-tests`))).toBe(false);
  });

  test("tells programs the same", () => {
    const { criteria, tally } = JSON.parse(phaseline(directory, {}, "--json").stdout);
    expect(tally).toEqual({ passes: 3, fails: 0, "not-tested": 1 });
    expect(criteria[0]).toMatchObject({ id: "AC-US1-01", location: `${SPEC}:3:5`, outcome: "proven", verdict: "passes", runs: [{ stack: STACK, file: "0001-api.tftest.hcl", run: "AC-US1-01", status: "pass", messages: [] }] });
  });

  test("says why where Terraform cannot begin", () => {
    const result = phaseline(directory, { init: "Failed to query available provider packages" });
    expect(result.status).toBe(1);
    expect(lines(result)).toContain(`      production-platform: not run: ${terraform} init failed: Failed to query available provider packages`);
    const broken = phaseline(directory, { general: "Unsupported block type" });
    expect(broken.status).toBe(1);
    expect(lines(broken)).toContain("      production-platform: not run: Unsupported block type");
  });
});

describe("phaseline test of what was changed by hand", () => {
  test("tells by the proof what Terraform's tests do not reach: a generated file", () => {
    const directory = project();
    const workflow = join(directory, "cdktf.out/artifacts/.github/workflows/deploy.yml");
    writeFileSync(workflow, readFileSync(workflow, "utf8").replaceAll("rollout status", "rollout history"));
    const result = phaseline(directory);
    expect(result.status).toBe(1);
    expect(lines(result)).toContain("  ✗ AC-US1-04 (P1) Configure CI/CD pipeline");
    expect(lines(result).some((line) => line.startsWith("      pipeline: no rollout status; wanted: "))).toBe(true);
  });

  test("refuses tests that are not as they were made", () => {
    const directory = project();
    const file = join(directory, TESTS);
    writeFileSync(file, readFileSync(file, "utf8").replace("min_replicas), 2)", "min_replicas), 3)"));
    const fault = (path: string) => `${path} is not as the synth left it.\n    → Run \`npm run synth\` again; the file is not to be edited.\n`;
    const result = phaseline(directory);
    expect([result.status, result.stderr]).toEqual([1, fault(TESTS)]);
    rmSync(file);
    expect(phaseline(directory).stderr).toBe(fault(TESTS));
    rmSync(join(directory, "cdktf.out/stacks/production/tests"), { recursive: true });
    expect(phaseline(directory).stderr).toBe("cdktf.out holds no tests.\n    → Run `npm run synth` again.\n");
  });

  test("does not take old tests for those of a criterion that was changed, or is new", () => {
    const directory = project();
    writeFileSync(join(directory, SPEC), [...CRITERIA.slice(0, -1), "- **AC-US1-05**: Deploy API to Kubernetes cluster (P1)", ""].join("\n").replace("Set up Prometheus metrics", "Prometheus metrics are collected"));
    const result = phaseline(directory);
    expect(result.status).toBe(1);
    expect(lines(result)).toEqual(expect.arrayContaining(["      it was written otherwise when the output was made: run `npm run synth`", "      it is not in the output: run `npm run synth`"]));
  });
});

describe("phaseline test says what is missing", () => {
  test("a synth", () => {
    const directory = project();
    rmSync(join(directory, "cdktf.out"), { recursive: true });
    expect(phaseline(directory).stderr).toBe("cdktf.out holds no finished synth.\n    → Run `npm run synth` (or `npx cdktf synth`) first; where it fails, it says why.\n");
  });

  test("a stack", () => {
    const result = phaseline(project(), {}, "--stack", "staging");
    expect([result.status, result.stderr]).toEqual([1, "there is no stack staging in cdktf.out.\n    → Name one of production, production-platform.\n"]);
  });

  const remedy = "Install Terraform 1.11 or newer (https://developer.hashicorp.com/terraform/install), or name its command in TERRAFORM_BINARY_NAME.";

  test("Terraform, or a new enough one", () => {
    const directory = project();
    const without = run(directory, { PATH: "/nowhere" });
    expect([without.status, without.stderr]).toEqual([1, `terraform cannot be run: spawnSync terraform ENOENT.\n    → ${remedy}\n`]);
    const old = phaseline(directory, { version: "1.7.5" });
    expect([old.status, told(old)]).toEqual([1, `…/terraform is version 1.7; the tests need 1.11 or newer.\n    → ${remedy}\n`]);
  });

  test("nothing, where criteria need no Terraform", () => {
    const directory = synthesized(["# API", "", "- **AC-US1-01**: The login button is blue (P1)", ""]);
    const result = phaseline(directory);
    expect([result.status, result.stderr]).toEqual([0, ""]);
    expect(lines(result).at(-2)).toBe("1 criterion: 1 not tested");
    expect(existsSync(join(directory, "calls"))).toBe(false);
  });
});
