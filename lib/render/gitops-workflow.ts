import { Faults, shown } from "./faults";
import { ACTIONS, buildSteps, checkStages, checkTestCommand, deployFrame, inId, RULES, stagesOf, type Step } from "./github-actions";
import type { GeneratedHeader } from "./yaml";

export interface GitopsWorkflowProps {
  /** Where the file comes from: increment and criteria. */
  readonly header: GeneratedHeader;
  /** AWS region of the registry. */
  readonly region: string;
  /** Name of the ECR repository. */
  readonly ecrRepository: string;
  /** File of values that says which image runs, as the Argo CD Application names it. @default "deploy/production/image.yaml" */
  readonly imageFile?: string;
  /** Branch whose pushes are deployed; it has the file too. @default "main" */
  readonly branch?: string;
  /** GitHub environment; the deploy role trusts jobs of it only. @default "production" */
  readonly environment?: string;
  /** Variable of that environment that holds the ARN of the deploy role. @default "AWS_DEPLOY_ROLE_ARN" */
  readonly roleVariable?: string;
  /** Label or labels of the runner; it needs docker, git and the AWS CLI. @default "ubuntu-24.04" */
  readonly runsOn?: string | readonly string[];
  /** Command that must succeed before anything is built, in a job without access to AWS. @default - no tests */
  readonly testCommand?: string;
  /** Node.js version of the tests, as in `24`. @default - that of the runner */
  readonly nodeVersion?: string;
  /** Directory that is built, relative to the repository. @default "." */
  readonly buildContext?: string;
  /** @default - `Dockerfile` in `buildContext` */
  readonly dockerfile?: string;
  /** Platform of the nodes. @default "linux/amd64" */
  readonly platform?: "linux/amd64" | "linux/arm64";
  /** Environments that a version passes through before: the image is built in the first, and its tag written for one after the other. @default - none */
  readonly before?: readonly GitopsStage[];
}

/** An environment whose Argo CD follows a file of its own. The repository of images is the same for all. */
export type GitopsStage = { readonly environment: string } & Partial<Pick<GitopsWorkflowProps, "imageFile" | "roleVariable">>;

/** What is used for whatever is not given. */
export const DEFAULTS = {
  imageFile: "deploy/production/image.yaml",
  branch: "main",
  environment: "production",
  roleVariable: "AWS_DEPLOY_ROLE_ARN",
  runsOn: "ubuntu-24.04",
  buildContext: ".",
  platform: "linux/amd64",
} as const;

/**
 * The text of `.github/workflows/deploy.yml` where Argo CD deploys: test, build, push with the commit's sha as tag, and then write that tag to a
 * file in Git, which is what Argo CD acts upon. The pipeline never speaks to the cluster, and going back is a `git revert`.
 *
 * Three jobs, each with what it needs and no more: the tests have no access to anything, the build has AWS and may only read the repository, and
 * the last one may write to the repository and has no AWS; it runs no code of the repository. Its commit starts no workflow: GitHub starts none
 * for its own token, and changes of that file alone are passed over, as is what a commit says to skip.
 *
 * The repository's rules must let `github-actions[bot]` push to the branch. Values come into shell scripts as environment variables only, never
 * as `${{ … }}` inside them.
 *
 * @throws Error that names every value that cannot be used
 *
 * Sources: https://docs.github.com/en/actions/reference/security/secure-use,
 * https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow#triggering-a-workflow-from-a-workflow
 */
export function gitopsWorkflow(props: GitopsWorkflowProps): string {
  const given = Object.fromEntries(Object.entries(props).filter(([, each]) => each !== undefined)) as unknown as GitopsWorkflowProps;
  const value = { ...DEFAULTS, ...given };
  const stages: readonly Values[] = stagesOf(value, props.before?.map((stage) => ({ imageFile: `deploy/${stage.environment}/image.yaml`, ...stage })));
  check(stages);
  const { runsOn, testCommand } = value;
  const [first] = stages as readonly [Values, ...Values[]];

  const build = {
    ...(testCommand === undefined ? {} : { needs: "test" }),
    "runs-on": runsOn,
    environment: first.environment,
    "timeout-minutes": 60,
    permissions: { contents: "read", "id-token": "write" },
    env: { AWS_REGION: value.region, ECR_REPOSITORY: value.ecrRepository },
    steps: buildSteps(first),
  };
  return deployFrame(value, { build, ...releaseJobs(stages) }, stages.map(({ imageFile }) => imageFile));
}

