import { Faults, shown } from "./faults";
import { NO_RELEASE } from "./fleet-user-data";
import { type Build, buildSteps, checkStages, checkTestCommand, deployFrame, imageOf, jobsInTurn, RULES, stagesOf, type Step } from "./github-actions";
import type { GeneratedHeader } from "./yaml";

export interface FleetWorkflowProps {
  /** Where the file comes from: increment and criteria. */
  readonly header: GeneratedHeader;
  /** AWS region of the fleet and the registry. */
  readonly region: string;
  /** Name of the Auto Scaling group. */
  readonly autoScalingGroupName: string;
  /** Name of the ECR repository. */
  readonly ecrRepository: string;
  /** Name of the SSM document that deploys an image to one instance. @default - the group's name, with `-deploy` behind it */
  readonly document?: string;
  /** Name of the SSM parameter that names the image for new instances. @default - `/GROUP/release` */
  readonly releaseParameter?: string;
  /** What the instances are. @default "arm64" */
  readonly architecture?: "arm64" | "x86_64";
  /** Branch whose pushes are deployed. @default "main" */
  readonly branch?: string;
  /** GitHub environment; the deploy role trusts jobs of it only. @default "production" */
  readonly environment?: string;
  /** Variable of that environment that holds the ARN of the deploy role. @default "AWS_DEPLOY_ROLE_ARN" */
  readonly roleVariable?: string;
  /** Label of the runner; it needs docker and the AWS CLI. @default - a GitHub runner of the instances' architecture, so that nothing is emulated */
  readonly runsOn?: string;
  /** Command that must succeed before anything is built, in a job without access to AWS. @default - no tests */
  readonly testCommand?: string;
  /** Node.js version of the tests, as in `24`. @default - that of the runner */
  readonly nodeVersion?: string;
  /** Directory that is built, relative to the repository. @default "." */
  readonly buildContext?: string;
  /** @default "Dockerfile" in `buildContext` */
  readonly dockerfile?: string;
  /** Time that the deployment to one instance may take, its roll-back included. @default 1800 */
  readonly instanceTimeoutSeconds?: number;
  /** Environments that a version passes through before, with what is different there; the image is built in the first. @default - none */
  readonly before?: readonly FleetStage[];
}

/** An environment with its own fleet. The repository of images is the same for all. */
export type FleetStage = { readonly environment: string } & Pick<FleetWorkflowProps, "autoScalingGroupName"> & Partial<Pick<FleetWorkflowProps, "document" | "releaseParameter" | "roleVariable">>;

/** What is used for whatever is not given. */
export const DEFAULTS = {
  architecture: "arm64",
  branch: "main",
  environment: "production",
  roleVariable: "AWS_DEPLOY_ROLE_ARN",
  buildContext: ".",
  instanceTimeoutSeconds: 1800,
} as const;

type Values = FleetWorkflowProps & { readonly [K in keyof typeof DEFAULTS]: NonNullable<FleetWorkflowProps[K]> };

const RUNNERS = { arm64: "ubuntu-24.04-arm", x86_64: "ubuntu-24.04" } as const;
const PLATFORMS = { arm64: "linux/arm64", x86_64: "linux/amd64" } as const;

/**
 * The text of `.github/workflows/deploy.yml` for a fleet: test, build, push with the commit's sha as tag, then deploy to one instance after the
 * other, each only while all others are healthy behind the load balancer. What fails on an instance is put back by the instance itself; the
 * instances before it are put back by the last step. There is no SSH and no key: AWS is reached by OIDC, instances by Systems Manager.
 *
 * New instances start with the image that the release parameter names. It is set once the instances of the moment have the new one, and then those
 * that came meanwhile get it too.
 *
 * Values come into shell scripts as environment variables only, never as `${{ … }}` inside them.
 *
 * @throws Error that names every value that cannot be used
 *
 * Source: https://docs.github.com/en/actions/reference/security/secure-use
 */
