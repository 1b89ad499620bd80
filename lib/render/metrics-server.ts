import type { HclValue } from "./hcl";

export interface MetricsServerProps {
  /** Pods of it; with two, autoscaling goes on while a node is replaced. @default 2 */
  readonly replicas?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { replicas: 2 } as const;

/**
 * Values of the chart metrics-server.
 *
 * Source: https://github.com/kubernetes-sigs/metrics-server/blob/metrics-server-helm-chart-3.13.1/charts/metrics-server/values.yaml
 */
export function metricsServerValues(props: MetricsServerProps = {}): { readonly [key: string]: HclValue } {
  const { replicas = DEFAULTS.replicas } = props;
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > 10) {
    throw new Error(`metricsServer: replicas is ${JSON.stringify(replicas)}: it must be a whole number from 1 to 10. Choose one.`);
  }
  const labels = { "app.kubernetes.io/name": "metrics-server" };
  return {
    replicas,
    podDisruptionBudget: replicas > 1 ? { enabled: true, maxUnavailable: 1 } : { enabled: false },
    resources: { requests: { cpu: "100m", memory: "200Mi" }, limits: { memory: "400Mi" } },
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway", labelSelector: { matchLabels: labels } },
      { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector: { matchLabels: labels } },
    ],
  };
}
