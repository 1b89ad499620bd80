import { Faults, shown } from "./faults";
import { buildSteps, checkStages, checkTestCommand, deployFrame, imageOf, jobsInTurn, RULES, stagesOf, type Step } from "./github-actions";
import type { GeneratedHeader } from "./yaml";

export { ACTIONS } from "./github-actions";

/** How the workflow reaches the cluster's API: its endpoint is private unless someone opened it. */
export type Reach = "ssm-tunnel" | "direct";

export interface DeployWorkflowProps {
  /** Where the file comes from: increment and criteria. */
  readonly header: GeneratedHeader;
  /** AWS region of the cluster and the registry. */
  readonly region: string;
  /** Name of the EKS cluster. */
  readonly cluster: string;
  /** Name of the ECR repository. */
  readonly ecrRepository: string;
  /** Kubernetes namespace of the Deployment. */
  readonly namespace: string;
  /** Name of the Deployment. @default "api" */
  readonly deployment?: string;
  /** Name of the container whose image is set. @default - as `deployment` */
  readonly container?: string;
  /** Branch whose pushes are deployed. @default "main" */
  readonly branch?: string;
  /** GitHub environment; the deploy role trusts jobs of it only. @default "production" */
  readonly environment?: string;
  /** Variable of that environment that holds the ARN of the deploy role. @default "AWS_DEPLOY_ROLE_ARN" */
  readonly roleVariable?: string;
  /**
   * `ssm-tunnel`: through one of the cluster's nodes, with AWS Systems Manager; nothing is opened to the internet.
   * `direct`: the runner can reach the endpoint, since it is public to it or the runner stands in the VPC. @default "ssm-tunnel"
   */
  readonly reach?: Reach;
  /** Label or labels of the runner; it needs docker, the AWS CLI with the Session Manager plugin, and kubectl. @default "ubuntu-24.04" */
  readonly runsOn?: string | readonly string[];
  /** Command that must succeed before anything is built, in a job without access to AWS. @default - no tests */
  readonly testCommand?: string;
  /** Node.js version of the tests, as in `24`. @default - that of the runner */
  readonly nodeVersion?: string;
  /** Directory that is built, relative to the repository. @default "." */
  readonly buildContext?: string;
  /** @default "Dockerfile" in `buildContext` */
  readonly dockerfile?: string;
  /** Platform of the nodes. @default "linux/amd64" */
  readonly platform?: "linux/amd64" | "linux/arm64";
  /** CronJobs of the same image, which get the new one when it has proven itself. @default - none */
  readonly cronJobs?: readonly string[];
  /** Time for the new pods to become ready, before the old version is put back. @default 600 */
  readonly rolloutTimeoutSeconds?: number;
  /** Environments that a version passes through before, with what is different there; the image is built in the first. @default - none */
  readonly before?: readonly ClusterStage[];
}

/** An environment with its own cluster. The repository of images is the same for all. */
export type ClusterStage = { readonly environment: string } & Partial<Pick<DeployWorkflowProps, "cluster" | "namespace" | "roleVariable">>;

/** What is used for whatever is not given. */
export const DEFAULTS = {
  deployment: "api",
  branch: "main",
  environment: "production",
  roleVariable: "AWS_DEPLOY_ROLE_ARN",
  reach: "ssm-tunnel",
  runsOn: "ubuntu-24.04",
  buildContext: ".",
  platform: "linux/amd64",
  rolloutTimeoutSeconds: 600,
} as const;

/** Port on the runner at which the tunnel begins. */
const TUNNEL_PORT = 8443;

/**
 * The text of `.github/workflows/deploy.yml`: test, build, push with the commit's sha as tag, set the image, wait for the
 * roll-out, and put the previous version back if it fails. AWS is reached by OIDC: there is no key to leak.
 *
 * Values come into shell scripts as environment variables only, never as `${{ … }}` inside them.
 *
 * @throws Error that names every value that cannot be used
 *
 * Sources: https://docs.github.com/en/actions/reference/security/secure-use,
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html#sessions-remote-port-forwarding
 */
export function deployWorkflow(props: DeployWorkflowProps): string {
  const value = { ...DEFAULTS, ...withoutUndefined(props) };
  const stages: readonly Values[] = stagesOf(value, props.before);
  check(stages);
  return deployFrame(value, jobsInTurn(stages, value.testCommand, deployJob));
}

