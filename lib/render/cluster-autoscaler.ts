import { Faults, shown } from "./faults";
import type { HclValue } from "./hcl";

export interface ClusterAutoscalerProps {
  /** Kubernetes' major and minor version, which the autoscaler's must be. @default "1.35" */
  readonly kubernetesVersion?: string;
  /** Pods of it, of which one works. @default 2 */
  readonly replicas?: number;
  /** How long a node must have been of no use before it goes. @default 10 */
  readonly unneededMinutes?: number;
  /** Below which use of its CPU and memory, by requests, a node is of no use if its pods fit elsewhere. @default 50 */
  readonly unneededBelowPercent?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { kubernetesVersion: "1.35", replicas: 2, unneededMinutes: 10, unneededBelowPercent: 50 } as const;

/** What the values refer to and does not come from the person who asks. */
export interface ClusterAutoscalerNames {
  /** May be a reference. */
  readonly clusterName: string;
  readonly region: string;
  readonly serviceAccount: string;
}

/**
 * Values of the chart cluster-autoscaler for EKS, whose managed node groups carry the tags that it looks for.
 *
 * Source: https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-chart-9.59.0/charts/cluster-autoscaler/values.yaml
 *
 * @throws Error that names every value that cannot be used
 */
export function clusterAutoscalerValues(props: ClusterAutoscalerProps, names: ClusterAutoscalerNames): { readonly [key: string]: HclValue } {
  const value = { ...DEFAULTS, ...props };
  const faults = new Faults("clusterAutoscaler");
  const whole = (name: "replicas" | "unneededMinutes" | "unneededBelowPercent", least: number, most: number) =>
    faults.unless(Number.isInteger(value[name]) && value[name] >= least && value[name] <= most,
      `${name} is ${shown(value[name])}: it must be a whole number from ${least} to ${most}. Choose one.`);
  faults.unless(/^1\.\d{2}$/.test(value.kubernetesVersion),
    `kubernetesVersion is ${shown(value.kubernetesVersion)}: it must be a major and a minor version. Write it as in 1.35.`);
  whole("replicas", 1, 5);
  whole("unneededMinutes", 1, 1440);
  whole("unneededBelowPercent", 1, 99);
  faults.throwIfAny();

  const name = "cluster-autoscaler";
  return {
    fullnameOverride: name,
    cloudProvider: "aws",
    awsRegion: names.region,
    autoDiscovery: { clusterName: names.clusterName },
    rbac: { serviceAccount: { create: true, name: names.serviceAccount } },
    // It schedules in thought as the scheduler of that minor version does. The first patch is there for each.
    image: { tag: `v${value.kubernetesVersion}.0` },
    replicaCount: value.replicas,
    podDisruptionBudget: { maxUnavailable: 1 },
    // It makes the nodes that the cluster's DNS would run on.
    dnsPolicy: "Default",
    extraArgs: {
      v: 2,
      expander: "least-waste",
      "balance-similar-node-groups": true,
      // Else a node with any pod of kube-system, or with an emptyDir (every pod of ours has one), would never go.
      "skip-nodes-with-system-pods": false,
      "skip-nodes-with-local-storage": false,
      "scale-down-unneeded-time": `${value.unneededMinutes}m`,
      "scale-down-utilization-threshold": value.unneededBelowPercent / 100,
    },
    resources: { requests: { cpu: "100m", memory: "300Mi" }, limits: { memory: "600Mi" } },
    securityContext: { runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534, fsGroup: 65534, seccompProfile: { type: "RuntimeDefault" } },
    containerSecurityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: { "app.kubernetes.io/instance": name } },
    })),
  };
}
