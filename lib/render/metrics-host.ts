import { boundedLogs, type ComposeFile, type ComposeService, hardened } from "./compose";
import { checkedUserData, INSTALL_DOCKER, INSTANCE_METADATA, startCloudwatchAgent, writeFile } from "./docker-host";
import { Faults, shown } from "./faults";
import type { RenderedFile } from "./kubernetes-yaml";
import { MONITORING_PORTS, monitoringFiles, type PrometheusProps, REGION_PLACEHOLDER, TOPIC_PLACEHOLDER } from "./prometheus";
import { yamlDocument, type GeneratedHeader } from "./yaml";

/** Images of the monitoring host. Renew them together, and read the release notes of Grafana first. */
export const IMAGES = {
  prometheus: "quay.io/prometheus/prometheus:v3.14.0",
  alertmanager: "quay.io/prometheus/alertmanager:v0.34.1",
  grafana: "docker.io/grafana/grafana:13.2.2",
  nodeExporter: "quay.io/prometheus/node-exporter:v1.12.1",
} as const;

/** The user in the images of Prometheus, and that in Grafana's. */
const NOBODY = 65534;
const GRAFANA = 472;

export const NODE_EXPORTER_PORT = 9100;

/** The machine's own metrics, for Prometheus. It sees the machine's files and network, read-only; that is its purpose. */
export function nodeExporterCompose(listenAddress = ""): ComposeFile {
  return { name: "exporter", services: { "node-exporter": nodeExporter(listenAddress) } };
}

function nodeExporter(listenAddress: string): ComposeService {
  return {
    image: IMAGES.nodeExporter,
    restart: "unless-stopped",
    network_mode: "host",
    pid: "host",
    ...hardened(NOBODY),
    command: ["--path.rootfs=/host", `--web.listen-address=${listenAddress}:${NODE_EXPORTER_PORT}`, "--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|run|var/lib/docker/.+)($|/)"],
    volumes: ["/:/host:ro,rslave"],
    ...limits(0.25, 128),
  };
}

/** Where Grafana listens, and what it believes its own address to be. */
export interface GrafanaAccess {
  /** `https://grafana.example.com` behind a load balancer. @default - loopback only, for a forwarded port */
  readonly rootUrl?: string;
}

