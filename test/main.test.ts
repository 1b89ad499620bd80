import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { main } from "../main";
import { answerIn, type Answer } from "./support/here";

const root = join(__dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "phaseline-main-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Compiled once, by the app itself, before the tests run it many times. */
beforeAll(() => require("../bin/build.js").build());

let projects = 0;
/** A project of its own with this one's settings and the given increments, `{name: spec}`. */
function project(increments: Record<string, string> = { "0012-production-infrastructure": SEED }): string {
  const directory = join(scratch, String(projects++));
  mkdirSync(directory);
  cpSync(join(root, "cdktf.json"), join(directory, "cdktf.json"));
  for (const [name, spec] of Object.entries(increments)) {
    mkdirSync(join(directory, ".specweave/increments", name), { recursive: true });
    writeFileSync(join(directory, ".specweave/increments", name, "spec.md"), spec);
  }
  return directory;
}
const SEED = readFileSync(join(root, ".specweave/increments/0012-production-infrastructure/spec.md"), "utf8");

/** As `npm run synth` does it. */
function run(directory: string, env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [join(root, "bin/app.js")], { cwd: directory, encoding: "utf8", env: { PATH: process.env["PATH"], ...env } });
}

/** The same in this process, of which cdktf knows nothing but the directory. */
function synth(directory: string, env: NodeJS.ProcessEnv = {}): Answer {
  return answerIn(directory, () => main(env));
}

function files(directory: string): Record<string, string> {
  const list = (path: string): string[] => (statSync(path).isDirectory() ? readdirSync(path).sort().flatMap((name) => list(join(path, name))) : [path]);
  return Object.fromEntries(list(directory).map((path) => [relative(directory, path), readFileSync(path, "utf8")]));
}