export function fleetWorkflow(props: FleetWorkflowProps): string {
  const value: Values = { ...DEFAULTS, ...(Object.fromEntries(Object.entries(props).filter(([, given]) => given !== undefined)) as unknown as FleetWorkflowProps) };
  const stages: readonly Values[] = stagesOf(value, props.before);
  check(stages);
  return deployFrame({ ...value, runsOn: runnerOf(value) }, jobsInTurn(stages, value.testCommand, deployJob));
}

function runnerOf({ runsOn, architecture }: Values): string {
  return runsOn ?? RUNNERS[architecture];
}

function deployJob(value: Values) {
  const { autoScalingGroupName: group } = value;
  const build: Build = { ...value, platform: PLATFORMS[value.architecture] };
  const image = imageOf(build);
  const steps: readonly Step[] = [
    ...buildSteps(build),
    { name: "Note the running release", id: "release", run: NOTE_RELEASE },
    { name: "Deploy to one instance after the other", id: "deploy", env: { IMAGE: image }, run: `${FUNCTIONS}\n${DEPLOY}` },
    {
      name: "Put the previous release back",
      // Cancelled by hand or timed out is as unfinished as failed.
      if: "(failure() || cancelled()) && steps.release.outcome == 'success' && steps.deploy.outcome != 'success' && steps.deploy.outcome != 'skipped'",
      env: { IMAGE: image, PREVIOUS: "${{ steps.release.outputs.previous }}" },
      run: `${FUNCTIONS}\n${ROLL_BACK}`,
    },
  ];
  return {
    "runs-on": runnerOf(value),
    environment: value.environment,
    // As long as the credentials of the role are good for.
    "timeout-minutes": 60,
    permissions: { contents: "read", "id-token": "write" },
    env: {
      AWS_REGION: value.region,
      ECR_REPOSITORY: value.ecrRepository,
      GROUP: group,
      DOCUMENT: value.document ?? `${group}-deploy`,
      RELEASE_PARAMETER: value.releaseParameter ?? `/${group}/release`,
      INSTANCE_TIMEOUT_SECONDS: String(value.instanceTimeoutSeconds),
    },
    steps,
  };
}

const NOTE_RELEASE = `\
previous="$(aws ssm get-parameter --name "$RELEASE_PARAMETER" --query Parameter.Value --output text)"
echo "previous=$previous" >> "$GITHUB_OUTPUT"
`;

const FUNCTIONS = `\
targets="$(aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names "$GROUP" \\
  --query 'AutoScalingGroups[0].TargetGroupARNs[0]' --output text)"

instances() {
  aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names "$GROUP" \\
    --query "AutoScalingGroups[0].Instances[?LifecycleState=='InService' || LifecycleState=='Standby'].[InstanceId]" --output text
}

# How many targets behind the load balancer are not healthy; those that are leaving do not count.
unhealthy() {
  aws elbv2 describe-target-health --target-group-arn "$targets" \\
    --query "length(TargetHealthDescriptions[?TargetHealth.State!='healthy' && TargetHealth.State!='draining'])" --output text
}

wait_until_all_are_healthy() {
  local end=$((SECONDS + 600))
  until [ "$(unhealthy)" = 0 ]; do
    if [ "$SECONDS" -ge "$end" ]; then
      echo "::error::Not all targets of $GROUP are healthy: nothing more is taken out of service."
      return 1
    fi
    sleep 10
  done
}

# deploy_to INSTANCE IMAGE
deploy_to() {
  local command list status end=$((SECONDS + INSTANCE_TIMEOUT_SECONDS))
  echo "$1: deploying $2"
  command="$(aws ssm send-command --document-name "$DOCUMENT" --instance-ids "$1" --parameters "Image=$2" \\
    --timeout-seconds 120 --query Command.CommandId --output text)" || return 1
  while true; do
    sleep 5
    # Right after sending, Systems Manager may not know of it yet.
    status="$(aws ssm get-command-invocation --command-id "$command" --instance-id "$1" --query Status --output text 2> /dev/null || echo Pending)"
    case "$status" in
      Success) break ;;
      Pending | InProgress | Delayed) if [ "$SECONDS" -lt "$end" ]; then continue; fi ;;
    esac
    aws ssm get-command-invocation --command-id "$command" --instance-id "$1" \\
      --query '[StandardOutputContent, StandardErrorContent]' --output text || true
    # An instance that the group has taken away meanwhile has nothing to fail at.
    list="$(instances)" || return 1
    if ! grep -qx "$1" <<< "$list"; then
      echo "::warning::$1 is no longer in $GROUP"
      return 0
    fi
    echo "::error::$1: the deployment of $2 ended with $status"
    return 1
  done
  echo "$1: in service with $2"
}

# deploy_to_all IMAGE [regardless]: to every instance that has not been deployed to by this step, while all are healthy or regardless of it.
deployed=" "
deploy_to_all() {
  local instance list
  list="$(instances)" || return 1
  for instance in $list; do
    case "$deployed" in *" $instance "*) continue ;; esac
    if [ "\${2:-}" != regardless ]; then wait_until_all_are_healthy || return 1; fi
    deploy_to "$instance" "$1" || return 1
    deployed="$deployed$instance "
  done
}
`;