function deployJob(value: Values) {
  const { deployment } = value;
  const image = imageOf(value);
  return {
    "runs-on": value.runsOn,
    environment: value.environment,
    "timeout-minutes": Math.ceil(value.rolloutTimeoutSeconds / 60) * 2 + 30,
    permissions: { contents: "read", "id-token": "write" },
    env: {
      AWS_REGION: value.region,
      CLUSTER: value.cluster,
      ECR_REPOSITORY: value.ecrRepository,
      NAMESPACE: value.namespace,
      DEPLOYMENT: deployment,
      CONTAINER: value.container ?? deployment,
      ROLLOUT_TIMEOUT_SECONDS: String(value.rolloutTimeoutSeconds),
      ...(value.reach === "ssm-tunnel" ? { TUNNEL_PORT: String(TUNNEL_PORT) } : {}),
    },
    steps: [
      ...buildSteps(value),
      { name: "Address the cluster", run: ADDRESS_CLUSTER },
      ...(value.reach === "ssm-tunnel" ? [{ name: "Open a tunnel through a node", run: OPEN_TUNNEL }] : []),
      { name: "Set the image", id: "image", env: { IMAGE: image }, run: SET_IMAGE },
      { name: "Wait for the roll-out", id: "rollout", run: WAIT_FOR_ROLLOUT },
      ...(value.cronJobs && value.cronJobs.length > 0 ? [{ name: "Set the image of the jobs", env: { IMAGE: image, CRON_JOBS: value.cronJobs.join(" ") }, run: SET_IMAGE_OF_JOBS }] : []),
      {
        name: "Put the previous version back",
        // Cancelled by hand or timed out is as unfinished as failed.
        if: "(failure() || cancelled()) && steps.image.outcome == 'success' && steps.rollout.outcome != 'success'",
        env: { PREVIOUS_REVISION: "${{ steps.image.outputs.previous-revision }}" },
        run: ROLL_BACK,
      },
    ] satisfies Step[],
  };
}

const ADDRESS_CLUSTER = `\
aws eks update-kubeconfig --name "$CLUSTER" --alias "$CLUSTER"
`;

const OPEN_TUNNEL = `\
endpoint="$(aws eks describe-cluster --name "$CLUSTER" --query cluster.endpoint --output text)"
host="\${endpoint#https://}"
node="$(aws ec2 describe-instances \\
  --filters "Name=tag:eks:cluster-name,Values=$CLUSTER" "Name=instance-state-name,Values=running" \\
  --query 'Reservations[].Instances[].InstanceId | [0]' --output text)"
if [ "$node" = "None" ]; then
  echo "::error::No running node of $CLUSTER is tagged eks:cluster-name: the API cannot be reached through one."
  exit 1
fi
nohup aws ssm start-session --target "$node" \\
  --document-name AWS-StartPortForwardingSessionToRemoteHost \\
  --parameters "{\\"host\\":[\\"$host\\"],\\"portNumber\\":[\\"443\\"],\\"localPortNumber\\":[\\"$TUNNEL_PORT\\"]}" \\
  > "$RUNNER_TEMP/tunnel.log" 2>&1 &
entry="$(kubectl config view --minify --output 'jsonpath={.clusters[0].name}')"
kubectl config set-cluster "$entry" --server="https://127.0.0.1:$TUNNEL_PORT" --tls-server-name="$host"
for _ in $(seq 30); do
  if kubectl version --request-timeout=5s > "$RUNNER_TEMP/answer.log" 2>&1; then exit 0; fi
  sleep 2
done
cat "$RUNNER_TEMP/tunnel.log" "$RUNNER_TEMP/answer.log"
echo "::error::The API of $CLUSTER does not answer through $node. Look whether the node is managed by Systems Manager and the deploy role may start sessions and has access to the cluster."
exit 1
`;

const SET_IMAGE = `\
previous="$(kubectl get "deployment/$DEPLOYMENT" --namespace "$NAMESPACE" \\
  --output 'jsonpath={.metadata.annotations.deployment\\.kubernetes\\.io/revision}')"
echo "previous-revision=$previous" >> "$GITHUB_OUTPUT"
kubectl set image "deployment/$DEPLOYMENT" "$CONTAINER=$IMAGE" --namespace "$NAMESPACE"
`;

