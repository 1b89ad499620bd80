import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACTIONS, DEFAULTS, deployWorkflow, type DeployWorkflowProps } from "../../lib/render/github-workflow";
import { parseYaml } from "../../lib/render/yaml";

const header = { source: ".specweave/increments/0012-production-infrastructure/spec.md (AC-US1-04)", regenerate: "npm run synth" };
const required = { header, region: "us-east-1", cluster: "specweave-prod", ecrRepository: "specweave-api", namespace: "specweave" };
const workflow = (props: Partial<DeployWorkflowProps> = {}) => parseYaml(deployWorkflow({ ...required, ...props })) as any;
const steps = (props?: Partial<DeployWorkflowProps>): any[] => workflow(props).jobs.deploy.steps;
const step = (name: string, props?: Partial<DeployWorkflowProps>) => steps(props).find((each) => each.name === name);

describe("deployWorkflow", () => {
  test("runs on pushes to the branch, one deployment after the other", () => {
    const { on, concurrency } = workflow({ branch: "release/1.x" });
    expect(on).toEqual({ push: { branches: ["release/1.x"] } });
    expect(concurrency).toEqual({ group: "deploy-production", "cancel-in-progress": false });
  });

  test("may read the repository and ask for an OIDC token, in the environment that the role trusts", () => {
    const { permissions, jobs } = workflow();
    expect(permissions).toEqual({ contents: "read" });
    expect(jobs.deploy.permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(jobs.deploy.environment).toBe("production");
    expect(step("Take on the deploy role").with).toEqual({ "role-to-assume": "${{ vars.AWS_DEPLOY_ROLE_ARN }}", "aws-region": "us-east-1" });
  });

  test("builds, pushes with the commit's sha, sets the image, waits, and puts the previous version back if it fails", () => {
    expect(steps().map(({ name }) => name)).toEqual([
      "Check out the commit",
      "Take on the deploy role",
      "Log in to the registry",
      "Look whether this commit is built already",
      "Set up the builder",
      "Build and push the image",
      "Address the cluster",
      "Open a tunnel through a node",
      "Set the image",
      "Wait for the roll-out",
      "Put the previous version back",
    ]);
    expect(step("Build and push the image").with).toMatchObject({ push: true, tags: "${{ steps.registry.outputs.registry }}/specweave-api:${{ github.sha }}" });
    expect(step("Set the image").run).toContain('kubectl set image "deployment/$DEPLOYMENT" "$CONTAINER=$IMAGE" --namespace "$NAMESPACE"\n');
    expect(step("Wait for the roll-out").run).toBe(
      'kubectl rollout status "deployment/$DEPLOYMENT" --namespace "$NAMESPACE" --timeout="${ROLLOUT_TIMEOUT_SECONDS}s"\n',
    );
  });

  test("gives jobs the new image when it has proven itself, and not before", () => {
    const names = steps({ cronJobs: ["cleanup", "report"] }).map(({ name }) => name);
    expect(names.slice(-3)).toEqual(["Wait for the roll-out", "Set the image of the jobs", "Put the previous version back"]);
    const jobs = step("Set the image of the jobs", { cronJobs: ["cleanup", "report"] });
    expect(jobs.env).toMatchObject({ CRON_JOBS: "cleanup report" });
    expect(jobs.run).toContain('kubectl set image "cronjob/$job" "$job=$IMAGE" --namespace "$NAMESPACE"\n');
    expect(() => workflow({ cronJobs: ["a; b"] })).toThrow('cronJobs is "a; b"');
    expect(deployWorkflow({ ...required, cronJobs: [] })).toBe(deployWorkflow(required));
  });

  test("needs no tunnel where the runner reaches the endpoint", () => {
    expect(step("Open a tunnel through a node", { reach: "direct" })).toBeUndefined();
    expect(deployWorkflow({ ...required, reach: "direct" })).not.toContain("ssm");
  });

  test("tests before it deploys, in a job that has no access to AWS", () => {
    const { jobs } = workflow({ testCommand: "npm ci && npm test", nodeVersion: "24", runsOn: ["self-hosted", "linux"] });
    expect(jobs.deploy.needs).toBe("test");
    expect(jobs.test.permissions).toBeUndefined();
    expect(jobs.test.steps.map(({ name, run }: any) => run ?? name)).toEqual(["Check out the commit", "Set up Node.js", "npm ci && npm test"]);
    expect(jobs.test["runs-on"]).toEqual(["self-hosted", "linux"]);
  });

  test("puts no expression into a shell script", () => {
    const all = Object.values<any>(workflow({ testCommand: "make test" }).jobs).flatMap((job) => job.steps);
    for (const { run } of all) expect(run ?? "").not.toContain("${{");
  });

  test("pins every action to a commit and says which version that is", () => {
    const uses = deployWorkflow({ ...required, testCommand: "make test", nodeVersion: "24" }).match(/uses: .*/g);
    expect(uses).toHaveLength(7);
    for (const line of uses ?? []) expect(line).toMatch(/^uses: [a-z-]+\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(new Set(uses)).toEqual(new Set(Object.values(ACTIONS).map(({ uses: action, tag }) => `uses: ${action} # ${tag}`)));
  });

  test("names its source and how to make it again", () => {
    expect(deployWorkflow(required).split("\n").slice(0, 3)).toEqual([
      "# Generated from .specweave/increments/0012-production-infrastructure/spec.md (AC-US1-04).",
      "# Do not edit: change the source and run `npm run synth`.",
      "name: Deploy",
    ]);
  });

  test("keeps untrusted text of the source out of the workflow", () => {
    const text = deployWorkflow({ ...required, header: { ...header, source: 'spec.md"\non: workflow_dispatch\n${{ secrets.X }}' } });
    expect(parseYaml(text)).toEqual(workflow());
  });

  test("throws, with all that is wrong, when values could become code", () => {
    expect(() =>
      deployWorkflow({
        ...required,
        branch: "main\n      - '*'",
        cluster: "$(id)",
        environment: "${{ secrets.X }}",
        runsOn: [],
        testCommand: "echo ${{ github.head_ref }}",
        buildContext: "../other",
        rolloutTimeoutSeconds: 5,
      }),
    ).toThrow(
      new Error(
        [
          "deployWorkflow: 7 values cannot be used.",
          '  - cluster is "$(id)": it must be the name of an EKS cluster: letters, digits, hyphens and underscores. Correct it.',
          '  - environment is "${{ secrets.X }}": it must be the name of a GitHub environment: letters, digits, dots, hyphens and underscores. Correct it.',
          '  - branch is "main\\n      - \'*\'": it must be the name of a branch such as main, without wildcards. Correct it.',
          "  - runsOn is []: a job needs a runner. Name its label.",
          '  - testCommand is "echo ${{ github.head_ref }}": it must be one line of shell, of at most 500 characters and without ${{. Put more into a script and call that.',
          '  - buildContext is "../other": it must be a path inside the repository. Correct it.',
          "  - rolloutTimeoutSeconds is 5: it must be a whole number from 30 to 3600. Choose one.",
        ].join("\n"),
      ),
    );
  });

  test("documents each default as the code has it", () => {
    const source = readFileSync(join(__dirname, "../../lib/render/github-workflow.ts"), "utf8");
    for (const [name, value] of Object.entries(DEFAULTS)) {
      const documented = new RegExp(`@default ("[^"]*"|\\d+)\\s+\\*/\\n  readonly ${name}\\?`).exec(source);
      expect([name, documented?.[1]]).toEqual([name, JSON.stringify(value)]);
    }
  });
});