describe("the main job", () => {
  const directory = project();
  const { stdout, stderr, status } = run(directory);
  const written = files(join(directory, "cdktf.out"));

  test("reads increment 0012 and proves all four criteria", () => {
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toMatchSnapshot();
  });

  test("writes Terraform, generated files and the trace", () => {
    expect(Object.keys(written)).toEqual([
      "artifacts/.github/workflows/deploy.yml",
      "artifacts/k8s/00-namespace.yaml",
      "artifacts/k8s/10-service-account.yaml",
      "artifacts/k8s/20-deployment.yaml",
      "artifacts/k8s/30-service.yaml",
      "artifacts/k8s/40-horizontal-pod-autoscaler.yaml",
      "artifacts/k8s/50-pod-disruption-budget.yaml",
      "manifest.json",
      "stacks/production/cdk.tf.json",
      "stacks/production/tests/0012-production-infrastructure.tftest.hcl",
      "stacks/production-platform/cdk.tf.json",
      "stacks/production-platform/tests/0012-production-infrastructure.tftest.hcl",
      "traceability.json",
      "traceability.md",
    ]);
    const { criteria } = JSON.parse(written["traceability.json"] ?? "");
    expect(criteria.map(({ id, outcome, location }: Record<string, unknown>) => [id, outcome, location])).toEqual(
      [5, 6, 7, 8].map((line, index) => [`AC-US1-0${index + 1}`, "proven", `.specweave/increments/0012-production-infrastructure/spec.md:${line}:5`]),
    );
  });

  test("writes Terraform's own tests, a run a criterion", () => {
    const tests = (stack: string) => written[`stacks/${stack}/tests/0012-production-infrastructure.tftest.hcl`] ?? "";
    expect(tests("production").match(/^run ".*"/gm)).toEqual(['run "AC-US1-01"', 'run "AC-US1-04"']);
    // What it is made from changes with anything in the stacks.
    expect(tests("production-platform").replace(/Made from \w+, as \w+/, "Made from …, as …")).toMatchSnapshot();
  });

  test("gives the same bytes in another directory, at another time, in another locale", () => {
    const other = project();
    expect(run(other, { TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" }).status).toBe(0);
    expect(files(join(other, "cdktf.out"))).toEqual(written);
  });

  test("names no machine, and no time", () => {
    const all = Object.values(written).join("\n");
    expect(all).not.toContain(directory);
    expect(all).not.toContain(root);
    expect(all).not.toMatch(new RegExp(`${new Date().getFullYear()}-\\d\\d-\\d\\d`));
  });

  test("loads no provider barrel, and of cdktf not the packer of archives, which others still get", () => {
    const probe = join(scratch, "probe.js");
    writeFileSync(
      probe,
      `process.on("exit", () => {
        const needless = Object.keys(require.cache).filter((path) => /provider-[a-z]+.lib.index\\.js$|\\barchiver\\b/.test(path));
        const { create } = require("node:module").createRequire(require.resolve("cdktf", { paths: [${JSON.stringify(root)}] }))("archiver");
        process.stderr.write(JSON.stringify({ needless, create: typeof create }));
      });`,
    );
    const result = spawnSync(process.execPath, ["-r", probe, join(root, "bin/app.js")], { cwd: project(), encoding: "utf8" });
    expect([result.status, JSON.parse(result.stderr)]).toEqual([0, { needless: [], create: "function" }]);
  });

  test("honours the CLI's output directory and form", () => {
    const elsewhere = project();
    expect(run(elsewhere, { CDKTF_OUTDIR: "build/tf", SYNTH_HCL_OUTPUT: "true" }).status).toBe(0);
    const paths = Object.keys(files(join(elsewhere, "build/tf")));
    expect(paths).toContain("stacks/production/cdk.tf");
    expect(existsSync(join(elsewhere, "cdktf.out"))).toBe(false);
    expect(readFileSync(join(elsewhere, "build/tf/stacks/production/cdk.tf"), "utf8")).toContain('path = "../../../../terraform.production.tfstate"');
  });

  test("takes the increments from PHASELINE_INCREMENTS", () => {
    const other = project({});
    mkdirSync(join(other, "specs/0001-network"), { recursive: true });
    writeFileSync(join(other, "specs/0001-network/spec.md"), "# Network\n\n- **AC-US1-01**: Scale the API between 3 and 12 pods (P1)\n");
    const result = synth(other, { PHASELINE_INCREMENTS: "specs" });
    expect(result.stderr).toBe("");
    expect(result.stdout).toContain("with min 3 and max 12");
  });
});

describe("archived increments", () => {
  const DATABASE = "- **AC-US1-01**: RDS PostgreSQL database with daily backups (P1)\n";
  const FAULT =
    ".specweave/increments/_archive/0001-data/spec.md:1:1: an archived increment asks for infrastructure (0001-data), and it is not said whether it still stands. Without it, the next apply would remove what it made.\n" +
    '    → Write `"increments": { "archived": true }` into context.phaseline of cdktf.json to keep it, or `false` if none of it was ever applied or all of it is to go.\n';
  const both = () => project({ "_archive/0001-data": DATABASE, "0012-production-infrastructure": SEED });
  const addresses = (directory: string) => readFileSync(join(directory, "cdktf.out/stacks/production/cdk.tf.json"), "utf8");
  const set = (directory: string, archived: boolean) => {
    const file = join(directory, "cdktf.json");
    const config = JSON.parse(readFileSync(file, "utf8"));
    config.context.phaseline.increments = { archived };
    writeFileSync(file, JSON.stringify(config));
    return directory;
  };

  test("that ask for infrastructure have to be stated to stand or not, and nothing is written until then", () => {
    const directory = both();
    const { status, stderr } = synth(directory);
    expect([status, stderr]).toEqual([1, FAULT]);
    expect(existsSync(join(directory, "cdktf.out/manifest.json"))).toBe(false);
  });

  test.each([
    ["the setting", (directory: string) => set(directory, true), {}],
    ["the environment, before the setting", (directory: string) => set(directory, false), { PHASELINE_ARCHIVED: "true" }],
  ])("stand with the others where %s says so", (_, prepare, env) => {
    const directory = prepare(both());
    const { status, stdout, stderr } = synth(directory, env);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("5 criteria: 5 proven");
    expect(addresses(directory)).toContain("aws_db_instance");
  });

  test("are left out where the setting says so; what the last run made of them and nobody asks for is told", () => {
    const directory = set(both(), true);
    expect(synth(directory).status).toBe(0);
    const { status, stdout, stderr } = synth(set(directory, false));
    expect(status).toBe(0);
    expect(stdout).toContain("4 criteria: 4 proven");
    expect(stderr).toBe(
      "0001-data is not read any more, and nothing else asks for what it made. The next apply removes:\n        production: aws_db_instance.database\n" +
        "    → If that is not meant, bring the increment back, or include archived ones (context.phaseline.increments.archived); otherwise look at the plan first.\n",
    );
  });

  test("that ask for no infrastructure need no word", () => {
    const directory = project({ "_archive/0001-login": "- **AC-US1-01**: The login button is blue (P1)\n", "_archive/0002-empty": "", "0012-production-infrastructure": SEED });
    expect(synth(directory)).toMatchObject({ status: 0, stderr: "" });
  });

  test("a word that is neither true nor false is refused", () => {
    expect(synth(both(), { PHASELINE_ARCHIVED: "yes" }).stderr).toBe('PHASELINE_ARCHIVED is "yes".\n    → Set it to true or false, or leave it to context.phaseline.increments.archived.\n');
  });
});

describe("when a P1 criterion cannot be met", () => {
  const spec = SEED.replace("Set up Prometheus metrics", "Deploy to Hetzner Cloud");

  test("synth ends with 1, says where, what and what to do, and leaves nothing that looks complete", () => {
    const directory = project();
    expect(synth(directory).status).toBe(0);
    mkdirSync(join(directory, "cdktf.out/stacks/production/.terraform"));
    writeFileSync(join(directory, ".specweave/increments/0012-production-infrastructure/spec.md"), spec);
    const { status, stdout, stderr } = run(directory);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^\.specweave\/increments\/0012-production-infrastructure\/spec\.md:7:5: AC-US1-03 \(P1\) "Deploy to Hetzner Cloud" is not supported: .*Hetzner.*\n {4}→ /);
    expect(Object.keys(files(join(directory, "cdktf.out")))).toEqual([]);
    // Terraform's own files stay: the next run needs no init.
    expect(existsSync(join(directory, "cdktf.out/stacks/production/.terraform"))).toBe(true);
  });

  test("a lower priority is reported, and does not fail", () => {
    const { status, stdout } = synth(project({ "0012-production-infrastructure": spec.replace("Hetzner Cloud (P1)", "Hetzner Cloud (P2)") }));
    expect(status).toBe(0);
    expect(stdout).toContain("? AC-US1-03 (P2) Deploy to Hetzner Cloud");
  });

  test("a criterion that is no matter of infrastructure is listed, and does not fail", () => {
    const { status, stdout } = synth(project({ "0012-production-infrastructure": `${SEED.replace("## Infrastructure Stack", "- **AC-US1-05**: The login button is blue (P1)\n\n## Infrastructure Stack")}` }));
    expect(status).toBe(0);
    expect(stdout).toContain("– AC-US1-05 (P1) The login button is blue");
  });
});

describe("hostile text", () => {
  const HOSTILE = [
    '${file("/etc/passwd")}',
    "%{ for x in [1] }x%{ endfor }",
    '"; rm -rf / #',
    "{{ .Values.secret }}",
    "${{ github.token }}",
    "*anchor &anchor !!js/function",
    "`$(id)`",
    "| a | b |",
    "<script>alert(1)</script>",
  ];
  const directory = project({
    "0012-production-infrastructure": SEED.replace(/(- \*\*AC-US1-0(\d)\*\*: )(.*) \(P1\)/g, (_, head: string, n: string, text: string) => `${head}${text} ${HOSTILE.slice((Number(n) - 1) * 3, Number(n) * 3).join(" ")} (P1)`),
  });
  const result = synth(directory);
  const written = result.status === 0 ? files(join(directory, "cdktf.out")) : {};

  test("of a criterion reaches no Terraform, no workflow and no manifest", () => {
    expect(result.stderr).toBe("");
    for (const [path, text] of Object.entries(written)) {
      if (path.startsWith("traceability") || path.endsWith(".tftest.hcl")) continue;
      for (const hostile of ["/etc/passwd", "for x in [1]", "rm -rf", ".Values.secret", "github.token", "js/function", "$(id)", "alert(1)"]) {
        expect(`${path}: ${text.includes(hostile)}`).toBe(`${path}: false`);
      }
    }
  });

  test("stands in a test's message alone, as a literal", () => {
    const tests = Object.entries(written).filter(([path]) => path.endsWith(".tftest.hcl")).flatMap(([, text]) => text.split("\n"));
    const hostile = tests.filter((line) => /passwd|for x in|rm -rf|Values\.secret|github\.token|js\/function|\(id\)|alert\(1/.test(line));
    expect(hostile.length).toBeGreaterThan(10);
    for (const line of hostile) expect(line).toMatch(/^ {4}error_message = "(?:[^"\\$%]|\\["\\]|[$%](?!\{)|\$\$\{|%%\{)*"$/);
  });

  test("is shown in the trace as text", () => {
    expect(JSON.parse(written["traceability.json"] ?? "").criteria[0].text).toContain('${file("/etc/passwd")}');
    expect(written["traceability.md"]).not.toContain("<script>");
    expect(written["traceability.md"]).toContain("\\| a \\| b \\|");
  });

  test.each([
    ["a NUL byte", SEED.replace("API", "A\u0000PI"), /spec\.md:5:\d+: /],
    ["a right-to-left override", SEED.replace("API", "A\u202EPI"), /spec\.md:5:\d+: /],
    ["an empty file", "", /spec\.md:1:1: /],
    ["two criteria with one id", SEED.replace("AC-US1-02", "AC-US1-01"), /spec\.md:6:5: .*AC-US1-01/],
    ["broken front matter", `---\ntitle: [\n---\n${SEED}`, /spec\.md:\d+:\d+: /],
  ])("%s is refused with its place", (_, spec, message) => {
    const { status, stderr } = synth(project({ "0012-production-infrastructure": spec }));
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });

  test.each([
    ["CRLF", SEED.replace(/\n/g, "\r\n")],
    ["a byte order mark", `\uFEFF${SEED}`],
  ])("%s makes no difference", (_, spec) => {
    const { status, stdout } = synth(project({ "0012-production-infrastructure": spec }));
    expect(status).toBe(0);
    expect(stdout).toContain("4 criteria: 4 proven");
  });

  test("all faults of all increments are told at once", () => {
    const broken = project({ "0001-a": "", "0002-b": SEED.replace("AC-US1-02", "AC-US1-01") });
    mkdirSync(join(broken, ".specweave/increments/0003-c"));
    const { stderr } = synth(broken);
    expect(stderr).toMatch(/0001-a\/spec\.md/);
    expect(stderr).toMatch(/0002-b\/spec\.md:6:5/);
    expect(stderr).toMatch(/0003-c/);
  });

  test("no increments at all are a fault that says where they were looked for", () => {
    const { status, stderr } = synth(project({}));
    expect(status).toBe(1);
    expect(stderr).toContain(".specweave/increments");
  });
});

describe("a criterion that asks for AWS in a region, and for nothing in particular", () => {
  const spec = SEED.replace("## Infrastructure Stack", "- **AC-US1-05**: All of it is deployed to AWS in eu-central-1 (P1)\n\n## Infrastructure Stack");
  const increments = { "0012-production-infrastructure": spec };

  test("fails the synth where the stacks are in another", () => {
    const { status, stderr } = synth(project(increments));
    expect(status).toBe(1);
    expect(stderr).toBe(
      '.specweave/increments/0012-production-infrastructure/spec.md:10:5: AC-US1-05 (P1) "All of it is deployed to AWS in eu-central-1" is not met: it asks for eu-central-1, and the stacks are in us-east-1.\n' +
        "    → Set context.phaseline.region in cdktf.json, or correct the criterion.\n",
    );
  });

  test("is met where they are there", () => {
    const directory = project(increments);
    const settings = JSON.parse(readFileSync(join(directory, "cdktf.json"), "utf8"));
    writeFileSync(join(directory, "cdktf.json"), JSON.stringify({ ...settings, context: { ...settings.context, phaseline: { ...settings.context.phaseline, region: "eu-central-1" } } }));
    const { status, stdout } = synth(directory);
    expect(status).toBe(0);
    expect(stdout).toContain(
      "  ✓ AC-US1-05 (P1) All of it is deployed to AWS in eu-central-1\n      proven: It asks for AWS in eu-central-1 and for nothing in particular, which is met when the stacks are there.\n",
    );
  });
});
