import { Faults, shown } from "./faults";
import { ACTIONS, checkStages, checkTestCommand, deployFrame, jobsInTurn, RULES, stagesOf, type Step } from "./github-actions";
import type { GeneratedHeader } from "./yaml";

export interface ServerWorkflowProps {
  /** Where the file comes from: increment and criteria. */
  readonly header: GeneratedHeader;
  /** AWS region of the server. */
  readonly region: string;
  /** Name of the server: its tag `Name`. */
  readonly serverName: string;
  /** Name of the SSM document that deploys a branch. @default - the server's name, with `-deploy` behind it */
  readonly document?: string;
  /** Branch whose pushes are deployed. @default "main" */
  readonly branch?: string;
  /** GitHub environment; the deploy role trusts jobs of it only. @default "production" */
  readonly environment?: string;
  /** Variable of that environment that holds the ARN of the deploy role. @default "AWS_DEPLOY_ROLE_ARN" */
  readonly roleVariable?: string;
  /** Label of the runner; it needs the AWS CLI. @default "ubuntu-24.04" */
  readonly runsOn?: string;
  /** Command that must succeed before anything is deployed, in a job without access to AWS. @default - no tests */
  readonly testCommand?: string;
  /** Node.js version of the tests, as in `24`. @default - that of the runner */
  readonly nodeVersion?: string;
  /** Time that the deployment may take, its roll-back included. @default 1800 */
  readonly timeoutSeconds?: number;
  /** Environments that a version passes through before, with what is different there. @default - none */
  readonly before?: readonly ServerStage[];
}

/** An environment with a server of its own. */
export type ServerStage = { readonly environment: string } & Pick<ServerWorkflowProps, "serverName"> & Partial<Pick<ServerWorkflowProps, "document" | "roleVariable">>;

/** What is used for whatever is not given. */
export const DEFAULTS = {
  branch: "main",
  environment: "production",
  roleVariable: "AWS_DEPLOY_ROLE_ARN",
  runsOn: "ubuntu-24.04",
  timeoutSeconds: 1800,
} as const;

type Values = ServerWorkflowProps & { readonly [K in keyof typeof DEFAULTS]: NonNullable<ServerWorkflowProps[K]> };

/**
 * The text of `.github/workflows/deploy.yml` for a single server: test, then have the server deploy the branch, which pulls, installs and checks, and
 * goes back to the release before by itself if that is not well. There is no SSH and no key: AWS is reached by OIDC, the server by Systems Manager.
 *
 * Values come into shell scripts as environment variables only, never as `${{ … }}` inside them.
 *
 * @throws Error that names every value that cannot be used
 *
 * Source: https://docs.github.com/en/actions/reference/security/secure-use
 */
export function serverWorkflow(props: ServerWorkflowProps): string {
  const value: Values = { ...DEFAULTS, ...(Object.fromEntries(Object.entries(props).filter(([, given]) => given !== undefined)) as unknown as ServerWorkflowProps) };
  const stages: readonly Values[] = stagesOf(value, props.before);
  check(stages);
  return deployFrame(value, jobsInTurn(stages, value.testCommand, deployJob));
}

function deployJob(value: Values) {
  return {
    "runs-on": value.runsOn,
    environment: value.environment,
    // As long as the credentials of the role are good for.
    "timeout-minutes": 60,
    permissions: { "id-token": "write" },
    env: {
      AWS_REGION: value.region,
      SERVER: value.serverName,
      DOCUMENT: value.document ?? `${value.serverName}-deploy`,
      BRANCH: value.branch,
      TIMEOUT_SECONDS: String(value.timeoutSeconds),
    },
    steps: [
      { name: "Take on the deploy role", uses: ACTIONS.awsCredentials, with: { "role-to-assume": `\${{ vars.${value.roleVariable} }}`, "aws-region": value.region } },
      { name: "Deploy the branch", run: DEPLOY },
    ] satisfies Step[],
  };
}

const DEPLOY = `\
instance="$(aws ec2 describe-instances --filters "Name=tag:Name,Values=$SERVER" "Name=instance-state-name,Values=running" \\
  --query 'Reservations[].Instances[].InstanceId | [0]' --output text)"
if [ "$instance" = "None" ]; then
  echo "::error::No running instance has the name $SERVER."
  exit 1
fi
command="$(aws ssm send-command --document-name "$DOCUMENT" --instance-ids "$instance" --parameters "Branch=$BRANCH" \\
  --timeout-seconds 120 --query Command.CommandId --output text)"
end=$((SECONDS + TIMEOUT_SECONDS))
while true; do
  sleep 5
  # Right after sending, Systems Manager may not know of it yet.
  status="$(aws ssm get-command-invocation --command-id "$command" --instance-id "$instance" --query Status --output text 2> /dev/null || echo Pending)"
  case "$status" in
    Pending | InProgress | Delayed) if [ "$SECONDS" -lt "$end" ]; then continue; fi ;;
  esac
  aws ssm get-command-invocation --command-id "$command" --instance-id "$instance" \\
    --query '[StandardOutputContent, StandardErrorContent]' --output text || true
  if [ "$status" = "Success" ]; then exit 0; fi
  echo "::error::The deployment of $BRANCH on $SERVER ended with $status. What it says is above, and in the log group /$SERVER/deploy."
  exit 1
done
`;

function check(stages: readonly Values[]): void {
  const faults = new Faults("serverWorkflow");
  const value = stages.at(-1)!;
  const matches = (name: string, given: unknown, pattern: RegExp, rule: string) =>
    faults.unless(typeof given === "string" && pattern.test(given), `${name} is ${shown(given)}: it must be ${rule}. Correct it.`);
  checkStages(stages, faults);
  for (const stage of stages) {
    matches("serverName", stage.serverName, /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/, "1 to 63 letters, digits and hyphens");
    if (stage.document !== undefined) matches("document", stage.document, /^[A-Za-z0-9_.-]{3,128}$/, "the name of an SSM document");
    matches("environment", stage.environment, ...RULES.environment);
    matches("roleVariable", stage.roleVariable, ...RULES.roleVariable);
  }
  for (const key of ["region", "branch", "runsOn"] as const) matches(key, value[key], ...RULES[key]);
  if (value.nodeVersion !== undefined) matches("nodeVersion", value.nodeVersion, ...RULES.nodeVersion);
  checkTestCommand(value, faults);
  faults.unless(Number.isInteger(value.timeoutSeconds) && value.timeoutSeconds >= 120 && value.timeoutSeconds <= 3000,
    `timeoutSeconds is ${shown(value.timeoutSeconds)}: it must be a whole number from 120 to 3000. Choose one.`);
  faults.throwIfAny();
}