/** One release after the other. Where there are several, each stands in its environment, so that whoever must approve it is asked. */
function releaseJobs(stages: readonly Values[]) {
  const jobs: Record<string, unknown> = {};
  let before = "build";
  stages.forEach(({ runsOn, branch, imageFile, environment }, index) => {
    const id = index === stages.length - 1 ? "release" : `release-${inId(environment)}`;
    jobs[id] = {
      needs: before,
      "runs-on": runsOn,
      ...(stages.length > 1 ? { environment } : {}),
      "timeout-minutes": 15,
      permissions: { contents: "write" },
      env: { BRANCH: branch, IMAGE_FILE: imageFile, ENVIRONMENT: environment },
      steps: [
        // The newest of the branch: what is committed here must come after it.
        { name: "Check out the branch", uses: ACTIONS.checkout, with: { ref: branch } },
        { name: "Write the image's tag", run: WRITE_TAG },
        { name: "Commit and push it", run: PUSH_TAG },
      ] satisfies Step[],
    };
    before = id;
  });
  return jobs;
}

/** Quoted: a sha of digits alone would be a number. */
const WRITE_TAG = `\
mkdir -p "$(dirname "$IMAGE_FILE")"
printf '%s\\n' "# Which image runs. The workflow writes it; to go back, revert its commit." "image:" "  tag: \\"$GITHUB_SHA\\"" > "$IMAGE_FILE"
`;

const PUSH_TAG = `\
git config user.name "github-actions[bot]"
git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
git add -- "$IMAGE_FILE"
if git diff --cached --quiet; then
  echo "$IMAGE_FILE has this image already."
  exit 0
fi
git commit --quiet --message "Deploy $GITHUB_SHA to $ENVIRONMENT [skip ci]"
for attempt in 1 2 3 4 5; do
  if git push origin "HEAD:refs/heads/$BRANCH"; then exit 0; fi
  # Somebody pushed meanwhile: this commit comes after theirs.
  sleep "$attempt"
  git pull --quiet --rebase origin "$BRANCH"
done
echo "::error::$BRANCH cannot be pushed to. Look whether its rules let github-actions[bot] push, and run this job again."
exit 1
`;

type Values = GitopsWorkflowProps & { readonly [K in keyof typeof DEFAULTS]: NonNullable<GitopsWorkflowProps[K]> };

function check(stages: readonly Values[]): void {
  const faults = new Faults("gitopsWorkflow");
  const value = stages.at(-1)!;
  checkStages(stages, faults);
  const matches = (name: string, given: unknown, pattern: RegExp, rule: string) =>
    faults.unless(typeof given === "string" && pattern.test(given), `${name} is ${shown(given)}: it must be ${rule}. Correct it.`);
  for (const key of ["region", "ecrRepository", "branch", "buildContext"] as const) matches(key, value[key], ...RULES[key]);
  for (const stage of stages) {
    for (const key of ["environment", "roleVariable"] as const) matches(key, stage[key], ...RULES[key]);
    // It is a pattern in paths-ignore: no wildcards, which the rule has none of.
    matches("imageFile", stage.imageFile, /^(?!\/)(?!.*(^|\/)\.\.(\/|$))[\w.][\w./-]*\.ya?ml$/, "a path inside the repository that ends in .yaml");
  }
  faults.unless(new Set(stages.map(({ imageFile }) => imageFile)).size === stages.length, `imageFile is ${shown(value.imageFile)} for several environments: each follows a file of its own. Name another.`);
  for (const key of ["dockerfile", "nodeVersion"] as const) if (value[key] !== undefined) matches(key, value[key], ...RULES[key]);
  const labels = typeof value.runsOn === "string" ? [value.runsOn] : value.runsOn;
  faults.unless(labels.length > 0, "runsOn is []: a job needs a runner. Name its label.");
  for (const runner of labels) matches("runsOn", runner, ...RULES.runsOn);
  checkTestCommand(value, faults);
  faults.unless(value.platform === "linux/amd64" || value.platform === "linux/arm64", `platform is ${shown(value.platform)}: it must be "linux/amd64" or "linux/arm64". Choose that of the nodes.`);
  faults.throwIfAny();
}
