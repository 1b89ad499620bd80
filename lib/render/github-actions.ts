import { shown, type Faults } from "./faults";
import { workflowYaml } from "./workflow-yaml";
import type { GeneratedHeader } from "./yaml";

/** What the workflows of GitHub Actions have in common: their frame, pinned actions, and the steps that test, build and push. */

/** Actions by the commit that their tag named: a tag can be moved, a commit cannot. */
export const ACTIONS = {
  checkout: { uses: "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1", tag: "v7.0.1" },
  setupNode: { uses: "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020", tag: "v7.0.0" },
  awsCredentials: { uses: "aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c", tag: "v6.2.3" },
  ecrLogin: { uses: "aws-actions/amazon-ecr-login@03f1aad4c6c7ffd436567f42f9384779290529bd", tag: "v2.1.7" },
  setupBuildx: { uses: "docker/setup-buildx-action@37fe631027851001ddb9b187196cc803df7f5f0e", tag: "v4.3.0" },
  buildPush: { uses: "docker/build-push-action@53b7df96c91f9c12dcc8a07bcb9ccacbed38856a", tag: "v7.3.0" },
} as const;

export type Step = { readonly name: string; readonly [key: string]: unknown };

/** Leaves no credentials behind for what the repository's own code runs. */
export const CHECKOUT: Step = { name: "Check out the commit", uses: ACTIONS.checkout, with: { "persist-credentials": false } };

/** What a build needs to know; all of it checked. */
export interface Build {
  readonly region: string;
  readonly ecrRepository: string;
  readonly roleVariable: string;
  readonly buildContext: string;
  readonly dockerfile?: string;
  readonly platform: string;
}

/** The image that {@link buildSteps} pushes, as an expression of GitHub Actions. */
export function imageOf({ ecrRepository }: Pick<Build, "ecrRepository">): string {
  return `\${{ steps.registry.outputs.registry }}/${ecrRepository}:\${{ github.sha }}`;
}

/** Takes on the deploy role by OIDC, builds and pushes with the commit's sha as tag. The job has `ECR_REPOSITORY` in its environment. */
export function buildSteps(build: Build): readonly Step[] {
  return [
    CHECKOUT,
    {
      name: "Take on the deploy role",
      uses: ACTIONS.awsCredentials,
      with: { "role-to-assume": `\${{ vars.${build.roleVariable} }}`, "aws-region": build.region },
    },
    { name: "Log in to the registry", id: "registry", uses: ACTIONS.ecrLogin },
    // Tags are immutable: a second run for the same commit must not push again.
    { name: "Look whether this commit is built already", id: "built", run: LOOK_FOR_IMAGE },
    { name: "Set up the builder", if: "steps.built.outputs.found == 'false'", uses: ACTIONS.setupBuildx },
    {
      name: "Build and push the image",
      if: "steps.built.outputs.found == 'false'",
      uses: ACTIONS.buildPush,
      with: {
        context: build.buildContext,
        ...(build.dockerfile === undefined ? {} : { file: build.dockerfile }),
        platforms: build.platform,
        push: true,
        tags: imageOf(build),
        "cache-from": "type=gha",
        "cache-to": "type=gha,mode=max",
      },
    },
  ];
}

/** Runs the command in a job that has no access to AWS. */
function testJob(runsOn: string | readonly string[], nodeVersion: string | undefined, command: string) {
  const node: Step = { name: "Set up Node.js", uses: ACTIONS.setupNode, with: { "node-version": nodeVersion } };
  return {
    "runs-on": runsOn,
    "timeout-minutes": 30,
    steps: [CHECKOUT, ...(nodeVersion === undefined ? [] : [node]), { name: "Test", run: command }],
  };
}

/** What the frame of a workflow that deploys needs to know; all of it checked. */
export interface DeployFrame {
  readonly header: GeneratedHeader;
  readonly branch: string;
  readonly environment: string;
  /** Of the job that tests. */
  readonly runsOn: string | readonly string[];
  readonly testCommand?: string;
  readonly nodeVersion?: string;
}

/**
 * A workflow that deploys what is pushed to a branch, one push after the other, after tests where there are any.
 *
 * @param pathsIgnore files whose changes alone deploy nothing; default: none
 */
