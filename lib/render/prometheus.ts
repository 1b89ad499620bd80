import { Faults, shown } from "./faults";
import type { RenderedFile } from "./kubernetes-yaml";
import { yamlDocument, type GeneratedHeader } from "./yaml";

/** What is watched, and how it is found. */
export interface PrometheusProps {
  /** Name of the environment: a label of every alert. */
  readonly environment: string;
  /** Auto Scaling group whose instances are found by the tag that AWS puts on them. */
  readonly autoScalingGroupName: string;
  /** Name of the application in alerts and dashboards. @default "api" */
  readonly application?: string;
  /** Port of the application on the instances. @default 3000 */
  readonly applicationPort?: number;
  /** Path where it answers in the Prometheus text format; `false`: it has no metrics. @default "/metrics" */
  readonly metricsPath?: string | false;
  /** Port of the node exporter on the instances. @default 9100 */
  readonly nodeExporterPort?: number;
  /** Time between two scrapes. @default 30 */
  readonly scrapeIntervalSeconds?: number;
  /** Histogram of the time requests take, in seconds. @default "http_request_duration_seconds" */
  readonly durationMetric?: string;
  /** Label of that histogram that holds the HTTP status. @default "status_code" */
  readonly statusLabel?: string;
  /** Share of requests that are to succeed, in percent. @default 99.5 */
  readonly availabilityPercent?: number;
  /** 95th percentile of the duration above which it is alerted. @default 500 */
  readonly latencyMilliseconds?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = {
  application: "api",
  applicationPort: 3000,
  metricsPath: "/metrics",
  nodeExporterPort: 9100,
  scrapeIntervalSeconds: 30,
  durationMetric: "http_request_duration_seconds",
  statusLabel: "status_code",
  availabilityPercent: 99.5,
  latencyMilliseconds: 500,
} as const;

type Values = Required<PrometheusProps>;

/** Ports on the monitoring host; all listen on its loopback address, unless Grafana is behind a load balancer. */
export const MONITORING_PORTS = { prometheus: 9090, alertmanager: 9093, grafana: 3000 } as const;

/**
 * Windows and burn rates of the multi-window alerts on an error budget of 30 days: at rate 14.4 an hour uses 2 % of it, at 6
 * six hours use 5 %, at 1 three days use 10 %. The short window lets the alert end soon after its cause.
 *
 * Source: https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts
 */
export const BURN_RATES = [
  { long: "1h", short: "5m", rate: 14.4, severity: "critical" },
  { long: "6h", short: "30m", rate: 6, severity: "critical" },
  { long: "3d", short: "6h", rate: 1, severity: "warning" },
] as const;

/** Stand in the files for what only the host knows; it fills them in. */
export const REGION_PLACEHOLDER = "REGION_OF_THIS_HOST";
export const TOPIC_PLACEHOLDER = "TOPIC_ARN_OF_THIS_HOST";

/**
 * prometheus.yml for the monitoring host. Instances are found through the EC2 API, in the region and with the role of the host
 * itself, so no address stands in the file.
 *
 * @throws Error that names every value that cannot be used
 *
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#ec2_sd_config
 */
export function prometheusConfig(props: PrometheusProps): object {
  const value = checked(props);
  const local = (port: number) => ({ static_configs: [{ targets: [`127.0.0.1:${port}`] }] });
  return {
    global: {
      scrape_interval: `${value.scrapeIntervalSeconds}s`,
      evaluation_interval: `${value.scrapeIntervalSeconds}s`,
      external_labels: { environment: value.environment },
    },
    alerting: { alertmanagers: [local(MONITORING_PORTS.alertmanager)] },
    rule_files: ["/etc/prometheus/rules/*.yaml"],
    scrape_configs: [
      { job_name: "prometheus", ...local(MONITORING_PORTS.prometheus) },
      { job_name: "alertmanager", ...local(MONITORING_PORTS.alertmanager) },
      { job_name: "grafana", ...local(MONITORING_PORTS.grafana) },
      { job_name: "monitoring-host", ...local(value.nodeExporterPort) },
      { job_name: "node", ...instances(value, value.nodeExporterPort) },
      ...(value.metricsPath === false ? [] : [{ job_name: value.application, metrics_path: value.metricsPath, ...instances(value, value.applicationPort) }]),
    ],
  };
}

function instances({ autoScalingGroupName }: Values, port: number): object {
  return {
    ec2_sd_configs: [
      {
        region: REGION_PLACEHOLDER,
        port,
        refresh_interval: "60s",
        filters: [
          { name: "tag:aws:autoscaling:groupName", values: [autoScalingGroupName] },
          { name: "instance-state-name", values: ["running"] },
        ],
      },
    ],
    relabel_configs: [
      { source_labels: ["__meta_ec2_instance_id"], target_label: "instance" },
      { source_labels: ["__meta_ec2_availability_zone"], target_label: "zone" },
    ],
  };
}

/**
 * The rules: burn rates of the error budget, and what hosts and the monitoring itself suffer from.
 *
 * @throws Error as `prometheusConfig`
 */
export function prometheusRules(props: PrometheusProps): object {
  const value = checked(props);
  return { groups: [...(value.metricsPath === false ? [] : [recordings(value), applicationAlerts(value, value.metricsPath)]), hostAlerts(), monitoringAlerts()] };
}

interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: "critical" | "warning" };
  readonly annotations: { readonly summary: string; readonly description: string };
}