const DEPLOY = `\
deploy_to_all "$IMAGE"
wait_until_all_are_healthy
# From now on new instances start with it; those that came meanwhile started with the release before.
aws ssm put-parameter --name "$RELEASE_PARAMETER" --value "$IMAGE" --type String --overwrite > /dev/null
deploy_to_all "$IMAGE"
wait_until_all_are_healthy
`;

const ROLL_BACK = `\
if [ "$PREVIOUS" = "${NO_RELEASE}" ]; then
  echo "::warning::There is no release before $IMAGE to put back."
  exit 0
fi
aws ssm put-parameter --name "$RELEASE_PARAMETER" --value "$PREVIOUS" --type String --overwrite > /dev/null
# Instances that still have it say so and are not taken out of service. That others are unhealthy is what is to be mended.
deploy_to_all "$PREVIOUS" regardless
`;

function check(stages: readonly Values[]): void {
  const faults = new Faults("fleetWorkflow");
  const value = stages.at(-1)!;
  const matches = (name: string, given: unknown, pattern: RegExp, rule: string) =>
    faults.unless(typeof given === "string" && pattern.test(given), `${name} is ${shown(given)}: it must be ${rule}. Correct it.`);
  checkStages(stages, faults);
  matches("region", value.region, ...RULES.region);
  for (const stage of stages) {
    matches("autoScalingGroupName", stage.autoScalingGroupName, /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/, "1 to 63 letters, digits and hyphens");
    if (stage.document !== undefined) matches("document", stage.document, /^[A-Za-z0-9_.-]{3,128}$/, "the name of an SSM document");
    if (stage.releaseParameter !== undefined) matches("releaseParameter", stage.releaseParameter, /^(\/[A-Za-z0-9_.-]+){1,15}$/, "the path of an SSM parameter");
    matches("environment", stage.environment, ...RULES.environment);
    matches("roleVariable", stage.roleVariable, ...RULES.roleVariable);
  }
  matches("ecrRepository", value.ecrRepository, ...RULES.ecrRepository);
  faults.unless(value.architecture in RUNNERS, `architecture is ${shown(value.architecture)}: it must be "arm64" or "x86_64". Choose that of the instances.`);
  matches("branch", value.branch, ...RULES.branch);
  for (const key of ["runsOn", "nodeVersion", "dockerfile"] as const) if (value[key] !== undefined) matches(key, value[key], ...RULES[key]);
  checkTestCommand(value, faults);
  matches("buildContext", value.buildContext, ...RULES.buildContext);
  faults.unless(Number.isInteger(value.instanceTimeoutSeconds) && value.instanceTimeoutSeconds >= 120 && value.instanceTimeoutSeconds <= 3000,
    `instanceTimeoutSeconds is ${shown(value.instanceTimeoutSeconds)}: it must be a whole number from 120 to 3000. Choose one.`);
  faults.throwIfAny();
}