const SET_IMAGE_OF_JOBS = `\
for job in $CRON_JOBS; do
  kubectl set image "cronjob/$job" "$job=$IMAGE" --namespace "$NAMESPACE"
done
`;

const WAIT_FOR_ROLLOUT = `\
kubectl rollout status "deployment/$DEPLOYMENT" --namespace "$NAMESPACE" --timeout="\${ROLLOUT_TIMEOUT_SECONDS}s"
`;

const ROLL_BACK = `\
kubectl get pods --namespace "$NAMESPACE" --output wide || true
kubectl rollout undo "deployment/$DEPLOYMENT" --namespace "$NAMESPACE" --to-revision="$PREVIOUS_REVISION"
kubectl rollout status "deployment/$DEPLOYMENT" --namespace "$NAMESPACE" --timeout="\${ROLLOUT_TIMEOUT_SECONDS}s"
`;

type Values = DeployWorkflowProps & { readonly [K in keyof typeof DEFAULTS]: NonNullable<DeployWorkflowProps[K]> };

const DNS_LABEL = [/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "1 to 63 lower-case letters, digits and hyphens, with a letter first and no hyphen last"] as const;

function check(stages: readonly Values[]): void {
  const faults = new Faults("deployWorkflow");
  const value = stages.at(-1)!;
  const matches = (name: string, given: unknown, pattern: RegExp, rule: string) =>
    faults.unless(typeof given === "string" && pattern.test(given), `${name} is ${shown(given)}: it must be ${rule}. Correct it.`);
  checkStages(stages, faults);
  matches("region", value.region, ...RULES.region);
  for (const stage of stages.slice(0, -1)) checkStage(stage, faults);
  checkStage(value, faults);
  matches("ecrRepository", value.ecrRepository, ...RULES.ecrRepository);
  matches("deployment", value.deployment, ...DNS_LABEL);
  if (value.container !== undefined) matches("container", value.container, ...DNS_LABEL);
  matches("branch", value.branch, ...RULES.branch);
  for (const job of value.cronJobs ?? []) matches("cronJobs", job, ...DNS_LABEL);
  faults.unless(value.reach === "ssm-tunnel" || value.reach === "direct", `reach is ${shown(value.reach)}: it must be "ssm-tunnel" or "direct". Choose one.`);
  const labels = typeof value.runsOn === "string" ? [value.runsOn] : value.runsOn;
  faults.unless(labels.length > 0, "runsOn is []: a job needs a runner. Name its label.");
  for (const runner of labels) matches("runsOn", runner, ...RULES.runsOn);
  checkTestCommand(value, faults);
  if (value.nodeVersion !== undefined) matches("nodeVersion", value.nodeVersion, ...RULES.nodeVersion);
  matches("buildContext", value.buildContext, ...RULES.buildContext);
  if (value.dockerfile !== undefined) matches("dockerfile", value.dockerfile, ...RULES.dockerfile);
  faults.unless(value.platform === "linux/amd64" || value.platform === "linux/arm64", `platform is ${shown(value.platform)}: it must be "linux/amd64" or "linux/arm64". Choose that of the nodes.`);
  faults.unless(Number.isInteger(value.rolloutTimeoutSeconds) && value.rolloutTimeoutSeconds >= 30 && value.rolloutTimeoutSeconds <= 3600,
    `rolloutTimeoutSeconds is ${shown(value.rolloutTimeoutSeconds)}: it must be a whole number from 30 to 3600. Choose one.`);
  faults.throwIfAny();
}

/** What may be different from one environment to the next. */
function checkStage(value: Values, faults: Faults): void {
  const matches = (name: string, given: unknown, pattern: RegExp, rule: string) =>
    faults.unless(typeof given === "string" && pattern.test(given), `${name} is ${shown(given)}: it must be ${rule}. Correct it.`);
  matches("cluster", value.cluster, /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, "the name of an EKS cluster: letters, digits, hyphens and underscores");
  matches("namespace", value.namespace, ...DNS_LABEL);
  matches("environment", value.environment, ...RULES.environment);
  matches("roleVariable", value.roleVariable, ...RULES.roleVariable);
}

function withoutUndefined<T extends object>(props: T): T {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as T;
}