function alert(name: string, expr: string, minutes: number, severity: "critical" | "warning", summary: string, description: string): AlertRule {
  return { alert: name, expr, for: `${minutes}m`, labels: { severity }, annotations: { summary, description } };
}

const errorRatio = (window: string) => `job:http_errors:ratio_rate${window}`;

/** Each window is worked out once, from counters: an average of averages would be wrong where traffic varies. */
function recordings({ application, durationMetric, statusLabel }: Values): object {
  const at = `job="${application}"`;
  const windows = [...new Set(BURN_RATES.flatMap(({ long, short }) => [short, long]))];
  return {
    name: "availability",
    rules: windows.map((window) => ({
      record: errorRatio(window),
      expr:
        `(sum by (job) (rate(${durationMetric}_count{${at},${statusLabel}=~"5.."}[${window}])) or sum by (job) (rate(${durationMetric}_count{${at}}[${window}])) * 0)` +
        ` / (sum by (job) (rate(${durationMetric}_count{${at}}[${window}])) > 0)`,
    })),
  };
}

function applicationAlerts({ application, durationMetric, availabilityPercent, latencyMilliseconds }: Values, metricsPath: string): object {
  const budget = round(1 - availabilityPercent / 100);
  const p95 = `histogram_quantile(0.95, sum by (le) (rate(${durationMetric}_bucket{job="${application}"}[5m])))`;
  return {
    name: application,
    rules: [
      ...BURN_RATES.map(({ long, short, rate, severity }) =>
        alert(`ErrorBudgetBurn${long}`, `${errorRatio(long)} > ${round(rate * budget)} and ${errorRatio(short)} > ${round(rate * budget)}`, 2, severity,
          `${application} uses up its error budget at ${rate} times the rate that ${availabilityPercent} % availability allows`,
          `{{ $value | humanizePercentage }} of the requests of the last ${long} failed. Look at the last deployment first.`)),
      alert("ApplicationDown", `up{job="${application}"} == 0`, 3, "critical",
        `${application} on {{ $labels.instance }} does not answer`, `${metricsPath} could not be read for three minutes. The load balancer replaces the instance if its health check fails too.`),
      alert("ApplicationMissing", `absent(up{job="${application}"})`, 5, "critical",
        `No instance of ${application} is found`, "The Auto Scaling group has no running instance, or the monitoring host may not ask EC2 for it."),
      alert("ApplicationSlow", `${p95} > ${latencyMilliseconds / 1000}`, 10, "warning",
        `${application} is slow`, `The 95th percentile is {{ $value | humanizeDuration }}, more than ${latencyMilliseconds} ms.`),
    ],
  };
}

