import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { main } from "../lib/cli";
import { answerIn, type Answer } from "./support/here";

const root = join(__dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "phaseline-cli-"));
afterAll(() => rmSync(scratch, { recursive: true }));
beforeAll(() => require("../bin/build.js").build());

let projects = 0;
/** A project of its own with this one's settings and these files. */
function project(files: Record<string, string>): string {
  const directory = join(scratch, String(projects++));
  mkdirSync(directory);
  cpSync(join(root, "cdktf.json"), join(directory, "cdktf.json"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

/** As it is called. */
function run(directory: string, ...args: string[]) {
  return spawnSync(process.execPath, [join(root, "bin/phaseline.js"), ...args], { cwd: directory, encoding: "utf8", env: { PATH: process.env["PATH"] } });
}

/** The same in this process. */
function phaseline(directory: string, ...args: string[]): Answer {
  return answerIn(directory, () => main(["node", "phaseline", ...args]));
}

const SPEC = ".specweave/increments/0001-api/spec.md";
const ALL = [
  "# API",
  "",
  "- [ ] **AC-US1-01**: Deploy API to Kubernetes cluster (P1)",
  "- [x] **AC-US1-02**: Configure auto-scaling (2-10 pods) (P1)",
  "- **AC-US1-03**: Set up Prometheus metrics (P1)",
  "- [~] **AC-US1-04**: Configure CI/CD pipeline (P1)",
  "- [x] **AC-US1-05**: Deploy the worker to Hetzner Cloud (P1)",
  "- [ ] **AC-US1-06**: The login button is blue (P1)",
  "- [-] **AC-US1-07**: Cache sessions in Redis (P2)",
  `- [ ] **AC-US1-08**: Something else <!-- phaseline: cdn origin=application --> (P1)`,
  "",
].join("\n");

describe("status", () => {
  const directory = project({ [SPEC]: ALL });

  test("tells of every criterion what became of it, of those that fail the synth too, and writes nothing", () => {
    const { status, stdout, stderr } = run(directory, "status");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toEqual([
      "0001-api · API",
      "  ✓ [ ] AC-US1-01 (P1) Deploy API to Kubernetes cluster",
      "  ✓ [x] AC-US1-02 (P1) Configure auto-scaling (2-10 pods)",
      "  ✓ AC-US1-03 (P1) Set up Prometheus metrics",
      "  ✓ [~] AC-US1-04 (P1) Configure CI/CD pipeline",
      "  ? [x] AC-US1-05 (P1) Deploy the worker to Hetzner Cloud",
      `      ${SPEC}:7:9: unsupported: It asks for Hetzner, and Phaseline provisions AWS and Kubernetes. Write instead, for example: "Deploy the service to the EKS cluster".`,
      "      its box is ticked, but it is not proven; it was left as it is",
      "  – [ ] AC-US1-06 (P1) The login button is blue",
      `      ${SPEC}:8:9: no matter of infrastructure: No words of it name a capability of infrastructure.`,
      "  – [-] AC-US1-07 (P2) Cache sessions in Redis",
      `      ${SPEC}:9:9: deferred`,
      "  ✗ [ ] AC-US1-08 (P1) Something else",
      `      ${SPEC}:10:9: failed`,
      '      cdn: no distribution before a load balancer: it needs a fleet ("Application Load Balancer routes traffic to healthy instances") and context.phaseline.domain; files are "static assets"; wanted: a CloudFront distribution before the application\'s load balancer',
      "",
      "8 criteria: 4 proven, 1 failed, 1 unsupported, 1 no matter of infrastructure, 1 deferred",
      "",
    ]);
    expect(readFileSync(join(directory, SPEC), "utf8")).toBe(ALL);
    expect(existsSync(join(directory, "cdktf.out"))).toBe(false);
  });

  test("says the same to programs", () => {
    const { criteria, tally, increments, written } = JSON.parse(phaseline(directory, "status", "--json").stdout);
    expect(increments).toEqual([{ id: "0001-api", title: "API", file: SPEC }]);
    expect(criteria.map(({ id, outcome, box, tickedWithoutProof }: any) => [id, outcome, box, tickedWithoutProof])).toEqual([
      ["AC-US1-01", "proven", "open", false],
      ["AC-US1-02", "proven", "ticked", false],
      ["AC-US1-03", "proven", "none", false],
      ["AC-US1-04", "proven", "other", false],
      ["AC-US1-05", "unsupported", "ticked", true],
      ["AC-US1-06", "not-infrastructure", "open", false],
      ["AC-US1-07", "deferred", "other", false],
      ["AC-US1-08", "failed", "open", false],
    ]);
    expect(tally).toEqual({ proven: 4, unsupported: 1, "not-infrastructure": 1, deferred: 1, failed: 1 });
    expect(written).toBeUndefined();
  });

  test.each(["0001-api", "1", ".specweave/increments/0001-api"])("knows the increment as %s", (name) => {
    const two = project({ [SPEC]: ALL, ".specweave/increments/0002-more/spec.md": "- **AC-US1-01**: Set up Prometheus metrics\n" });
    const { stdout } = phaseline(two, "status", name, "--json");
    expect(JSON.parse(stdout).increments.map(({ id }: { id: string }) => id)).toEqual(["0001-api"]);
  });

  test("judges a file that is no increment alone, also where there are no increments", () => {
    const alone = project({ "requirements.md": "### Requirement 1\n\n#### Acceptance Criteria\n\n1. THE System SHALL deploy the API to a Kubernetes cluster\n" });
    const { status, stdout } = phaseline(alone, "status", "requirements.md");
    expect(status).toBe(0);
    expect(stdout).toBe("requirements\n  ✓ AC-1.1 THE System SHALL deploy the API to a Kubernetes cluster\n\n1 criterion: 1 proven\n");
  });

  test("an increment that is not there is a fault that names those that are", () => {
    const { status, stdout, stderr } = run(directory, "status", "0009");
    expect([status, stdout, stderr]).toEqual([1, "", 'there is no increment "0009", and no file of that name.\n    → Name one of 0001-api.\n']);
  });
});

describe("status --write", () => {
  test("ticks the open box of what is proven, says what it left alone, and has nothing to do the second time", () => {
    const directory = project({ [SPEC]: `\uFEFF${ALL.replace(/\n/g, "\r\n")}` });
    const first = run(directory, "status", "--write");
    expect([first.status, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toContain(
      `\n${SPEC}: ticked AC-US1-01\n  proven, without a check box, left alone: AC-US1-03\n  proven, but marked otherwise by its author, left alone: AC-US1-04\n`,
    );
    expect(readFileSync(join(directory, SPEC), "utf8")).toBe(`\uFEFF${ALL.replace("[ ] **AC-US1-01", "[x] **AC-US1-01").replace(/\n/g, "\r\n")}`);
    expect(phaseline(directory, "status", "--write").stdout).toContain(`\n${SPEC}: nothing to tick\n`);
  });

  test("touches only the increment that was named", () => {
    const other = ".specweave/increments/0002-more/spec.md";
    const directory = project({ [SPEC]: ALL, [other]: "- [ ] **AC-US1-01**: Set up Prometheus metrics\n" });
    expect(phaseline(directory, "status", "2", "--write").status).toBe(0);
    expect(readFileSync(join(directory, SPEC), "utf8")).toBe(ALL);
    expect(readFileSync(join(directory, other), "utf8")).toBe("- [x] **AC-US1-01**: Set up Prometheus metrics\n");
  });

  test("does not tick what asks for nothing in particular", () => {
    const directory = project({ [SPEC]: "- [ ] **AC-US1-01**: The API is deployed to AWS (P1)\n" });
    expect(phaseline(directory, "status", "--write").stdout).toContain(`${SPEC}: nothing to tick`);
    expect(readFileSync(join(directory, SPEC), "utf8")).toContain("[ ]");
  });

  test("writes nothing where an input is faulty", () => {
    const directory = project({ [SPEC]: ALL, ".specweave/increments/0002-more/spec.md": "" });
    const { status, stdout, stderr } = phaseline(directory, "status", "--write");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("0002-more/spec.md:1:1: the file is empty.");
    expect(readFileSync(join(directory, SPEC), "utf8")).toBe(ALL);
  });
});
