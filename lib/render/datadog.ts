import { Faults, shown } from "./faults";
import type { HclValue } from "./hcl";
import { labelValue } from "./kubernetes-application";

/** Where Datadog keeps what it is sent. Source: https://docs.datadoghq.com/getting_started/site/ */
export const DATADOG_SITES = ["datadoghq.com", "us3.datadoghq.com", "us5.datadoghq.com", "datadoghq.eu", "ap1.datadoghq.com", "ap2.datadoghq.com", "ddog-gov.com"] as const;
export type DatadogSite = (typeof DATADOG_SITES)[number];

export interface DatadogAgentProps {
  /** Name of the cluster, the tag `kube_cluster_name` of everything that is sent. */
  readonly clusterName: string;
  /** Value of the tag `env`. @default "production" */
  readonly environment?: string;
  /** @default "datadoghq.com" */
  readonly site?: DatadogSite;
  /** Logs of all containers. @default true */
  readonly logs?: boolean;
  /** Traces of the pods that ask for it by their labels, over a socket of the node. @default true */
  readonly tracing?: boolean;
  /** Pods of the cluster agent; with two, checks and admission go on while a node is replaced. @default 2 */
  readonly clusterAgentReplicas?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { environment: "production", site: "datadoghq.com", logs: true, tracing: true, clusterAgentReplicas: 2 } as const;

/** What the values refer to and does not come from the person who asks. */
export interface DatadogAgentNames {
  /** Secret with the key `api-key`. */
  readonly apiKeySecret: string;
  /** Secret with the key `token`, which the agents and the cluster agent share. */
  readonly tokenSecret: string;
  /** Changes when a Secret does, so that the pods are started anew. */
  readonly secretsRevision: string;
}

type Values = { readonly [key: string]: HclValue };

const EVERY_NODE: HclValue = [{ operator: "Exists" }];

/**
 * Values of the chart datadog for EKS: logs, metrics, traces, cluster checks and the admission controller.
 *
 * Applications reach the agent by sockets that its CSI driver mounts: the usual way, a directory of the node, is what the Pod Security Standard
 * `restricted` forbids, so that pods that ask for it would not start. Everything random in the chart is fixed, so that an upgrade changes nothing
 * by itself; the operator, which the chart has by default, is not there, nor are rights to read Secrets of other namespaces.
 *
 * @throws Error that names every value that cannot be used
 *
 * Source: https://github.com/DataDog/helm-charts/blob/datadog-3.240.0/charts/datadog/values.yaml
 */
export function datadogAgentValues(props: DatadogAgentProps, names: DatadogAgentNames): Values {
  const value = { ...DEFAULTS, ...defined(props) };
  const faults = new Faults("datadogAgent");
  faults.unless(/^(?=.{1,80}$)([a-z0-9]([a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9_-]*[a-z0-9])?$/.test(value.clusterName),
    `clusterName is ${shown(value.clusterName)}: it must be 1 to 80 lower-case letters, digits, hyphens and underscores, in parts separated by dots. Correct it.`);
  tag(faults, "environment", value.environment);
  faults.unless((DATADOG_SITES as readonly string[]).includes(value.site), `site is ${shown(value.site)}: it must be one of ${DATADOG_SITES.join(", ")}. Choose that of your account.`);
  faults.unless(Number.isInteger(value.clusterAgentReplicas) && value.clusterAgentReplicas >= 1 && value.clusterAgentReplicas <= 10,
    `clusterAgentReplicas is ${shown(value.clusterAgentReplicas)}: it must be a whole number from 1 to 10. Choose one.`);
  faults.throwIfAny();

  const { tracing, logs, clusterAgentReplicas } = value;
  const podAnnotations = { "phaseline.dev/secrets-revision": names.secretsRevision };
  return {
    datadog: {
      apiKeyExistingSecret: names.apiKeySecret,
      clusterName: value.clusterName,
      site: value.site,
      tags: [`env:${value.environment}`],
      logs: { enabled: logs, containerCollectAll: logs },
      apm: {
        socketEnabled: tracing,
        portEnabled: false,
        // Else a ConfigMap with a random id and the time is written by every upgrade.
        instrumentation: { enabled: false, skipKPITelemetry: true },
      },
      dogstatsd: { useSocketVolume: true, useHostPort: false, originDetection: true, nonLocalTraffic: false },
      csi: { enabled: true },
      clusterChecks: { enabled: true },
      collectEvents: true,
      kubeStateMetricsEnabled: false,
      kubeStateMetricsCore: { enabled: true, collectSecretMetrics: false, collectConfigMaps: false },
      processAgent: { enabled: true, processCollection: false },
      // It would add a privileged container to every node.
      discovery: { enabled: false },
      // What runs here is decided here.
      remoteConfiguration: { enabled: false },
      operator: { enabled: false },
    },
    clusterAgent: {
      enabled: true,
      replicas: clusterAgentReplicas,
      pdb: clusterAgentReplicas > 1 ? { create: true, maxUnavailable: 1 } : { create: false },
      tokenExistingSecret: names.tokenSecret,
      podAnnotations,
      admissionController: { enabled: true, mutateUnlabelled: false, configMode: "csi", failurePolicy: "Ignore" },
      // Else it may read every Secret, for the sake of support requests.
      rbac: { create: true, flareAdditionalPermissions: false },
      resources: resources("100m", "256Mi", "512Mi"),
      containers: { initContainers: { resources: resources("10m", "64Mi", "256Mi") } },
    },
    agents: {
      podAnnotations,
      priorityClassName: "system-node-critical",
      tolerations: EVERY_NODE,
      containers: {
        agent: { resources: resources("100m", "256Mi", "512Mi") },
        traceAgent: { resources: resources("20m", "64Mi", "256Mi") },
        initContainers: { resources: resources("10m", "64Mi", "256Mi") },
      },
    },
    "datadog-csi-driver": { tolerations: EVERY_NODE, driver: { resources: resources("10m", "32Mi", "128Mi") } },
  };
}

function resources(cpuRequest: string, memoryRequest: string, memoryLimit: string): Values {
  return { requests: { cpu: cpuRequest, memory: memoryRequest }, limits: { memory: memoryLimit } };
}

/**
 * Labels by which a pod asks the admission controller for the agent's sockets, and by which its metrics, logs and traces are one service.
 *
 * Source: https://docs.datadoghq.com/getting_started/tagging/unified_service_tagging/
 */
export function datadogPodLabels(service: { readonly service: string; readonly environment?: string; readonly version?: string }): Readonly<Record<string, string>> {
  return {
    "admission.datadoghq.com/enabled": "true",
    "tags.datadoghq.com/service": labelValue(service.service),
    "tags.datadoghq.com/env": labelValue(service.environment ?? DEFAULTS.environment),
    ...(service.version === undefined ? {} : { "tags.datadoghq.com/version": labelValue(service.version) }),
  };
}

/** A service that Datadog is to watch. */
export interface WatchedService {
  /** Name of its Deployment and autoscaler. @default "api" */
  readonly name?: string;
  /** @default "specweave" */
  readonly namespace?: string;
  /** Value of the tag `service` of its traces. @default "specweave-api" */
  readonly service?: string;
  /** Value of the tag `env`. @default "production" */
  readonly environment?: string;
  /** Value of the tag `kube_cluster_name`. */
  readonly clusterName: string;
  /** Name of the span of one request, as its tracer calls it; Express says `express.request`. @default "web.request" */
  readonly operation?: string;
  /** Share of failed requests above which it is alerted. @default 1 */
  readonly errorRatePercent?: number;
  /** 95th percentile of the duration above which it is alerted. @default 500 */
  readonly latencyMilliseconds?: number;
  /** Share of requests that must not fail within 30 days. @default 99.95 */
  readonly targetPercent?: number;
  /** Whom to tell, as Datadog addresses them: `@pagerduty-api`, `@slack-ops`, `@ops@example.com`. @default - nobody: monitors only show */
  readonly notify?: readonly string[];
}

/** As {@link DEFAULTS}, of a service. */
export const SERVICE_DEFAULTS = {
  name: "api",
  namespace: "specweave",
  service: "specweave-api",
  environment: "production",
  operation: "web.request",
  errorRatePercent: 1,
  latencyMilliseconds: 500,
  targetPercent: 99.95,
} as const;

/** One monitor, as data. */
export interface DatadogMonitor {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly message: string;
  /** The threshold of the query. */
  readonly critical: number;
  /** 1 wakes somebody up; 3 can wait until the morning. */
  readonly priority: 1 | 2 | 3;
  /** Whether it is told that nothing is heard any more. */
  readonly missingDataIsBad: boolean;
}

/** One graph of the dashboard, as data. */
export interface DatadogGraph {
  readonly title: string;
  readonly queries: readonly string[];
}

/** When the budget for errors is used up too quickly: so many times as fast as it may, over both windows. */
export interface BurnRate {
  readonly id: string;
  readonly rate: number;
  readonly longWindow: string;
  readonly shortWindow: string;
  readonly name: string;
  readonly message: string;
  readonly priority: 1 | 2;
}

/** What is watched of a service. */
export interface DatadogObservabilityModel {
  readonly tags: readonly string[];
  readonly monitors: readonly DatadogMonitor[];
  readonly graphs: readonly DatadogGraph[];
  readonly dashboardTitle: string;
  readonly slo: { readonly name: string; readonly description: string; readonly good: string; readonly total: string; readonly targetPercent: number; readonly warningPercent: number };
  readonly burnRates: readonly BurnRate[];
}

/**
 * Monitors, dashboard and objective of a service, as data: what its users notice (errors, slowness), what they soon will (pods that are not
 * ready, an autoscaler at its end, nodes under pressure), and how fast the month's budget for errors goes.
 *
 * @throws Error that names every value that cannot be used
 *
 * Sources: https://docs.datadoghq.com/tracing/metrics/metrics_namespace/, https://docs.datadoghq.com/integrations/kubernetes_state_core/,
 * https://docs.datadoghq.com/service_management/service_level_objectives/burn_rate/
 */
export function datadogObservability(props: WatchedService): DatadogObservabilityModel {
  const value = { ...SERVICE_DEFAULTS, ...defined(props) };
  check(value);
  const { name, namespace, service, environment, clusterName, operation, errorRatePercent, latencyMilliseconds, targetPercent } = value;
  const of = `{env:${environment},service:${service}}`;
  const hits = `sum:trace.${operation}.hits${of}.as_count()`;
  const errors = `sum:trace.${operation}.errors${of}.as_count()`;
  const quantile = (share: string) => `${share}:trace.${operation}${of}`;
  const deployment = `{kube_cluster_name:${clusterName},kube_namespace:${namespace},kube_deployment:${name}}`;
  const available = `sum:kubernetes_state.deployment.replicas_available${deployment}`;
  const desired = `sum:kubernetes_state.deployment.replicas_desired${deployment}`;
  const autoscaler = `{kube_cluster_name:${clusterName},kube_namespace:${namespace},horizontalpodautoscaler:${name}}`;
  const current = `avg:kubernetes_state.hpa.current_replicas${autoscaler}`;
  const most = `avg:kubernetes_state.hpa.max_replicas${autoscaler}`;
  const pressure = `sum:kubernetes_state.node.by_condition{kube_cluster_name:${clusterName} AND status:true AND condition IN (memorypressure,diskpressure,pidpressure)} by {node,condition}`;
  const pods = `{kube_cluster_name:${clusterName},kube_namespace:${namespace},kube_deployment:${name}} by {pod_name}`;

  const whom = value.notify && value.notify.length > 0 ? `\n\n${value.notify.join(" ")}` : "";
  const title = (text: string) => `[${environment}] ${service}: ${text}`;
  const message = (text: string) => `${text}${whom}`;
  return {
    tags: [`env:${environment}`, `service:${service}`, "managed-by:phaseline"],
    monitors: [
      {
        id: "error-rate",
        name: title(`more than ${errorRatePercent} % of requests fail`),
        query: `sum(last_10m):( ${errors} / ${hits} ) * 100 > ${errorRatePercent}`,
        critical: errorRatePercent,
        message: message("{{value}} % of requests fail. Look at the last deployment and at the errors' traces."),
        priority: 1,
        missingDataIsBad: false,
      },
      {
        id: "latency",
        name: title(`slower than ${latencyMilliseconds} ms`),
        query: `avg(last_10m):${quantile("p95")} > ${latencyMilliseconds / 1000}`,
        critical: latencyMilliseconds / 1000,
        message: message("The 95th percentile of the duration is {{value}} s. Look at the slowest traces."),
        priority: 2,
        missingDataIsBad: false,
      },
      {
        id: "unavailable",
        name: title("no pod can serve"),
        query: `max(last_5m):${available} < 1`,
        critical: 1,
        message: message("No pod is ready. Look at the last deployment and at the events of the namespace."),
        priority: 1,
        missingDataIsBad: true,
      },
      {
        id: "pods-not-ready",
        name: title("pods are not ready"),
        query: `min(last_15m):${desired} - ${available} > 0`,
        critical: 0,
        message: message("{{value}} pods have not been ready for 15 minutes. Look at their events."),
        priority: 2,
        missingDataIsBad: false,
      },
      {
        id: "autoscaler-at-maximum",
        name: title("cannot scale any further"),
        query: `min(last_15m):${current} - ${most} >= 0`,
        critical: 0,
        message: message("The autoscaler has used its maximum for 15 minutes: raise it, or find the load's cause."),
        priority: 2,
        missingDataIsBad: false,
      },
      {
        id: "node-pressure",
        name: `[${environment}] ${clusterName}: a node is short of memory, disk or processes`,
        query: `max(last_10m):${pressure} > 0`,
        critical: 0,
        message: message("{{node.name}} says {{condition.name}}: pods will be evicted from it."),
        priority: 3,
        missingDataIsBad: false,
      },
    ],
    dashboardTitle: `${service} (${environment})`,
    graphs: [
      { title: "Requests", queries: [hits] },
      { title: "Share of errors in percent", queries: [`( ${errors} / ${hits} ) * 100`] },
      { title: "Duration in seconds", queries: ["p50", "p95", "p99"].map(quantile) },
      { title: "Pods", queries: [available, desired, most] },
      { title: "CPU", queries: [`sum:kubernetes.cpu.usage.total${pods}`] },
      { title: "Memory", queries: [`sum:kubernetes.memory.usage${pods}`] },
      { title: "Restarts", queries: [`sum:kubernetes.containers.restarts${pods}`] },
      { title: "Nodes under pressure", queries: [pressure] },
    ],
    slo: {
      name: title(`${targetPercent} % of requests succeed`),
      description: `Requests of ${service} that do not fail, of all.`,
      good: `${hits} - ${errors}`,
      total: hits,
      targetPercent,
      // Half of the budget left.
      warningPercent: Math.round((targetPercent + (100 - targetPercent) / 2) * 1e5) / 1e5,
    },
    burnRates: [
      {
        id: "burn-rate-fast",
        rate: 14.4,
        longWindow: "1h",
        shortWindow: "5m",
        name: title("the month's budget for errors will be gone in two days"),
        message: message("2 % of the budget of 30 days went within an hour."),
        priority: 1,
      },
      {
        id: "burn-rate-slow",
        rate: 6,
        longWindow: "6h",
        shortWindow: "30m",
        name: title("the month's budget for errors will be gone in five days"),
        message: message("5 % of the budget of 30 days went within six hours."),
        priority: 2,
      },
    ],
  };
}

/**
 * The dashboard as Datadog's JSON.
 *
 * @param sloId identifier of the objective; may be a token
 */
export function datadogDashboard({ dashboardTitle, graphs, tags }: DatadogObservabilityModel, sloId: string): Values {
  const objective = {
    type: "slo",
    title: "Objective",
    view_type: "detail",
    view_mode: "overall",
    time_windows: ["7d", "30d"],
    show_error_budget: true,
    slo_id: sloId,
  };
  const drawn = graphs.map(({ title, queries }) => ({ type: "timeseries", title, show_legend: true, requests: queries.map((q) => ({ q, display_type: "line" })) }));
  return {
    title: dashboardTitle,
    description: `Generated: ${tags.join(", ")}.`,
    layout_type: "ordered",
    template_variables: [],
    widgets: [objective, ...drawn].map((definition) => ({ definition })),
  };
}

/** Source: https://docs.datadoghq.com/getting_started/tagging/ */
const TAG_VALUE = /^[a-z0-9]([a-z0-9_./-]{0,98}[a-z0-9])?$/;

function tag(faults: Faults, name: string, given: unknown): void {
  faults.unless(typeof given === "string" && TAG_VALUE.test(given),
    `${name} is ${shown(given)}: it must be the value of a tag: at most 100 lower-case letters, digits, hyphens, underscores, dots and slashes, with a letter or digit first and last. Correct it.`);
}

function check(value: WatchedService & { readonly [K in keyof typeof SERVICE_DEFAULTS]: NonNullable<WatchedService[K]> }): void {
  const faults = new Faults("datadogObservability");
  for (const key of ["name", "namespace", "service", "environment", "clusterName"] as const) tag(faults, key, value[key]);
  faults.unless(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/.test(value.operation), `operation is ${shown(value.operation)}: it must be the name of a span such as web.request. Correct it.`);
  const between = (key: "errorRatePercent" | "latencyMilliseconds" | "targetPercent", least: number, most: number) =>
    faults.unless(value[key] > least && value[key] < most, `${key} is ${shown(value[key])}: it must be more than ${least} and less than ${most}. Choose another.`);
  between("errorRatePercent", 0, 100);
  between("latencyMilliseconds", 0, 600_000);
  between("targetPercent", 90, 100);
  for (const whom of value.notify ?? []) {
    faults.unless(/^@[A-Za-z0-9][\w.@+-]{0,199}$/.test(whom), `notify has ${shown(whom)}: it must be whom Datadog can tell, such as @pagerduty-api or @ops@example.com. Correct it.`);
  }
  faults.throwIfAny();
}

/** Without the members that are `undefined`. */
function defined<T extends object>(props: T): T {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as T;
}