function hostAlerts(): object {
  const disk = 'fstype=~"ext4|xfs"';
  const where = "{{ $labels.instance }} ({{ $labels.job }})";
  return {
    name: "hosts",
    rules: [
      alert("HostDown", 'up{job=~"node|monitoring-host"} == 0', 5, "warning", `${where} does not answer`, "The node exporter could not be read for five minutes."),
      alert("HostCpuHigh", '1 - avg by (instance, job) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.9', 15, "warning",
        `${where} is busy`, "Its processors have been used to {{ $value | humanizePercentage }} for 15 minutes."),
      alert("HostMemoryLow", "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.1", 10, "warning",
        `${where} is short of memory`, "{{ $value | humanizePercentage }} of its memory is left."),
      alert("HostDiskFull", `node_filesystem_avail_bytes{${disk}} / node_filesystem_size_bytes{${disk}} < 0.1`, 10, "critical",
        `${where} is short of disk`, "{{ $value | humanizePercentage }} of {{ $labels.mountpoint }} is left."),
      alert("HostDiskFillsWithinDay",
        `predict_linear(node_filesystem_avail_bytes{${disk}}[6h], 24 * 3600) < 0 and node_filesystem_avail_bytes{${disk}} / node_filesystem_size_bytes{${disk}} < 0.4`, 60, "warning",
        `${where} will be out of disk within a day`, "{{ $labels.mountpoint }} fills at the pace of the last six hours."),
      alert("HostOutOfMemoryKill", "increase(node_vmstat_oom_kill[10m]) > 0", 0, "warning", `${where} killed a process for want of memory`, "A container used more memory than it may: see `docker ps` for restarts."),
    ],
  };
}

function monitoringAlerts(): object {
  return {
    name: "monitoring",
    rules: [
      alert("PrometheusConfigReloadFailed", "prometheus_config_last_reload_successful == 0", 5, "critical", "Prometheus refuses its configuration", "It works on with the one before. Its log says what is wrong."),
      alert("PrometheusRuleFailures", "increase(prometheus_rule_evaluation_failures_total[10m]) > 0", 5, "warning", "A rule cannot be worked out", "Rule group {{ $labels.rule_group }} fails."),
      alert("PrometheusDiscoveryFailed", "increase(prometheus_sd_refresh_failures_total[15m]) > 0", 15, "warning", "Prometheus does not find instances", "Discovery by {{ $labels.mechanism }} fails: does the host's role allow ec2:DescribeInstances?"),
      alert("AlertsNotDelivered", "increase(alertmanager_notifications_failed_total[15m]) > 0", 0, "critical", "Alerts do not reach anybody", "Alertmanager cannot deliver by {{ $labels.integration }}."),
    ],
  };
}

/**
 * alertmanager.yml: one message a group of alerts, to an SNS topic, in the name of the host's role.
 *
 * Source: https://prometheus.io/docs/alerting/latest/configuration/#sns_config
 */