export interface MetricsComposeProps extends GrafanaAccess {
  /** Time that metrics are kept. @default 30 */
  readonly retentionDays?: number;
  /** Size of the volume; metrics use at most 80 % of it. @default 50 */
  readonly volumeSizeGb?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { retentionDays: 30, volumeSizeGb: 50 } as const;

/**
 * Prometheus, Alertmanager, Grafana and a node exporter for one machine. They share its network: Prometheus and Alertmanager work with the
 * machine's role, and so need no second hop to the metadata service; all listen on loopback, except a Grafana behind a load
 * balancer.
 *
 * @throws Error that names every value that cannot be used
 */
export function metricsCompose(props: MetricsComposeProps = {}): ComposeFile {
  const { retentionDays = DEFAULTS.retentionDays, volumeSizeGb = DEFAULTS.volumeSizeGb, rootUrl } = props;
  checkCompose(retentionDays, volumeSizeGb, rootUrl);
  const { prometheus, alertmanager, grafana } = MONITORING_PORTS;
  const asks = (url: string): NonNullable<ComposeService["healthcheck"]> => ({ test: ["CMD", "wget", "-q", "-O", "/dev/null", url], interval: "30s", timeout: "5s", retries: 3, start_period: "60s" });
  const common = { restart: "unless-stopped", network_mode: "host" } as const;
  return {
    name: "monitoring",
    services: {
      prometheus: {
        image: IMAGES.prometheus,
        ...common,
        ...hardened(NOBODY),
        command: [
          "--config.file=/etc/prometheus/prometheus.yml",
          "--storage.tsdb.path=/prometheus",
          `--storage.tsdb.retention.time=${retentionDays}d`,
          `--storage.tsdb.retention.size=${Math.floor(volumeSizeGb * 0.8 * 1024)}MB`,
          `--web.listen-address=127.0.0.1:${prometheus}`,
          "--web.enable-lifecycle",
        ],
        volumes: [`${CONFIGURATION}/prometheus:/etc/prometheus:ro`, `${DATA}/prometheus:/prometheus`],
        healthcheck: asks(`http://127.0.0.1:${prometheus}/-/ready`),
        stop_grace_period: "60s",
        ...limits(1.5, 2048),
      },
      alertmanager: {
        image: IMAGES.alertmanager,
        ...common,
        ...hardened(NOBODY),
        command: [
          "--config.file=/etc/alertmanager/alertmanager.yml",
          "--storage.path=/alertmanager",
          `--web.listen-address=127.0.0.1:${alertmanager}`,
          // One alone: it looks for no peers.
          "--cluster.listen-address=",
        ],
        volumes: [`${CONFIGURATION}/alertmanager:/etc/alertmanager:ro`, `${DATA}/alertmanager:/alertmanager`],
        healthcheck: asks(`http://127.0.0.1:${alertmanager}/-/ready`),
        ...limits(0.25, 256),
      },
      grafana: {
        image: IMAGES.grafana,
        ...common,
        ...hardened(GRAFANA),
        tmpfs: ["/tmp:mode=1777,size=64m"],
        environment: {
          GF_SERVER_HTTP_ADDR: rootUrl === undefined ? "127.0.0.1" : "0.0.0.0",
          GF_SERVER_HTTP_PORT: String(grafana),
          ...(rootUrl === undefined ? {} : { GF_SERVER_ROOT_URL: rootUrl, GF_SECURITY_COOKIE_SECURE: "true", GF_SECURITY_STRICT_TRANSPORT_SECURITY: "true" }),
          GF_LOG_MODE: "console",
          GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/grafana-admin-password",
          GF_SECURITY_DISABLE_GRAVATAR: "true",
          GF_USERS_ALLOW_SIGN_UP: "false",
          GF_AUTH_ANONYMOUS_ENABLED: "false",
          GF_ANALYTICS_REPORTING_ENABLED: "false",
          GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
          GF_PLUGINS_PREINSTALL_DISABLED: "true",
        },
        volumes: [
          `${CONFIGURATION}/grafana/provisioning:/etc/grafana/provisioning:ro`,
          `${CONFIGURATION}/grafana/dashboards:/var/lib/grafana-dashboards:ro`,
          `${DATA}/grafana:/var/lib/grafana`,
          "/run/monitoring/grafana-admin-password:/run/secrets/grafana-admin-password:ro",
        ],
        healthcheck: asks(`http://127.0.0.1:${grafana}/api/health`),
        ...limits(1, 768),
      },
      "node-exporter": nodeExporter("127.0.0.1"),
    },
  };
}

function limits(cpus: number, memoryMb: number): Pick<ComposeService, "deploy" | "logging"> {
  return { deploy: { resources: { limits: { cpus: String(cpus), memory: `${memoryMb}M`, pids: 512 } } }, logging: boundedLogs(3) };
}

/** All files of the host's configuration, by their path below its directory. */
export function metricsHostFiles(props: { readonly compose: MetricsComposeProps; readonly prometheus: PrometheusProps }, header: GeneratedHeader): readonly RenderedFile[] {
  return [{ path: "compose.yaml", text: yamlDocument(metricsCompose(props.compose), header) }, ...monitoringFiles(props.prometheus, header)];
}

/** The JSON of the settings parameter: what only Terraform knows. */
export interface MetricsHostSettings {
  readonly configuration_bucket: string;
  readonly alarm_topic_arn: string;
  /** A secret whose text is the password of Grafana's `admin`. */
  readonly grafana_secret_arn: string;
}

export interface MetricsUserDataProps {
  readonly settingsParameter: string;
  readonly logGroup: string;
  /** Namespace of the host's own metrics in CloudWatch. */
  readonly namespace: string;
}

const CONFIGURATION = "/opt/monitoring";
/** Where the volume with the metrics is mounted. */
export const DATA = "/data";

/** The device name that the volume is attached with; Amazon Linux makes it a link to the NVMe device. */
export const VOLUME_DEVICE = "/dev/sdf";

/**
 * The first boot of the monitoring host: Docker, the data volume (formatted only when it holds nothing at all), and the command
 * `monitoring`, which fetches the configuration and runs it. A timer fetches it again every five minutes, so that another
 * rule or dashboard does not need another machine.
 *
 * @throws Error that names every value that cannot be used
 */
export function metricsUserData(props: MetricsUserDataProps): string {
  checkUserData(props);
  return checkedUserData(
    [
      "#!/bin/bash\nset -euo pipefail\numask 022\n",
      INSTALL_DOCKER,
      "retry dnf install -y rsync\n",
      MOUNT_VOLUME,
      writeFile(`${CONFIGURATION}/monitoring`, monitoringCommand(props.settingsParameter), "0755"),
      writeFile("/etc/systemd/system/monitoring.service", SERVICE),
      writeFile("/etc/systemd/system/monitoring.timer", TIMER),
      "systemctl daemon-reload\nsystemctl enable monitoring.timer\nsystemctl start --no-block monitoring.timer\n",
      startCloudwatchAgent({ namespace: props.namespace, disks: ["/", DATA], logGroup: props.logGroup }),
    ].join("\n"),
  );
}

const MOUNT_VOLUME = `\
# The volume is attached after the instance has started.
for _ in $(seq 120); do
  if [[ -b ${VOLUME_DEVICE} ]]; then break; fi
  sleep 5
done
device=$(readlink --canonicalize-existing ${VOLUME_DEVICE})
status=0
blkid --probe "$device" || status=$?
# 2 is "nothing identified"; anything else may be a volume with data, and mkfs refuses those too.
if ((status == 2)); then mkfs.xfs -L monitoring "$device"; fi
install -d ${DATA}
grep --quiet '^LABEL=monitoring ' /etc/fstab || echo 'LABEL=monitoring ${DATA} xfs defaults,noatime,nofail 0 2' >> /etc/fstab
systemctl daemon-reload
mountpoint --quiet ${DATA} || mount ${DATA}
xfs_growfs ${DATA}
install -d -o ${NOBODY} -g ${NOBODY} ${DATA}/prometheus ${DATA}/alertmanager
install -d -o ${GRAFANA} -g ${GRAFANA} ${DATA}/grafana
`;

const SERVICE = `\
[Unit]
Description=Fetches the configuration of the monitoring and runs it
Wants=network-online.target
Requires=docker.service
After=network-online.target docker.service
# Without the volume the data would be written beside it.
RequiresMountsFor=${DATA}
ConditionPathIsMountPoint=${DATA}

[Service]
Type=oneshot
ExecStart=${CONFIGURATION}/monitoring
`;

const TIMER = `\
[Unit]
Description=Fetches the configuration of the monitoring every five minutes

[Timer]
OnActiveSec=1s
OnUnitActiveSec=5min
RandomizedDelaySec=10s

[Install]
WantedBy=timers.target
`;

function monitoringCommand(settingsParameter: string): string {
  return `\
#!/bin/bash
# Fetches the configuration, starts what is not running, and lets what runs read what changed.
set -euo pipefail
umask 022

files=${CONFIGURATION}
secrets=/run/monitoring
mkdir -p "$secrets"
exec 9> "$secrets/lock"
flock 9

${INSTANCE_METADATA}
settings=$(aws ssm get-parameter --name ${settingsParameter} --query Parameter.Value --output text)
bucket=$(jq --raw-output .configuration_bucket <<< "$settings")
topic=$(jq --raw-output .alarm_topic_arn <<< "$settings")
secret=$(jq --raw-output .grafana_secret_arn <<< "$settings")

# In place, since containers have these directories mounted.
fetched=$files/fetched
aws s3 sync --only-show-errors --delete --exact-timestamps "s3://$bucket/" "$fetched/"
sed --in-place -e "s|${TOPIC_PLACEHOLDER}|$topic|" -e "s|${REGION_PLACEHOLDER}|$AWS_DEFAULT_REGION|" \\
  "$fetched/alertmanager/alertmanager.yml" "$fetched/prometheus/prometheus.yml"
mkdir -p "$files/prometheus" "$files/alertmanager" "$files/grafana"
changed=$(rsync --recursive --checksum --delete --itemize-changes "$fetched/prometheus" "$fetched/alertmanager" "$fetched/grafana" "$fetched/compose.yaml" "$files/")

password=$(aws secretsmanager get-secret-value --secret-id "$secret" --query SecretString --output text)
known=$(cat "$secrets/grafana-admin-password" 2> /dev/null || true)
if [[ $password != "$known" ]]; then
  # Written into the file that is mounted: another file of the same name would not be seen.
  touch "$secrets/grafana-admin-password"
  chown ${GRAFANA} "$secrets/grafana-admin-password"
  chmod 400 "$secrets/grafana-admin-password"
  printf %s "$password" > "$secrets/grafana-admin-password"
fi

compose() { docker compose --project-directory "$files" --file "$files/compose.yaml" "$@"; }

compose up --detach --quiet-pull --remove-orphans --wait --wait-timeout 300
if [[ $password != "$known" ]]; then
  # Grafana reads the file only when it makes its database: an older one, on the volume, is told the password of today.
  printf %s "$password" | compose exec --no-TTY grafana grafana cli admin reset-admin-password --password-from-stdin > /dev/null
fi
if [[ $changed == *prometheus/* ]]; then curl --fail --silent --show-error --request POST http://127.0.0.1:${MONITORING_PORTS.prometheus}/-/reload; fi
if [[ $changed == *alertmanager/* ]]; then curl --fail --silent --show-error --request POST http://127.0.0.1:${MONITORING_PORTS.alertmanager}/-/reload; fi
if [[ $changed == *grafana/provisioning/* ]]; then compose restart grafana; fi
`;
}

function checkCompose(retentionDays: number, volumeSizeGb: number, rootUrl: string | undefined): void {
  const faults = new Faults("metricsCompose");
  faults.unless(Number.isInteger(retentionDays) && retentionDays >= 4 && retentionDays <= 3650,
    `retentionDays is ${shown(retentionDays)}: it must be a whole number from 4 to 3650, since alerts look back three days. Choose one.`);
  faults.unless(Number.isInteger(volumeSizeGb) && volumeSizeGb >= 10 && volumeSizeGb <= 16_384,
    `volumeSizeGb is ${shown(volumeSizeGb)}: it must be a whole number from 10 to 16384. Choose one.`);
  faults.unless(rootUrl === undefined || /^https:\/\/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(rootUrl),
    `rootUrl is ${shown(rootUrl)}: it must be an https URL without a path. Write it as in https://grafana.example.com.`);
  faults.throwIfAny();
}

function checkUserData({ settingsParameter, logGroup, namespace }: MetricsUserDataProps): void {
  const faults = new Faults("metricsUserData");
  const matches = (name: string, given: string, pattern: RegExp, rule: string) =>
    faults.unless(pattern.test(given), `${name} is ${shown(given)}: it must be ${rule}. Correct it.`);
  matches("settingsParameter", settingsParameter, /^(\/[A-Za-z0-9_.-]+){1,15}$/, "the path of an SSM parameter such as /specweave/monitoring");
  matches("logGroup", logGroup, /^[A-Za-z0-9_./#-]{1,512}$/, "the name of a log group");
  matches("namespace", namespace, /^[A-Za-z0-9][A-Za-z0-9_./-]{0,254}$/, "a CloudWatch namespace of letters, digits and ./_-");
  faults.throwIfAny();
}
