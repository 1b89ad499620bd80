import { Faults, shown } from "./faults";
import type { NamespacedMeta } from "./kubernetes-application";

/** A way out of the namespace. */
export interface Exit {
  /** Names the policy: `allow-to-<name>`. */
  readonly name: string;
  /** IPv4 ranges; may be references. */
  readonly cidrs: readonly string[];
  /** TCP ports. */
  readonly ports: readonly number[];
}

export interface NamespaceGuardProps {
  /** Namespace that is guarded; it must be there. */
  readonly namespace: string;
  /** Value of the label `app` of the pods that others may reach. */
  readonly app: string;
  /** Port that those pods listen on. @default 3000 */
  readonly port?: number;
  /** Ranges that the application may be reached from: those of the subnets that its load balancer is in; may be references. @default [] */
  readonly ingressCidrs?: readonly string[];
  /** Namespaces whose pods may reach the application, such as that of Prometheus. @default [] */
  readonly ingressNamespaces?: readonly string[];
  /** Where pods may go, besides DNS and EKS' own credentials. @default [{"name":"https","cidrs":["0.0.0.0/0"],"ports":[443]}] */
  readonly exits?: readonly Exit[];
  /** Namespaces whose pods may be reached, such as that of a trace collector, and at which TCP ports. @default [] */
  readonly exitNamespaces?: readonly { readonly namespace: string; readonly ports: readonly number[] }[];
  /** Pods at the same time. @default 50 */
  readonly maxPods?: number;
  /** CPU that all pods together are promised, in cores; they may use four times as much. @default 10 */
  readonly maxCpuCores?: number;
  /** Memory that all pods together are promised, in GiB; they may use twice as much. @default 20 */
  readonly maxMemoryGib?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = {
  port: 3000,
  ingressCidrs: [],
  ingressNamespaces: [],
  exits: [{ name: "https", cidrs: ["0.0.0.0/0"], ports: [443] }],
  exitNamespaces: [],
  maxPods: 50,
  maxCpuCores: 10,
  maxMemoryGib: 20,
} as const;

/** One end of a permitted connection. */
export type Peer =
  | { readonly ipBlock: { readonly cidr: string } }
  | { readonly namespaceSelector: { readonly matchLabels: Readonly<Record<string, string>> }; readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> } };

export interface PolicyPort {
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
}

export interface NetworkPolicy {
  readonly apiVersion: "networking.k8s.io/v1";
  readonly kind: "NetworkPolicy";
  readonly metadata: NamespacedMeta;
  readonly spec: {
    readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly policyTypes: readonly ("Ingress" | "Egress")[];
    readonly ingress?: readonly { readonly from: readonly Peer[]; readonly ports: readonly PolicyPort[] }[];
    readonly egress?: readonly { readonly to: readonly Peer[]; readonly ports: readonly PolicyPort[] }[];
  };
}

export interface ResourceQuota {
  readonly apiVersion: "v1";
  readonly kind: "ResourceQuota";
  readonly metadata: NamespacedMeta;
  readonly spec: { readonly hard: Readonly<Record<string, string>> };
}

export interface LimitRange {
  readonly apiVersion: "v1";
  readonly kind: "LimitRange";
  readonly metadata: NamespacedMeta;
  readonly spec: {
    readonly limits: readonly {
      readonly type: "Container";
      readonly default: Readonly<Record<string, string>>;
      readonly defaultRequest: Readonly<Record<string, string>>;
    }[];
  };
}

export interface NamespaceGuardModel {
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly quota: ResourceQuota;
  readonly limits: LimitRange;
}

/** Where the EKS Pod Identity agent answers on each node: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html */
const POD_IDENTITY = "169.254.170.23/32";

