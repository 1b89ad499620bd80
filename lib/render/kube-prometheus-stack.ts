import { Faults, shown } from "./faults";
import type { HclValue } from "./hcl";

/** An application whose metrics are scraped, drawn and watched. */
export interface MonitoredApplication {
  /** Name of its Deployment, Service and autoscaler. */
  readonly name: string;
  readonly namespace: string;
  /** Value of the label `app` of its Service. */
  readonly app: string;
  /** Path that answers in the Prometheus text format. @default "/metrics" */
  readonly metricsPath?: string;
  /** Name of the Service's port. @default "http" */
  readonly portName?: string;
  /** Time between two scrapes. @default 30 */
  readonly scrapeIntervalSeconds?: number;
  /** Histogram of the time requests take, in seconds. @default "http_request_duration_seconds" */
  readonly durationMetric?: string;
  /** Label of that histogram that holds the HTTP status. @default "status_code" */
  readonly statusLabel?: string;
  /** Share of answers 5xx above which it is alerted, in percent. @default 1 */
  readonly errorRatePercent?: number;
  /** 95th percentile of the duration above which it is alerted. @default 500 */
  readonly latencyMilliseconds?: number;
}

/** What is used for whatever is not given of an application. */
export const APPLICATION_DEFAULTS = {
  metricsPath: "/metrics",
  portName: "http",
  scrapeIntervalSeconds: 30,
  durationMetric: "http_request_duration_seconds",
  statusLabel: "status_code",
  errorRatePercent: 1,
  latencyMilliseconds: 500,
} as const;

export interface GrafanaProps {
  /** Volume for what people make in Grafana itself; dashboards of this project are provisioned and need none. @default - no volume */
  readonly storageGb?: number;
}

