import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "./support/control-plane";
import { SHARED } from "./support/shared";
import { PROJECT, run, scratch } from "./support/terraform";

const BUDGET = "- [ ] **AC-US1-01**: AWS Budget of USD 200 per month (P1)\n";
const STATE = "- [ ] **AC-US1-02**: Terraform state stored in S3 with locking (P1)\n";

const reason = !existsSync(join(SHARED, "terraform/setup")) ? "the providers are not there" : spawnSync("moto_server", ["--help"]).status !== 0 ? "moto_server is not installed (pip install 'moto[server]')" : undefined;
if (reason !== undefined) console.warn(`skipped: states in S3: ${reason}`);

/** Terraform's own backend against an S3 that is emulated: the bucket itself is made by hand, since the providers here only know schemas. */
(reason === undefined ? describe : describe.skip)(`states in S3${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  const project = join(scratch("state"), "project");
  const at = (path: string) => join(project, path);
  let s3: ChildProcess;
  let url: string;

  const env = () => ({ CI: "true", FORCE_COLOR: "0", AWS_ENDPOINT_URL: url, AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  const cdktf = (command: string, ...args: string[]) => run(join(PROJECT, "node_modules/.bin/cdktf"), [command, ...args, "--auto-approve", "--skip-provider-lock"], { cwd: project, env: env(), status: [0, 1] });
  const specify = (...criteria: string[]) => {
    mkdirSync(at(".specweave/increments/0001-state"), { recursive: true });
    writeFileSync(at(".specweave/increments/0001-state/spec.md"), `---\nincrement: 0001-state\ntitle: State\n---\n\n### US-001: State\n\n${criteria.join("")}`);
  };
  const configure = (state: object) =>
    writeFileSync(
      at("cdktf.json"),
      JSON.stringify({
        language: "typescript",
        app: `node ${join(PROJECT, "bin/app.js")}`,
        projectId: "state",
        sendCrashReports: "false",
        context: { phaseline: { project: "shop", repository: "acme/shop", alarmEmails: ["ops@example.com"], state } },
      }),
    );
  const bucket = () => JSON.parse(readFileSync(at("cdktf.out/stacks/production/cdk.tf.json"), "utf8")).terraform.backend.s3.bucket as string;
  // The emulator looks who asks, but not whether the signature is right.
  const ask = async (method: string, key: string, body?: string) => {
    const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
    const response = await fetch(`${url}/${bucket()}${key}`, { method, headers: { authorization }, ...(body === undefined ? {} : { body }) });
    if (!response.ok) throw new Error(`${method} ${key} was answered with ${response.status}.`);
    return response.text();
  };
  const stored = (stack: string) => ask("GET", `/shop/${stack}.tfstate`);
  const addresses = (state: string) => (JSON.parse(state).resources as { mode: string; type: string }[]).filter(({ mode }) => mode === "managed").map(({ type }) => type);

  beforeAll(async () => {
    const port = await freePorts(1);
    url = `http://127.0.0.1:${port}`;
    s3 = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    for (let attempt = 0; attempt < 100 && !(await fetch(url).then(() => true, () => false)); attempt++) await new Promise((resolve) => setTimeout(resolve, 200));
    mkdirSync(project, { recursive: true });
    configure({});
  });
  afterAll(() => void s3.kill());

  test("are moved from beside the project, and nothing is made again", async () => {
    specify(BUDGET);
    expect(cdktf("deploy", "*")).toContain("Resources: 1 added");
    specify(BUDGET, STATE);
    cdktf("deploy", "production-state");
    await ask("PUT", "");
    // Terraform does not move a state unless it is told to.
    expect(cdktf("deploy", "production")).toContain("-migrate-state");
    const moved = cdktf("deploy", "production", "--migrate-state");
    expect(moved).toContain("Resources: 0 added, 0 changed, 0 destroyed");
    expect(addresses(await stored("production"))).toEqual(["aws_budgets_budget"]);
  });

  test("are locked by a file while somebody applies", async () => {
    await ask("PUT", "/shop/production.tfstate.tflock", JSON.stringify({ ID: "1", Operation: "OperationTypeApply", Who: "somebody@else", Created: "2026-01-01T00:00:00Z" }));
    expect(cdktf("deploy", "production")).toMatch(/Error acquiring the state lock[^]*somebody@else/);
    await ask("DELETE", "/shop/production.tfstate.tflock");
    expect(cdktf("deploy", "production")).toContain("Resources: 0 added");
  });

  test("take in that of the bucket's own stack, once the settings say that it stands", async () => {
    configure({ bootstrapped: true });
    expect(cdktf("deploy", "*", "--migrate-state").match(/Resources: 0 added, 0 changed, 0 destroyed/g)).toHaveLength(2);
    expect(addresses(await stored("production-state"))).toEqual(expect.arrayContaining(["aws_s3_bucket", "aws_kms_key"]));
  });

  test("are not begun anew where one still lies beside the project, and can be pushed from there", async () => {
    await ask("DELETE", "/shop/production.tfstate");
    rmSync(at("cdktf.out"), { recursive: true });
    rmSync(at("terraform.production-state.tfstate"), { force: true });
    const { status, stderr } = spawnSync("node", [join(PROJECT, "bin/app.js")], { cwd: project, encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toBe(
      "terraform.production.tfstate holds 1 resource of the stack production, which is to keep its state in S3: Terraform would begin there with nothing, and make all of it again.\n" +
        "    → Delete the file if its state has been moved already. If not, rename it to terraform.production.tfstate.old, synthesize, and run `terraform init` and `terraform state push ../../../terraform.production.tfstate.old` in cdktf.out/stacks/production.\n",
    );
    expect(existsSync(at("cdktf.out/stacks/production/cdk.tf.json"))).toBe(false);

    renameSync(at("terraform.production.tfstate"), at("terraform.production.tfstate.old"));
    run("node", [join(PROJECT, "bin/app.js")], { cwd: project });
    const directory = at("cdktf.out/stacks/production");
    run("terraform", ["init", "-input=false"], { cwd: directory, env: env() });
    run("terraform", ["state", "push", "../../../terraform.production.tfstate.old"], { cwd: directory, env: env() });
    expect(cdktf("deploy", "production")).toContain("Resources: 0 added, 0 changed, 0 destroyed");
  });

  test("are not destroyed with their bucket", () => {
    expect(cdktf("destroy", "production-state")).toMatch(/Instance cannot be destroyed/);
  });
});
