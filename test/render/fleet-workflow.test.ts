import { DEFAULTS, fleetWorkflow, type FleetWorkflowProps } from "../../lib/render/fleet-workflow";
import { parseYaml } from "../../lib/render/yaml";

const props: FleetWorkflowProps = {
  header: { source: "spec.md", regenerate: "npm run synth" },
  region: "eu-central-1",
  autoScalingGroupName: "shop-prod",
  ecrRepository: "shop-prod-api",
};

function deployJob(given: Partial<FleetWorkflowProps> = {}): any {
  return (parseYaml(fleetWorkflow({ ...props, ...given })) as any).jobs.deploy;
}

describe("fleetWorkflow", () => {
  test("without further props is what its defaults say", () => {
    expect(fleetWorkflow(props)).toBe(fleetWorkflow({ ...DEFAULTS, ...props }));
  });

  test("says where it comes from, and runs for pushes to one branch, one at a time", () => {
    const text = fleetWorkflow({ ...props, branch: "release" });
    expect(text).toMatch(/^# Generated from spec\.md\.\n/);
    expect(parseYaml(text)).toMatchObject({ on: { push: { branches: ["release"] } }, concurrency: { group: "deploy-production", "cancel-in-progress": false } });
  });

  test("may read the code and ask for a token, and has no key of AWS", () => {
    expect(deployJob().permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(fleetWorkflow(props)).not.toMatch(/secrets\.|aws-access-key-id/);
  });

  test("pins every action to a commit, with its tag beside it", () => {
    const uses = fleetWorkflow({ ...props, testCommand: "npm test", nodeVersion: "24" }).match(/uses: .*/g)!;
    expect(uses.length).toBeGreaterThan(5);
    for (const line of uses) expect(line).toMatch(/^uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("brings values into scripts as variables only", () => {
    for (const { run } of deployJob().steps) expect(run ?? "").not.toContain("${{");
  });

  test("knows the document and the parameter of the fleet by its name", () => {
    expect(deployJob().env).toMatchObject({ GROUP: "shop-prod", DOCUMENT: "shop-prod-deploy", RELEASE_PARAMETER: "/shop-prod/release", AWS_REGION: "eu-central-1" });
  });

  test.each([
    ["arm64", "ubuntu-24.04-arm", "linux/arm64"],
    ["x86_64", "ubuntu-24.04", "linux/amd64"],
  ] as const)("builds for %s on a runner of that kind", (architecture, runner, platform) => {
    const job = deployJob({ architecture });
    expect(job["runs-on"]).toBe(runner);
    expect(job.steps.find(({ name }: { name: string }) => name === "Build and push the image").with.platforms).toBe(platform);
  });

  test("puts the previous release back when a deployment fails or is cancelled, and only then", () => {
    const { if: condition } = deployJob().steps.at(-1);
    expect(condition).toBe("(failure() || cancelled()) && steps.release.outcome == 'success' && steps.deploy.outcome != 'success' && steps.deploy.outcome != 'skipped'");
  });

  test("tests first, without access to AWS, where there is a command", () => {
    const { jobs } = parseYaml(fleetWorkflow({ ...props, testCommand: "npm ci && npm test" })) as any;
    expect(jobs.deploy.needs).toBe("test");
    expect(jobs.test).not.toHaveProperty("permissions");
    expect(jobs.test.steps.at(-1)).toEqual({ name: "Test", run: "npm ci && npm test" });
  });

  test("tells all that cannot be used at once", () => {
    expect(() => fleetWorkflow({ ...props, region: "Frankfurt", autoScalingGroupName: "a b", branch: "**", testCommand: "echo ${{ secrets.X }}", buildContext: "../x", instanceTimeoutSeconds: 1 })).toThrow(
      new Error(`fleetWorkflow: 6 values cannot be used.
  - region is "Frankfurt": it must be an AWS region such as us-east-1. Correct it.
  - autoScalingGroupName is "a b": it must be 1 to 63 letters, digits and hyphens. Correct it.
  - branch is "**": it must be the name of a branch such as main, without wildcards. Correct it.
  - testCommand is "echo \${{ secrets.X }}": it must be one line of shell, of at most 500 characters and without \${{. Put more into a script and call that.
  - buildContext is "../x": it must be a path inside the repository. Correct it.
  - instanceTimeoutSeconds is 1: it must be a whole number from 120 to 3000. Choose one.`),
    );
  });
});