export interface KubePrometheusStackProps {
  /** @default - the cluster alone */
  readonly applications?: readonly MonitoredApplication[];
  /** `false`: no Grafana. @default - Grafana without a volume */
  readonly grafana?: GrafanaProps | false;
  /** How long metrics are kept. @default 15 */
  readonly retentionDays?: number;
  /** Volume of Prometheus; metrics use at most 85 % of it. @default 50 */
  readonly storageGb?: number;
  /** Volume of Alertmanager, for silences. @default 2 */
  readonly alertmanagerStorageGb?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { retentionDays: 15, storageGb: 50, alertmanagerStorageGb: 2 } as const;

/** What the values refer to and does not come from the person who asks. */
export interface KubePrometheusStackNames {
  readonly storageClass: string;
  /** Secret with the keys `admin-user` and `admin-password`. */
  readonly grafanaSecret: string;
}

/*
 * Where there are no annotations or headers, the charts write a key without a value, which strict readers of Kubernetes' schemas refuse. So there is one: who made it, and
 * what Prometheus asks for as well.
 */
const OURS = { "app.kubernetes.io/managed-by": "phaseline" } as const;
const ANY = { httpGet: { httpHeaders: [{ name: "Accept", value: "text/plain" }] } } as const;

type Application = Required<MonitoredApplication>;
type Values = { readonly [key: string]: HclValue };

/**
 * Values of the chart kube-prometheus-stack for EKS, where the control plane's own parts cannot be scraped.
 *
 * The ServiceMonitors and rules of applications are part of the release: as resources of their own they would need the
 * operator's definitions (CRDs) before the first plan.
 *
 * Source: https://github.com/prometheus-community/helm-charts/blob/kube-prometheus-stack-88.5.3/charts/kube-prometheus-stack/values.yaml
 */
export function kubePrometheusStackValues(props: KubePrometheusStackProps, names: KubePrometheusStackNames): Values {
  const value = { ...DEFAULTS, ...props };
  const applications = (props.applications ?? []).map((application) => ({ ...APPLICATION_DEFAULTS, ...application }));
  check(value, applications);
  const claim = (gigabytes: number) => ({
    volumeClaimTemplate: {
      spec: { storageClassName: names.storageClass, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${gigabytes}Gi` } } },
    },
  });
  return {
    // On EKS these four belong to AWS, or listen where Prometheus cannot reach them.
    kubeControllerManager: { enabled: false },
    kubeScheduler: { enabled: false },
    kubeEtcd: { enabled: false },
    kubeProxy: { enabled: false },
    defaultRules: {
      create: true,
      rules: { etcd: false, kubeControllerManager: false, kubeProxy: false, kubeSchedulerAlerting: false, kubeSchedulerRecording: false, windows: false },
    },
    prometheusOperator: {
      resources: resources("50m", "128Mi", "256Mi"),
      prometheusConfigReloader: { resources: resources("10m", "32Mi", "64Mi") },
      admissionWebhooks: {
        patch: { resources: resources("10m", "32Mi", "64Mi") },
        mutatingWebhookConfiguration: { annotations: OURS },
        validatingWebhookConfiguration: { annotations: OURS },
      },
    },
    prometheus: {
      prometheusSpec: {
        retention: `${value.retentionDays}d`,
        retentionSize: `${Math.floor(value.storageGb * 0.85 * 1024)}MiB`,
        storageSpec: claim(value.storageGb),
        resources: resources("200m", "1Gi", "2Gi"),
        // Monitors and rules of any release and namespace count, not only those with this release's label.
        serviceMonitorSelectorNilUsesHelmValues: false,
        podMonitorSelectorNilUsesHelmValues: false,
        probeSelectorNilUsesHelmValues: false,
        ruleSelectorNilUsesHelmValues: false,
        scrapeConfigSelectorNilUsesHelmValues: false,
      },
      additionalServiceMonitors: applications.map(serviceMonitor),
    },
    alertmanager: { alertmanagerSpec: { storage: claim(value.alertmanagerStorageGb), resources: resources("10m", "64Mi", "128Mi") } },
    additionalPrometheusRulesMap: Object.fromEntries(applications.map((application) => [application.app, { groups: [alertRules(application)] }])),
    "kube-state-metrics": { resources: resources("20m", "64Mi", "256Mi"), service: { annotations: OURS } },
    "prometheus-node-exporter": { resources: resources("20m", "32Mi", "64Mi"), livenessProbe: ANY, readinessProbe: ANY },
    grafana: props.grafana === false ? { enabled: false } : grafana(props.grafana ?? {}, names),
  };
}

function grafana({ storageGb }: GrafanaProps, names: KubePrometheusStackNames): Values {
  return {
    enabled: true,
    admin: { existingSecret: names.grafanaSecret, userKey: "admin-user", passwordKey: "admin-password" },
    resources: resources("50m", "256Mi", "512Mi"),
    sidecar: { resources: resources("10m", "96Mi", "192Mi") },
    testFramework: { enabled: false },
    // fsGroup makes the volume writable; the chart's own way is a container that runs as root.
    initChownData: { enabled: false },
    ...(storageGb === undefined
      ? { persistence: { enabled: false } }
      : {
          persistence: { enabled: true, storageClassName: names.storageClass, size: `${storageGb}Gi` },
          // One pod at a time can hold the volume.
          deploymentStrategy: { type: "Recreate" },
        }),
  };
}

function resources(cpuRequest: string, memoryRequest: string, memoryLimit: string): Values {
  return { requests: { cpu: cpuRequest, memory: memoryRequest }, limits: { memory: memoryLimit } };
}

function serviceMonitor({ app, name, namespace, portName, metricsPath, scrapeIntervalSeconds }: Application): Values {
  return {
    name: app,
    namespaceSelector: { matchNames: [namespace] },
    selector: { matchLabels: { app, "app.kubernetes.io/name": name } },
    endpoints: [{ port: portName, path: metricsPath, interval: `${scrapeIntervalSeconds}s` }],
  };
}

/** The series of one application, as PromQL. */
function queries({ name, namespace, durationMetric, statusLabel }: Application) {
  const at = `namespace="${namespace}",service="${name}"`;
  const requests = `sum(rate(${durationMetric}_count{${at}}[5m]))`;
  const quantile = (share: string) => `histogram_quantile(${share}, sum by (le) (rate(${durationMetric}_bucket{${at}}[5m])))`;
  const hpa = `namespace="${namespace}",horizontalpodautoscaler="${name}"`;
  const pods = `namespace="${namespace}",container="${name}"`;
  return {
    requests,
    requestsByStatus: `sum by (${statusLabel}) (rate(${durationMetric}_count{${at}}[5m]))`,
    errorShare: `sum(rate(${durationMetric}_count{${at},${statusLabel}=~"5.."}[5m])) / ${requests}`,
    p50: quantile("0.5"),
    p95: quantile("0.95"),
    p99: quantile("0.99"),
    restarts: `sum by (pod) (increase(kube_pod_container_status_restarts_total{${pods}}[15m]))`,
    cpu: `sum by (pod) (rate(container_cpu_usage_seconds_total{${pods}}[5m]))`,
    memory: `sum by (pod) (container_memory_working_set_bytes{${pods}})`,
    available: `kube_deployment_status_replicas_available{namespace="${namespace}",deployment="${name}"}`,
    current: `kube_horizontalpodautoscaler_status_current_replicas{${hpa}}`,
    least: `kube_horizontalpodautoscaler_spec_min_replicas{${hpa}}`,
    most: `kube_horizontalpodautoscaler_spec_max_replicas{${hpa}}`,
  };
}

/** Alerts on what users of the application notice, and on what they soon will. */
function alertRules(application: Application): Values {
  const { app, name, namespace, errorRatePercent, latencyMilliseconds } = application;
  const query = queries(application);
  const rule = (alert: string, expr: string, minutes: number, severity: "critical" | "warning", summary: string, description: string): Values => ({
    alert,
    expr,
    for: `${minutes}m`,
    labels: { severity, namespace, app },
    annotations: { summary, description },
  });
  return {
    name: app,
    rules: [
      rule("ApplicationUnavailable", `${query.available} < 1 or absent(${query.available})`, 2, "critical",
        `${name} in ${namespace} has no pod that can serve`, "No pod is ready. Look at the last roll-out and at the events of the namespace."),
      rule("ApplicationErrorRateHigh", `${query.errorShare} > ${errorRatePercent / 100}`, 10, "critical",
        `${name} in ${namespace} answers more than ${errorRatePercent} % of requests with an error`, "{{ $value | humanizePercentage }} of requests fail with a status of 5xx."),
      rule("ApplicationLatencyHigh", `${query.p95} > ${latencyMilliseconds / 1000}`, 10, "warning",
        `${name} in ${namespace} is slow`, `The 95th percentile is {{ $value | humanizeDuration }}, more than ${latencyMilliseconds} ms.`),
      rule("ApplicationPodRestarting", `${query.restarts} > 2`, 5, "warning",
        `A pod of ${name} in ${namespace} restarts again and again`, "{{ $labels.pod }} restarted {{ $value }} times within 15 minutes."),
      rule("ApplicationAtMaximumReplicas", `${query.current} >= ${query.most} and ${query.most} > ${query.least}`, 15, "warning",
        `${name} in ${namespace} cannot scale any further`, "The autoscaler has used its maximum of {{ $value }} pods for 15 minutes: raise it, or find the load's cause."),
    ],
  };
}

/** The dashboard of an application, as Grafana's JSON model. */
export function applicationDashboard(monitored: MonitoredApplication): Values {
  const application = { ...APPLICATION_DEFAULTS, ...monitored };
  const query = queries(application);
  const datasource = { type: "prometheus", uid: "prometheus" };
  const panel = (title: string, unit: string, targets: readonly (readonly [expr: string, legend: string])[], index: number): Values => ({
    id: index + 1,
    type: "timeseries",
    title,
    datasource,
    gridPos: { h: 8, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 8 },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: targets.map(([expr, legendFormat], at) => ({ refId: String.fromCharCode(65 + at), datasource, expr, legendFormat })),
  });
  const panels = [
    ["Requests per second", "reqps", [[query.requestsByStatus, `{{${application.statusLabel}}}`]]],
    ["Share of errors", "percentunit", [[query.errorShare, "5xx"]]],
    ["Duration", "s", [[query.p50, "p50"], [query.p95, "p95"], [query.p99, "p99"]]],
    ["Pods", "short", [[query.available, "available"], [query.least, "least"], [query.most, "most"]]],
    ["CPU", "short", [[query.cpu, "{{pod}}"]]],
    ["Memory", "bytes", [[query.memory, "{{pod}}"]]],
    ["Restarts within 15 minutes", "short", [[query.restarts, "{{pod}}"]]],
  ] as const;
  return {
    uid: application.app.slice(0, 40),
    title: application.app,
    tags: ["phaseline"],
    timezone: "utc",
    schemaVersion: 39,
    editable: false,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    panels: panels.map(([title, unit, targets], index) => panel(title, unit, targets, index)),
  };
}

function check(value: Required<Omit<KubePrometheusStackProps, "applications" | "grafana">> & KubePrometheusStackProps, applications: readonly Application[]): void {
  const faults = new Faults("kubePrometheusStack");
  const whole = (name: string, given: number, least: number, most: number) =>
    faults.unless(Number.isInteger(given) && given >= least && given <= most,
      `${name} is ${shown(given)}: it must be a whole number from ${least} to ${most}. Choose one.`);
  const matches = (name: string, given: string, pattern: RegExp, rule: string) =>
    faults.unless(pattern.test(given), `${name} is ${shown(given)}: it must be ${rule}. Correct it.`);
  whole("retentionDays", value.retentionDays, 1, 3650);
  whole("storageGb", value.storageGb, 5, 16384);
  whole("alertmanagerStorageGb", value.alertmanagerStorageGb, 1, 16384);
  if (value.grafana && value.grafana.storageGb !== undefined) whole("grafana.storageGb", value.grafana.storageGb, 1, 16384);
  applications.forEach((application, index) => {
    const at = (key: string) => `applications[${index}].${key}`;
    for (const key of ["name", "namespace", "app"] as const) {
      matches(at(key), application[key], /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "1 to 63 lower-case letters, digits and hyphens, with a letter first and no hyphen last");
    }
    matches(at("metricsPath"), application.metricsPath, /^\/[A-Za-z0-9._~/-]*$/, "an HTTP path that begins with a slash");
    matches(at("portName"), application.portName, /^[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/, "the name of a port: at most 15 lower-case letters, digits and hyphens");
    matches(at("durationMetric"), application.durationMetric, /^[A-Za-z_:][A-Za-z0-9_:]*$/, "the name of a Prometheus metric");
    matches(at("statusLabel"), application.statusLabel, /^[A-Za-z_][A-Za-z0-9_]*$/, "the name of a Prometheus label");
    whole(at("scrapeIntervalSeconds"), application.scrapeIntervalSeconds, 1, 3600);
    faults.unless(application.errorRatePercent > 0 && application.errorRatePercent < 100,
      `${at("errorRatePercent")} is ${shown(application.errorRatePercent)}: it must be more than 0 and less than 100. Choose another.`);
    whole(at("latencyMilliseconds"), application.latencyMilliseconds, 1, 600_000);
  });
  const apps = applications.map(({ app }) => app);
  const doubled = apps.find((app, index) => apps.indexOf(app) !== index);
  faults.unless(doubled === undefined, `applications has ${shown(doubled)} twice: each must have an app label of its own. Remove or rename one.`);
  faults.throwIfAny();
}