/**
 * What an application's namespace is allowed, as plain data: no traffic but what is named, and no more than its share of the cluster. Policies add up, so
 * each says one permission beside the one that denies all. (The kubelet's probes come from the node itself and are always let in.)
 *
 * Node ports and load balancers of Services are not to be had: load balancers reach pods directly, by an Ingress.
 *
 * @throws Error that names every value that cannot be used
 *
 * Sources: https://kubernetes.io/docs/concepts/services-networking/network-policies/, https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export function namespaceGuard(props: NamespaceGuardProps): NamespaceGuardModel {
  const value: Required<NamespaceGuardProps> = { ...DEFAULTS, ...props };
  check(value);
  const { namespace, app, port, ingressCidrs, ingressNamespaces, exits, exitNamespaces } = value;
  const meta = (name: string): NamespacedMeta => ({ name, namespace, labels: { "app.kubernetes.io/managed-by": "phaseline" } });
  const policy = (name: string, spec: NetworkPolicy["spec"]): NetworkPolicy => ({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: meta(name), spec });
  const letIn = (name: string, from: readonly Peer[]) =>
    policy(name, { podSelector: { matchLabels: { app } }, policyTypes: ["Ingress"], ingress: [{ from, ports: [{ protocol: "TCP", port }] }] });
  const letOut = (name: string, to: readonly Peer[], ports: readonly PolicyPort[]) => policy(name, { podSelector: {}, policyTypes: ["Egress"], egress: [{ to, ports }] });
  const ranges = (cidrs: readonly string[]): readonly Peer[] => cidrs.map((cidr) => ({ ipBlock: { cidr } }));
  const ofNamespace = (name: string) => ({ matchLabels: { "kubernetes.io/metadata.name": name } });
  return {
    networkPolicies: [
      policy("deny-all", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
      letOut("allow-dns", [{ namespaceSelector: ofNamespace("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }], [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
      ]),
      letOut("allow-pod-identity", ranges([POD_IDENTITY]), [{ protocol: "TCP", port: 80 }]),
      ...(ingressCidrs.length > 0 ? [letIn("allow-from-load-balancer", ranges(ingressCidrs))] : []),
      ...ingressNamespaces.map((from) => letIn(`allow-from-${from}`, [{ namespaceSelector: ofNamespace(from) }])),
      ...exits.map((exit) => letOut(`allow-to-${exit.name}`, ranges(exit.cidrs), exit.ports.map((to) => ({ protocol: "TCP", port: to })))),
      ...exitNamespaces.map(({ namespace: to, ports }) => letOut(`allow-to-${to}`, [{ namespaceSelector: ofNamespace(to) }], ports.map((port) => ({ protocol: "TCP", port })))),
    ],
    quota: {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: meta("share-of-the-cluster"),
      spec: {
        hard: {
          pods: String(value.maxPods),
          "requests.cpu": String(value.maxCpuCores),
          "limits.cpu": String(value.maxCpuCores * 4),
          "requests.memory": `${value.maxMemoryGib}Gi`,
          "limits.memory": `${value.maxMemoryGib * 2}Gi`,
          "services.loadbalancers": "0",
          "services.nodeports": "0",
        },
      },
    },
    limits: {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: meta("share-of-a-container"),
      spec: {
        // For containers that say nothing, which the quota would refuse.
        limits: [{ type: "Container", default: { cpu: "500m", memory: "256Mi" }, defaultRequest: { cpu: "50m", memory: "64Mi" } }],
      },
    },
  };
}

const LABEL = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const CIDR = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!\/)|(?=\/))){4}\/(?:3[0-2]|[12]?\d)$/;

function check(value: Required<NamespaceGuardProps>): void {
  const faults = new Faults("namespaceGuard");
  const whole = (name: string, given: number, least: number, most: number) =>
    faults.unless(Number.isInteger(given) && given >= least && given <= most, `${name} is ${shown(given)}: it must be a whole number from ${least} to ${most}. Choose one.`);
  const label = (name: string, given: string) =>
    faults.unless(LABEL.test(given), `${name} is ${shown(given)}: it must be 1 to 63 lower-case letters, digits and hyphens, with a letter first and no hyphen last. Rename it.`);
  const cidr = (name: string, given: string) =>
    faults.unless(given.includes("${") || CIDR.test(given), `${name} is ${shown(given)}: it must be an IPv4 range. Write it as in 10.0.0.0/16.`);
  label("namespace", value.namespace);
  faults.unless(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/.test(value.app), `app is ${shown(value.app)}: it must be a label value: at most 63 letters, digits, hyphens, dots and underscores. Rename it.`);
  whole("port", value.port, 1, 65535);
  value.ingressCidrs.forEach((given, index) => cidr(`ingressCidrs[${index}]`, given));
  value.ingressNamespaces.forEach((given, index) => label(`ingressNamespaces[${index}]`, given));
  value.exits.forEach((exit, index) => {
    label(`exits[${index}].name`, exit.name);
    exit.cidrs.forEach((given, at) => cidr(`exits[${index}].cidrs[${at}]`, given));
    // An empty list means "all" to Kubernetes.
    for (const key of ["cidrs", "ports"] as const) faults.unless(exit[key].length > 0, `exits[${index}].${key} is []: it would be open to all. Name them.`);
    exit.ports.forEach((port) => whole(`exits[${index}].ports`, port, 1, 65535));
  });
  value.exitNamespaces.forEach((exit, index) => {
    label(`exitNamespaces[${index}].namespace`, exit.namespace);
    faults.unless(exit.ports.length > 0, `exitNamespaces[${index}].ports is []: it would be open to all. Name them.`);
    exit.ports.forEach((port) => whole(`exitNamespaces[${index}].ports`, port, 1, 65535));
  });
  whole("maxPods", value.maxPods, 1, 10_000);
  whole("maxCpuCores", value.maxCpuCores, 1, 10_000);
  whole("maxMemoryGib", value.maxMemoryGib, 1, 100_000);
  const names = ["load-balancer", ...value.ingressNamespaces];
  for (const [what, all] of [["ingressNamespaces", names], ["exits", [...value.exits.map(({ name }) => name), ...value.exitNamespaces.map(({ namespace }) => namespace)]]] as const) {
    const doubled = all.find((name, index) => all.indexOf(name) !== index);
    faults.unless(doubled === undefined, `${what} has the name ${shown(doubled)} twice: each names a policy of its own. Remove or rename one.`);
  }
  faults.throwIfAny();
}
