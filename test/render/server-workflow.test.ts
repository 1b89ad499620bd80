import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULTS, serverWorkflow, type ServerWorkflowProps } from "../../lib/render/server-workflow";
import { parseYaml } from "../../lib/render/yaml";
import { documentedDefaults } from "../support/documented-defaults";

const props: ServerWorkflowProps = { header: { source: "spec.md", regenerate: "npm run synth" }, region: "eu-central-1", serverName: "shop-prod-server" };
const jobs = (given: Partial<ServerWorkflowProps> = {}): any => (parseYaml(serverWorkflow({ ...props, ...given })) as any).jobs;

describe("serverWorkflow", () => {
  test("is what it was when it was last looked at", () => {
    expect(serverWorkflow({ ...props, testCommand: "npm ci && npm test" })).toMatchSnapshot();
  });

  test("without further props is what its defaults say, and documents them", () => {
    expect(serverWorkflow(props)).toBe(serverWorkflow({ ...DEFAULTS, ...props }));
    expect(documentedDefaults("lib/render/server-workflow.ts", "ServerWorkflowProps")).toEqual(DEFAULTS);
  });

  test("reads no code of the repository where it has access to AWS", () => {
    const { test: tests, deploy } = jobs({ testCommand: "npm test" });
    expect(tests).not.toHaveProperty("environment");
    expect(deploy.permissions).toEqual({ "id-token": "write" });
    expect(deploy.steps.map(({ name }: { name: string }) => name)).toEqual(["Take on the deploy role", "Deploy the branch"]);
    for (const { run } of deploy.steps) expect(run ?? "").not.toContain("${{");
  });

  test("goes through one environment after the other", () => {
    const made = jobs({ before: [{ environment: "staging", serverName: "shop-staging-server" }] });
    expect(Object.keys(made)).toEqual(["deploy-staging", "deploy"]);
    expect(made["deploy-staging"].env).toMatchObject({ SERVER: "shop-staging-server", DOCUMENT: "shop-staging-server-deploy" });
    expect(made.deploy).toMatchObject({ needs: "deploy-staging", environment: "production", env: { SERVER: "shop-prod-server" } });
  });

  test("throws, with all that is wrong, when values could become code", () => {
    expect(() => serverWorkflow({ ...props, region: "x", serverName: "$(id)", document: "a b", branch: "main; id", testCommand: "echo ${{ github.head_ref }}", timeoutSeconds: 5 })).toThrow(
      [
        "serverWorkflow: 6 values cannot be used.",
        '  - serverName is "$(id)": it must be 1 to 63 letters, digits and hyphens. Correct it.',
        '  - document is "a b": it must be the name of an SSM document. Correct it.',
        '  - region is "x": it must be an AWS region such as us-east-1. Correct it.',
        '  - branch is "main; id": it must be the name of a branch such as main, without wildcards. Correct it.',
        '  - testCommand is "echo ${{ github.head_ref }}": it must be one line of shell, of at most 500 characters and without ${{. Put more into a script and call that.',
        "  - timeoutSeconds is 5: it must be a whole number from 120 to 3000. Choose one.",
      ].join("\n"),
    );
  });

  describe("its script, with a stand-in for AWS", () => {
    const root = mkdtempSync(join(tmpdir(), "phaseline-server-"));
    afterAll(() => rmSync(root, { recursive: true }));
    const run = (instance: string, ...statuses: string[]) => {
      writeFileSync(join(root, "statuses"), statuses.map((each) => `${each}\n`).join(""));
      writeFileSync(join(root, "calls"), "");
      writeFileSync(
        join(root, "aws"),
        `#!/bin/bash
cd '${root}'
echo "$*" >> calls
case "$1 $2 $*" in
  *describe-instances*) echo '${instance}' ;;
  *send-command*) echo c-1 ;;
  *"--query Status"*) head -n 1 statuses; sed -i 1d statuses ;;
  *) echo "what the server says" ;;
esac
`,
      );
      writeFileSync(join(root, "sleep"), "#!/bin/bash\n");
      for (const name of ["aws", "sleep"]) chmodSync(join(root, name), 0o755);
      const { env, steps } = jobs().deploy;
      const { status, stdout } = spawnSync("bash", ["-eo", "pipefail", "-c", steps.at(-1).run], { encoding: "utf8", env: { ...process.env, ...env, PATH: `${root}:${process.env["PATH"]}` } });
      return { status, stdout, calls: readFileSync(join(root, "calls"), "utf8") };
    };

    test("has the one server deploy the branch, and waits until it has", () => {
      const { status, stdout, calls } = run("i-1", "Pending", "InProgress", "Success");
      expect({ status, stdout }).toEqual({ status: 0, stdout: "what the server says\n" });
      expect(calls).toContain("ssm send-command --document-name shop-prod-server-deploy --instance-ids i-1 --parameters Branch=main");
      expect(calls).toContain("Name=tag:Name,Values=shop-prod-server");
    });

    test("fails, with what the server says, when the deployment does", () => {
      const { status, stdout } = run("i-1", "InProgress", "Failed");
      expect(status).toBe(1);
      expect(stdout).toBe("what the server says\n::error::The deployment of main on shop-prod-server ended with Failed. What it says is above, and in the log group /shop-prod-server/deploy.\n");
    });

    test("fails when there is no such server", () => {
      const { status, stdout, calls } = run("None");
      expect({ status, stdout }).toEqual({ status: 1, stdout: "::error::No running instance has the name shop-prod-server.\n" });
      expect(calls).not.toContain("send-command");
    });
  });
});
