import { composeApplication, type ComposeApplicationProps, DEFAULTS as COMPOSE_DEFAULTS, CERTIFICATES_OF_RDS, COMPOSE_VARIABLES, MIGRATE_SERVICE } from "./compose";
import { checkedUserData, INSTALL_DOCKER, INSTANCE_METADATA, startCloudwatchAgent, writeFile } from "./docker-host";
import { Faults, shown } from "./faults";
import { nodeExporterCompose } from "./metrics-host";
import { yamlDocument } from "./yaml";

/** What an instance of the fleet needs to know before it can ask AWS for the rest. */
export interface FleetUserDataProps {
  /** Name of the Auto Scaling group. */
  readonly groupName: string;
  /** SSM parameter with the names of what the instance works with (see `FleetSettings`). */
  readonly settingsParameter: string;
  /** Log group for the containers and the boot. */
  readonly logGroup: string;
  /** The application, as developers run it. @default - the defaults of `composeApplication` */
  readonly application?: ComposeApplicationProps;
  /** Whether the machine's own metrics are offered to Prometheus, on port 9100. @default false */
  readonly nodeExporter?: boolean;
  /** Time that the load balancer gives requests to end when an instance leaves it. @default 30 */
  readonly deregistrationDelaySeconds?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { nodeExporter: false, deregistrationDelaySeconds: 30 } as const;

/**
 * The JSON of the settings parameter: what only Terraform knows. It stands apart from user data, so that another database or
 * repository does not make a new launch template, which would replace every instance.
 */
export interface FleetSettings {
  /** The image's name without its tag. */
  readonly repository_url: string;
  /** The SSM parameter that names the image to run: `none`, or a whole image with its tag. */
  readonly release_parameter: string;
  readonly target_group_arn: string;
  /** Connection settings of the database, which become PGHOST, DATABASE_URL and so on; empty where there is none. */
  readonly database_secret_arn: string;
  /** Further secrets whose JSON members become environment variables: `key` of the one with prefix `MAIL` is `MAIL_KEY`. */
  readonly secrets: readonly { readonly prefix: string; readonly arn: string }[];
  /** Environment variables that are no secrets: the places of buckets, queues and the like. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Value of the release parameter before the first deployment. */
export const NO_RELEASE = "none";

/** Where the application's files lie on an instance. */
const HOME = "/opt/app";

/** The command on an instance that deploys an image: `app deploy IMAGE`. */
export const DEPLOY_COMMAND = `${HOME}/app deploy`;

/**
 * The first boot of an instance: Docker, the agent for CloudWatch, the Compose file, and the command `app` that runs a release.
 * It holds no secret, no address and no image: those are asked for when the application starts.
 *
 * @throws Error that names every value that cannot be used, or says that the whole is too long for EC2
 */
export function fleetUserData(props: FleetUserDataProps): string {
  const value = { ...DEFAULTS, ...(Object.fromEntries(Object.entries(props).filter(([, given]) => given !== undefined)) as unknown as FleetUserDataProps) };
  check(value);
  const application = { ...COMPOSE_DEFAULTS, ...value.application };
  return checkedUserData(
    [
      "#!/bin/bash\nset -euo pipefail\numask 022\n",
      INSTALL_DOCKER,
      `retry curl --fail --silent --show-error --output ${CERTIFICATES_OF_RDS} https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem\n`,
      writeFile(`${HOME}/compose.yaml`, yamlDocument(composeApplication(application))),
      writeFile(`${HOME}/placeholder.py`, PLACEHOLDER),
      writeFile(`${HOME}/app`, appCommand(value), "0755"),
      writeFile("/etc/systemd/system/app.service", APP_SERVICE),
      writeFile("/etc/systemd/system/app-placeholder.service", PLACEHOLDER_SERVICE),
      // The application first: what only watches it must not keep it from starting.
      "systemctl daemon-reload\nsystemctl enable app.service\nsystemctl start --no-block app.service\n",
      startCloudwatchAgent({ namespace: value.groupName, disks: ["/"], logGroup: value.logGroup }),
      ...(value.nodeExporter
        ? [
            writeFile("/opt/exporter/compose.yaml", yamlDocument(nodeExporterCompose())),
            "retry docker compose --file /opt/exporter/compose.yaml up --detach --quiet-pull\n",
          ]
        : []),
    ].join("\n"),
  );
}

/** Serves the health check and nothing else, so that a fleet without a release is not replaced for ever. */
const PLACEHOLDER = `\
"""Answers the health check until there is a release; everything else is 503."""
import http.server
import os


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == os.environ["HEALTH_PATH"] else 503)
        self.send_header("content-type", "text/plain")
        self.end_headers()
        self.wfile.write(b"no release yet\\n")

    do_HEAD = do_POST = do_GET


http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`;

const PLACEHOLDER_SERVICE = `\
[Unit]
Description=Answers the health check until there is a release

[Service]
EnvironmentFile=${HOME}/placeholder.env
ExecStart=/usr/bin/python3 ${HOME}/placeholder.py
DynamicUser=yes
AmbientCapabilities=CAP_NET_BIND_SERVICE
Restart=always
RestartSec=2
`;

const APP_SERVICE = `\
[Unit]
Description=Runs the released image
Wants=network-online.target
Requires=docker.service
After=network-online.target docker.service
StartLimitIntervalSec=0

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${HOME}/app start
Restart=on-failure
RestartSec=15

[Install]
WantedBy=multi-user.target
`;

type Values = FleetUserDataProps & { readonly [K in keyof typeof DEFAULTS]: NonNullable<FleetUserDataProps[K]> };

/** The command on the instances. Exported for tests, which run it. */
export function appCommand(props: Pick<Values, "groupName" | "settingsParameter" | "application" | "deregistrationDelaySeconds">): string {
  const { port, healthPath, startupSeconds, migrateCommand } = { ...COMPOSE_DEFAULTS, ...props.application };
  const migrates = migrateCommand.length > 0;
  return `\
#!/bin/bash
# app start          runs the release that the parameter names; before the first one, a placeholder
# app deploy IMAGE   takes this instance out of service, runs IMAGE, and goes back into service;
#                    if IMAGE cannot be fetched, nothing is touched;
#                    if IMAGE is not healthy, the release before it runs again, and the exit status is 1
set -euo pipefail

group=${props.groupName}
settings_parameter=${props.settingsParameter}
health=http://127.0.0.1:${port}${healthPath}
start_seconds=${startupSeconds}
drain_seconds=${props.deregistrationDelaySeconds ?? DEFAULTS.deregistrationDelaySeconds}
state=/var/lib/app
export DOCKER_CONFIG=/run/app/docker
export ${COMPOSE_VARIABLES.environmentFile}=/run/app/env ${COMPOSE_VARIABLES.bindAddress}=0.0.0.0 ${COMPOSE_VARIABLES.certificates}=${CERTIFICATES_OF_RDS}
umask 077
mkdir -p "$state" "$DOCKER_CONFIG"
exec 9> /run/app/lock
flock 9

log() { echo "app: $*" >&2; }

${INSTANCE_METADATA}
parameter() { aws ssm get-parameter --name "$1" --query Parameter.Value --output text; }

# until_true SECONDS COMMAND...
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    if ((SECONDS >= end)); then return 1; fi
    sleep 3
  done
}

healthy() { curl --fail --silent --output /dev/null --max-time 5 "$health"; }

secret() { aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text < /dev/null; }

# Connection settings and secrets, one NAME=value a line, in a file in memory that only root can read.
write_environment() {
  local prefix arn database
  jq --raw-output '.environment // {} | '"$lines" <<< "$settings" > /run/app/env.new || return 1
  database=$(jq --raw-output .database_secret_arn <<< "$settings") || return 1
  if [[ -n $database ]]; then
    secret "$database" | jq --raw-output --arg certificates ${CERTIFICATES_OF_RDS} '
      def url($host): "postgresql://\\(.username | @uri):\\(.password | @uri)@\\($host):\\(.port)/\\(.dbname | @uri)?sslmode=verify-full&sslrootcert=\\($certificates)";
      {
        PGHOST: .host, PGPORT: .port, PGDATABASE: .dbname, PGUSER: .username, PGPASSWORD: .password,
        PGSSLMODE: "verify-full", PGSSLROOTCERT: $certificates,
        DATABASE_URL: url(.host), DATABASE_READER_URL: url(.reader_host // .host)
      } | '"$lines" >> /run/app/env.new || return 1
  fi
  while read -r prefix arn; do
    secret "$arn" | jq --raw-output --arg prefix "$prefix" 'with_entries(.key |= "\\($prefix)_\\(ascii_upcase | gsub("[^A-Z0-9]"; "_"))") | '"$lines" >> /run/app/env.new || return 1
  done < <(jq --raw-output '.secrets[] | "\\(.prefix) \\(.arn)"' <<< "$settings")
  mv /run/app/env.new /run/app/env
}
lines='to_entries[] | select(.value != null) | if (.value | tostring | test("[\\n\\r]")) then error("\\(.key) has a line end") else "\\(.key)=\\(.value)" end'

compose() { ${COMPOSE_VARIABLES.image}=$1 docker compose --project-directory ${HOME} --file ${HOME}/compose.yaml "\${@:2}"; }

# Fetches an image and what it works with; what runs is not touched.
prepare() {
  local image=$1
  if [[ $image != "$repository":* && $image != "$repository"@* ]]; then
    log "$image is not of the repository $repository"
    return 1
  fi
  write_environment || return 1
  aws ecr get-login-password | docker login --username AWS --password-stdin "$(cut -d / -f 1 <<< "$repository")" > /dev/null || return 1
  compose "$image" pull --quiet
}

# Runs an image that was prepared and waits until it is healthy.
run() {
  local image=$1
  systemctl stop app-placeholder.service
  compose "$image" up --detach --remove-orphans --no-build || return 1
  if until_true "$start_seconds" healthy; then return 0; fi
  log "$image does not answer $health"
  compose "$image" logs --tail 50 >&2 || true
  return 1
}

run_placeholder() {
  compose "$repository:${NO_RELEASE}" down || true
  printf 'PORT=${port}\\nHEALTH_PATH=${healthPath}\\n' > ${HOME}/placeholder.env
  systemctl restart app-placeholder.service
}

# Runs what ran before.
run_previous() {
  if [[ -z $previous ]]; then
    run_placeholder
  else
    prepare "$previous" && run "$previous"
  fi
}

lifecycle() {
  aws autoscaling describe-auto-scaling-instances --instance-ids "$instance" --query 'AutoScalingInstances[0].LifecycleState' --output text
}

lifecycle_is() { [[ $(lifecycle) == "$1" ]]; }

target_is_healthy() {
  [[ $(aws elbv2 describe-target-health --target-group-arn "$target_group" --targets "Id=$instance" \\
    --query 'TargetHealthDescriptions[0].TargetHealth.State' --output text) == healthy ]]
}

sizes() {
  aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names "$group" --query 'AutoScalingGroups[0].[MinSize,DesiredCapacity]' --output text
}

# Standby is how an instance leaves the load balancer without the group taking it for broken and replacing it.
leave_service() {
  local smallest desired decrement=--should-decrement-desired-capacity
  if lifecycle_is Standby; then return 0; fi
  read -r smallest desired < <(sizes)
  # At its smallest size the group starts another instance for the time being.
  if ((desired <= smallest)); then
    decrement=--no-should-decrement-desired-capacity
    stand_in=yes
  fi
  aws autoscaling enter-standby --auto-scaling-group-name "$group" --instance-ids "$instance" "$decrement" > /dev/null
  until_true $((drain_seconds + 300)) lifecycle_is Standby
}

enter_service() {
  if lifecycle_is Standby; then
    aws autoscaling exit-standby --auto-scaling-group-name "$group" --instance-ids "$instance" > /dev/null
  fi
  until_true 300 target_is_healthy
}

# The instance that stood in for this one is one too many when this one is back.
dismiss_stand_in() {
  local smallest desired
  if [[ -z $stand_in ]]; then return 0; fi
  stand_in=
  read -r smallest desired < <(sizes)
  if ((desired > smallest)); then
    aws autoscaling set-desired-capacity --auto-scaling-group-name "$group" --desired-capacity $((desired - 1)) || log "the group keeps an instance that stood in for this one"
  fi
}
stand_in=

deploy() {
  local image=$1
  if [[ $image == "$previous" ]] && healthy && target_is_healthy; then
    log "$image runs already"
    return 0
  fi
  case $(lifecycle) in
    InService | Standby) ;;
    *) log "this instance is not in service: $image is not deployed to it"; return 0 ;;
  esac
  prepare "$image"
${migrates ? `  compose "$image" run --rm --no-TTY --no-deps ${MIGRATE_SERVICE} >&2
` : ""}  # Whatever goes wrong from here on, the instance goes back into service.
  trap 'enter_service || true' EXIT
  leave_service
  if run "$image" && enter_service; then
    echo "$image" > "$state/release"
    trap - EXIT
    dismiss_stand_in
    docker image prune --all --force --filter until=240h > /dev/null || true
    log "$image is in service"
    return 0
  fi
  log "$image failed; \${previous:-the placeholder} is put back"
  leave_service || true
  run_previous || log "$previous is not healthy either"
  enter_service || true
  trap - EXIT
  dismiss_stand_in
  return 1
}

start() {
  local image
  image=$(parameter "$release_parameter")
  if [[ $image == ${NO_RELEASE} ]]; then
    log "there is no release yet"
    run_placeholder
  else
    prepare "$image"
    run "$image"
    echo "$image" > "$state/release"
  fi
}

instance=$(metadata meta-data/instance-id)
settings=$(parameter "$settings_parameter")
repository=$(jq --raw-output .repository_url <<< "$settings")
release_parameter=$(jq --raw-output .release_parameter <<< "$settings")
target_group=$(jq --raw-output .target_group_arn <<< "$settings")
previous=$(cat "$state/release" 2> /dev/null || true)

case \${1:-} in
  start) start ;;
  deploy) deploy "\${2:?the image is missing}" ;;
  *) log "usage: app start | app deploy IMAGE"; exit 2 ;;
esac
`;
}

function check(value: Values): void {
  const faults = new Faults("fleetUserData");
  const matches = (name: string, given: unknown, pattern: RegExp, rule: string) =>
    faults.unless(typeof given === "string" && pattern.test(given), `${name} is ${shown(given)}: it must be ${rule}. Correct it.`);
  matches("groupName", value.groupName, /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/, "1 to 63 letters, digits and hyphens");
  matches("settingsParameter", value.settingsParameter, /^(\/[A-Za-z0-9_.-]+){1,15}$/, "the path of an SSM parameter such as /specweave/fleet");
  matches("logGroup", value.logGroup, /^[A-Za-z0-9_./#-]{1,512}$/, "the name of a log group");
  faults.unless(Number.isInteger(value.deregistrationDelaySeconds) && value.deregistrationDelaySeconds >= 0 && value.deregistrationDelaySeconds <= 3600,
    `deregistrationDelaySeconds is ${shown(value.deregistrationDelaySeconds)}: it must be a whole number from 0 to 3600. Choose one.`);
  faults.throwIfAny();
}
