import { Faults, shown } from "./faults";
import type { HclValue } from "./hcl";

export interface OtelCollectorProps {
  /** Region of X-Ray. */
  readonly region: string;
  /** Namespaces whose pods may send traces. */
  readonly from: readonly string[];
  /** Pods of it; with two, traces are taken while a node is replaced. @default 2 */
  readonly replicas?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { replicas: 2 } as const;

/** What the values refer to and does not come from the person who asks. */
export interface OtelCollectorNames {
  readonly name: string;
  readonly serviceAccount: string;
  /** Where it takes traces, in protobuf over HTTP. */
  readonly port: number;
}

/** The distribution with X-Ray's exporter, for the version of the chart. */
const IMAGE = "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib";

/**
 * Values of the chart opentelemetry-collector that take traces as OpenTelemetry's SDKs send them, and give them to AWS X-Ray; nothing else is
 * taken or given. Its pods satisfy the Pod Security Standard `restricted`.
 *
 * @throws Error that names every value that cannot be used
 *
 * Sources: https://github.com/open-telemetry/opentelemetry-helm-charts/blob/opentelemetry-collector-0.170.0/charts/opentelemetry-collector/values.yaml,
 * https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/v0.158.0/exporter/awsxrayexporter
 */
export function otelCollectorValues(props: OtelCollectorProps, { name, serviceAccount, port }: OtelCollectorNames): { readonly [key: string]: HclValue } {
  const { region, from, replicas } = { ...DEFAULTS, ...props };
  const faults = new Faults("otelCollector");
  faults.unless(/^[a-z]{2}(-[a-z]+)+-\d$/.test(region), `region is ${shown(region)}: it must be an AWS region. Write it as in us-east-1.`);
  faults.unless(Number.isInteger(replicas) && replicas >= 1 && replicas <= 10, `replicas is ${shown(replicas)}: it must be a whole number from 1 to 10. Choose one.`);
  faults.unless(from.length > 0, "from is []: nobody could send anything. Name the namespaces of the applications.");
  for (const namespace of from) {
    faults.unless(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace), `from has ${shown(namespace)}: it must be the name of a namespace. Correct it.`);
  }
  faults.throwIfAny();

  const self = "${env:MY_POD_IP}";
  const off = { enabled: false };
  return {
    fullnameOverride: name,
    mode: "deployment",
    image: { repository: IMAGE },
    replicaCount: replicas,
    serviceAccount: { create: true, name: serviceAccount, automountServiceAccountToken: false },
    // It replaces the chart's own, which would take more than traces.
    alternateConfig: {
      extensions: { health_check: { endpoint: `${self}:13133` } },
      receivers: { otlp: { protocols: { http: { endpoint: `${self}:${port}` } } } },
      processors: { memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 25 }, batch: {} },
      // Local mode: it asks nobody which instance it is on, whose metadata pods cannot reach.
      exporters: { awsxray: { region, local_mode: true } },
      service: {
        extensions: ["health_check"],
        telemetry: { metrics: { level: "none" } },
        pipelines: { traces: { receivers: ["otlp"], processors: ["memory_limiter", "batch"], exporters: ["awsxray"] } },
      },
    },
    ports: {
      otlp: off,
      "otlp-http": { enabled: true, containerPort: port, servicePort: port, protocol: "TCP" },
      "jaeger-compact": off,
      "jaeger-thrift": off,
      "jaeger-grpc": off,
      zipkin: off,
      metrics: off,
    },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    podSecurityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, seccompProfile: { type: "RuntimeDefault" } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    podDisruptionBudget: replicas > 1 ? { enabled: true, maxUnavailable: 1 } : off,
    topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: { "app.kubernetes.io/name": "opentelemetry-collector" } },
    })),
    networkPolicy: {
      enabled: true,
      allowIngressFrom: from.map((namespace) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } })),
    },
  };
}