export function deployFrame({ header, branch, environment, runsOn, testCommand, nodeVersion }: DeployFrame, jobs: Readonly<Record<string, unknown>>, pathsIgnore: readonly string[] = []): string {
  return workflowYaml(
    {
      name: "Deploy",
      on: { push: { branches: [branch], ...(pathsIgnore.length > 0 ? { "paths-ignore": pathsIgnore } : {}) } },
      permissions: { contents: "read" },
      concurrency: { group: `deploy-${inId(environment)}`, "cancel-in-progress": false },
      defaults: { run: { shell: "bash" } },
      jobs: { ...(testCommand === undefined ? {} : { test: testJob(runsOn, nodeVersion, testCommand) }), ...jobs },
    },
    header,
  );
}

/** An environment's name as a part of an id. */
export function inId(environment: string): string {
  return environment.replace(/[^A-Za-z0-9]+/g, "-");
}

/** The environments that a version passes through, the last one too, with all that is the same there. */
export function stagesOf<Values extends object, Stage extends object>(value: Values, before: readonly Stage[] = []): readonly Values[] {
  return [...before.map((stage) => ({ ...value, ...stage })), value];
}

/**
 * One job for each environment, each after the one before: what fails in the first never comes to the second. The last is called `deploy`.
 */
export function jobsInTurn<Stage extends { readonly environment: string }>(
  stages: readonly Stage[],
  testCommand: string | undefined,
  jobOf: (stage: Stage) => Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const jobs: Record<string, unknown> = {};
  let before = testCommand === undefined ? undefined : "test";
  stages.forEach((stage, index) => {
    const id = index === stages.length - 1 ? "deploy" : `deploy-${inId(stage.environment)}`;
    jobs[id] = { ...(before === undefined ? {} : { needs: before }), ...jobOf(stage) };
    before = id;
  });
  return jobs;
}

/** Rules of the workflow that stages share. */
export function checkStages(stages: readonly { readonly environment: string }[], faults: Faults): void {
  const names = stages.map(({ environment }) => inId(environment));
  faults.unless(new Set(names).size === names.length, `the environments are ${names.join(", ")}: each is deployed to once. Leave one out.`);
}

const LOOK_FOR_IMAGE = `\
if aws ecr describe-images --repository-name "$ECR_REPOSITORY" --image-ids "imageTag=$GITHUB_SHA" > /dev/null 2>&1; then
  echo "found=true" >> "$GITHUB_OUTPUT"
else
  echo "found=false" >> "$GITHUB_OUTPUT"
fi
`;

/** A rule that a value keeps, and how the rule is said. */
export type Rule = readonly [pattern: RegExp, rule: string];

const PATH: Rule = [/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[\w.][\w./-]*$/, "a path inside the repository"];

export type RuleName = "region" | "ecrRepository" | "branch" | "environment" | "roleVariable" | "runsOn" | "nodeVersion" | "buildContext" | "dockerfile";

/** What may stand in a workflow: nothing that could become code or YAML of its own. */
export const RULES: Readonly<Record<RuleName, Rule>> = {
  region: [/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as us-east-1"],
  ecrRepository: [
    /^(?=.{2,256}$)[a-z0-9]+([._/-][a-z0-9]+)*$/,
    "the name of an ECR repository: lower-case letters and digits, separated by single dots, slashes, hyphens or underscores",
  ],
  branch: [/^(?!.*(\.\.|\/\/|\/$|\.$|\.lock$))[A-Za-z0-9][\w./-]{0,99}$/, "the name of a branch such as main, without wildcards"],
  environment: [/^[A-Za-z0-9][\w.-]{0,99}$/, "the name of a GitHub environment: letters, digits, dots, hyphens and underscores"],
  roleVariable: [/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/, "the name of a GitHub variable: capital letters, digits and underscores"],
  runsOn: [/^[A-Za-z0-9][\w.-]{0,99}$/, "the label of a runner: letters, digits, dots, hyphens and underscores"],
  nodeVersion: [/^\d{1,3}(\.\d{1,3}){0,2}$/, "a Node.js version such as 24"],
  buildContext: PATH,
  dockerfile: PATH,
};

/** The tests are one line of shell, which GitHub Actions reads no expression from. */
export function checkTestCommand({ testCommand }: { readonly testCommand?: string }, faults: Faults): void {
  if (testCommand === undefined) return;
  faults.unless(
    isCommand(testCommand),
    `testCommand is ${shown(testCommand)}: it must be one line of shell, of at most 500 characters and without \${{. Put more into a script and call that.`,
  );
}

function isCommand(text: string): boolean {
  return /^(?!\s*$)[^\u0000-\u001f\u007f\u0085\u2028\u2029]{1,500}$/.test(text) && !text.includes("${{");
}