export function alertmanagerConfig(): object {
  return {
    route: {
      receiver: "sns",
      group_by: ["alertname"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "4h",
    },
    receivers: [
      {
        name: "sns",
        sns_configs: [
          {
            topic_arn: TOPIC_PLACEHOLDER,
            sigv4: { region: REGION_PLACEHOLDER },
            send_resolved: true,
            subject: '[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }} ({{ .Alerts | len }})',
            message: "{{ range .Alerts }}{{ .Status }}: {{ .Annotations.summary }}\n{{ .Annotations.description }}\n\n{{ end }}",
          },
        ],
      },
    ],
    inhibit_rules: [
      // While it fails fast, that it also fails slowly is no news.
      { source_matchers: ["alertname=ErrorBudgetBurn1h"], target_matchers: ["alertname=~ErrorBudgetBurn6h|ErrorBudgetBurn3d"], equal: ["job"] },
    ],
  };
}

const DATASOURCE = { type: "prometheus", uid: "prometheus" } as const;

/** Grafana's data source, made at its start. Source: https://grafana.com/docs/grafana/latest/administration/provisioning/#data-sources */
export function grafanaDatasources(): object {
  return {
    apiVersion: 1,
    prune: true,
    datasources: [
      { name: "Prometheus", ...DATASOURCE, access: "proxy", url: `http://127.0.0.1:${MONITORING_PORTS.prometheus}`, isDefault: true, editable: false, jsonData: { httpMethod: "POST" } },
    ],
  };
}

/** Where Grafana finds its dashboards. Source: https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards */
export function grafanaDashboardProvider(): object {
  return {
    apiVersion: 1,
    providers: [{ name: "phaseline", type: "file", allowUiUpdates: false, disableDeletion: true, updateIntervalSeconds: 60, options: { path: "/var/lib/grafana-dashboards" } }],
  };
}

type Target = readonly [expr: string, legend: string];
type Panel = readonly [title: string, unit: string, targets: readonly Target[]];

/** Traffic, failures against the objective, and times of the application. */
export function applicationDashboard(props: PrometheusProps): object {
  const { application, durationMetric, statusLabel, availabilityPercent } = checked(props);
  const at = `job="${application}"`;
  const quantile = (share: number): Target => [`histogram_quantile(${share}, sum by (le) (rate(${durationMetric}_bucket{${at}}[5m])))`, `p${share * 100}`];
  return dashboard("application", `${application}: requests`, [
    ["Requests per second", "reqps", [[`sum by (${statusLabel}) (rate(${durationMetric}_count{${at}}[5m]))`, `{{${statusLabel}}}`]]],
    ["Share of failures", "percentunit", [[errorRatio("5m"), "5 minutes"], [errorRatio("1h"), "1 hour"], [`${round(1 - availabilityPercent / 100)}`, `allowed by ${availabilityPercent} %`]]],
    ["Duration", "s", [quantile(0.5), quantile(0.95), quantile(0.99)]],
    ["Failures of the last three days against the objective", "percentunit", [[errorRatio("3d"), "3 days"], [`${round(1 - availabilityPercent / 100)}`, "allowed"]]],
    ["Instances that answer", "short", [[`sum(up{${at}})`, "answering"], [`count(up{${at}})`, "found"]]],
    ["Requests per second by instance", "reqps", [[`sum by (instance) (rate(${durationMetric}_count{${at}}[5m]))`, "{{instance}}"]]],
  ]);
}

/** Processors, memory, disks and network of all machines. */
export function hostsDashboard(): object {
  const jobs = 'job=~"node|monitoring-host"';
  const disk = `${jobs},fstype=~"ext4|xfs"`;
  return dashboard("hosts", "Hosts", [
    ["CPU in use", "percentunit", [[`1 - avg by (instance) (rate(node_cpu_seconds_total{${jobs},mode="idle"}[5m]))`, "{{instance}}"]]],
    ["Memory in use", "percentunit", [[`1 - node_memory_MemAvailable_bytes{${jobs}} / node_memory_MemTotal_bytes{${jobs}}`, "{{instance}}"]]],
    ["Disk in use", "percentunit", [[`1 - node_filesystem_avail_bytes{${disk}} / node_filesystem_size_bytes{${disk}}`, "{{instance}} {{mountpoint}}"]]],
    ["Load over processors", "short", [[`node_load5{${jobs}} / on (instance) count by (instance) (node_cpu_seconds_total{${jobs},mode="idle"})`, "{{instance}}"]]],
    ["Network", "Bps", [
      [`sum by (instance) (rate(node_network_receive_bytes_total{${jobs},device!~"lo|docker.*|veth.*|br-.*"}[5m]))`, "{{instance}} in"],
      [`sum by (instance) (rate(node_network_transmit_bytes_total{${jobs},device!~"lo|docker.*|veth.*|br-.*"}[5m]))`, "{{instance}} out"],
    ]],
    ["Processes killed for want of memory", "short", [[`increase(node_vmstat_oom_kill{${jobs}}[10m])`, "{{instance}}"]]],
  ]);
}

function dashboard(uid: string, title: string, panels: readonly Panel[]): object {
  return {
    uid,
    title,
    tags: ["phaseline"],
    timezone: "utc",
    schemaVersion: 39,
    editable: false,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    panels: panels.map(([name, unit, targets], index) => ({
      id: index + 1,
      type: "timeseries",
      title: name,
      datasource: DATASOURCE,
      gridPos: { h: 8, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 8 },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: targets.map(([expr, legendFormat], at) => ({ refId: String.fromCharCode(65 + at), datasource: DATASOURCE, expr, legendFormat })),
    })),
  };
}

/** All files that Prometheus, Alertmanager and Grafana read, by their paths below the host's configuration directory. */
export function monitoringFiles(props: PrometheusProps, header: GeneratedHeader): readonly RenderedFile[] {
  const json = (path: string, value: object): RenderedFile => ({ path, text: `${JSON.stringify(value, undefined, 2)}\n` });
  return [
    { path: "prometheus/prometheus.yml", text: yamlDocument(prometheusConfig(props), header) },
    { path: "prometheus/rules/phaseline.yaml", text: yamlDocument(prometheusRules(props), header) },
    { path: "alertmanager/alertmanager.yml", text: yamlDocument(alertmanagerConfig(), header) },
    { path: "grafana/provisioning/datasources/prometheus.yaml", text: yamlDocument(grafanaDatasources(), header) },
    { path: "grafana/provisioning/dashboards/phaseline.yaml", text: yamlDocument(grafanaDashboardProvider(), header) },
    ...(props.metricsPath === false ? [] : [json("grafana/dashboards/application.json", applicationDashboard(props))]),
    json("grafana/dashboards/hosts.json", hostsDashboard()),
  ];
}

/** Without the noise of binary fractions: 0.072, not 0.07199999999999994. */
function round(value: number): number {
  return Number(value.toPrecision(6));
}

function checked(props: PrometheusProps): Values {
  const value: Values = { ...DEFAULTS, ...(Object.fromEntries(Object.entries(props).filter(([, given]) => given !== undefined)) as unknown as PrometheusProps) };
  const faults = new Faults("prometheus");
  const matches = (name: string, given: unknown, pattern: RegExp, rule: string) =>
    faults.unless(typeof given === "string" && pattern.test(given), `${name} is ${shown(given)}: it must be ${rule}. Correct it.`);
  const whole = (name: string, given: number, least: number, most: number) =>
    faults.unless(Number.isInteger(given) && given >= least && given <= most,
      `${name} is ${shown(given)}: it must be a whole number from ${least} to ${most}. Choose one.`);
  matches("environment", value.environment, /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, "1 to 63 letters, digits, hyphens, dots and underscores");
  matches("autoScalingGroupName", value.autoScalingGroupName, /^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/, "1 to 255 letters, digits, hyphens, dots and underscores");
  matches("application", value.application, /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "1 to 63 lower-case letters, digits and hyphens, with a letter first and no hyphen last");
  faults.unless(!RESERVED_JOBS.includes(value.application), `application is ${shown(value.application)}: that is the name of another job. Rename it.`);
  if (value.metricsPath !== false) matches("metricsPath", value.metricsPath, /^\/[A-Za-z0-9._~/-]{0,200}$/, "an HTTP path that begins with a slash, or false");
  matches("durationMetric", value.durationMetric, /^[A-Za-z_:][A-Za-z0-9_:]*$/, "the name of a Prometheus metric");
  matches("statusLabel", value.statusLabel, /^[A-Za-z_][A-Za-z0-9_]*$/, "the name of a Prometheus label");
  whole("applicationPort", value.applicationPort, 1, 65535);
  whole("nodeExporterPort", value.nodeExporterPort, 1, 65535);
  whole("scrapeIntervalSeconds", value.scrapeIntervalSeconds, 5, 300);
  whole("latencyMilliseconds", value.latencyMilliseconds, 1, 600_000);
  faults.unless(value.availabilityPercent >= 95 && value.availabilityPercent < 100,
    `availabilityPercent is ${shown(value.availabilityPercent)}: it must be from 95 to less than 100, or the fastest burn could not be seen. Choose another.`);
  faults.throwIfAny();
  return value;
}

const RESERVED_JOBS = ["prometheus", "alertmanager", "grafana", "node", "monitoring-host"];
