import { agrees, capability, refused, stated } from "./capability";
import { countOf, instanceTypes, range, versionOf } from "./quantities";
import type { Resource } from "./synthesized";

export interface ClusterParameters {
  readonly platform?: "kubernetes" | "ecs";
  /** Of Kubernetes. */
  readonly engineVersion?: string;
  readonly instanceType?: string;
  readonly desired?: number;
  readonly nodes?: number;
  readonly min?: number;
  readonly max?: number;
}

/** What containers run on: an EKS cluster with its node groups, an ECS cluster. */
export const cluster = capability<ClusterParameters>()({
  id: "cluster",
  title: "Cluster",
  names: [
    /\beks\b/, /\becs ?\/? ?(?:fargate )?clusters?\b/, /\bfargate clusters?\b/, /\bfargate(?:[ _]spot)? capacity providers?\b/, /\b(?:kubernetes|k8s) (?:\w+ )?clusters?\b/, /\bkubernetes\b/, /\bk8s\b/, /\bnode ?groups?\b/, /\bnode ?pools?\b/, /\bworker nodes?\b/, /\b(?:managed|kubernetes|eks|k8s|cluster) control[- ]plane\b/, /\bcluster ?auto-?scal(?:er|ing)\b/, /\belastic kubernetes service\b/, /\bfargate profiles?\b/, /\bk3s\b/, /\bkubeadm\b/,
    /\b(?:ebs|efs) csi\b/, /\bkubernetes-?cluster\b/, /\bcluster versions? \d/, /(?:kubernetes|k8s) ?集群/, /\bkubectl get nodes\b/, /\beks auto mode\b/, /\bbottlerocket\b/, /\brke2\b/, /\bmicrok8s\b/,
  ],
  hints: [
    /\bclusters?\b/, /\bcontainer orchestration\b/, /\borchestrat\w+ containers\b/,
    /\bcontrol[- ]plane\b/, /クラスタ/, /클러스터/,
  ],
  otherSenses: [/\bcluster(?:ing)? (?:analysis|algorithm|of (?:markers|points|pins))/, /\b(?:marker|map|topic|k-means|data|semantic|issue) clusters?\b/,
    // An object of Kubernetes or a directory that is called so: the cluster is there already.
    /(?<!\b(?:managed|elastic|amazon|hosted) )\bkubernetes {1,2}(?:namespaces?|secrets?|encryption|cron ?jobs?|jobs?|services?|rbac|manifests?|objects?|resources?|apis?(?: versions?)?|events|labels|annotations|yamls?|configmaps?|operators?|controllers?|crds?|custom resources?|clients?)\b/, /\b(?:kubernetes|k8s|eks)\/(?:[\w.*-]{1,40}\/){0,6}(?:[\w*-]{1,40}\.(?:ya?ml|json|tf|md|sh)\b|[\w*-]{1,40}\/(?= |$|[)"'.,]))/,
  ],
  read: (text) => {
    const nodes = /\bnodes?\b/.test(text) ? range(text) : {};
    const desired = /\bdesired(?: (?:capacity|size|count))?\D{0,6}(\d+)/.exec(text)?.[1] ?? /\bwith (\d+) (?:[\w-]+ )?instances/.exec(text)?.[1];
    return stated<ClusterParameters>({
      platform: /\becs\b|\bfargate\b/.test(text) && !/\beks\b|kubernetes|k8s/.test(text) ? "ecs" : /\beks\b|kubernetes|k8s|node ?group|worker nodes?|control[- ]plane/.test(text) ? "kubernetes" : undefined,
      engineVersion: versionOf(text, "kubernetes|k8s|eks"),
      instanceType: instanceTypes(text)[0]?.value,
      desired: desired === undefined ? undefined : Number(desired),
      nodes: nodes.min === undefined && nodes.max === undefined && desired === undefined ? countOf(text, "nodes?") : undefined,
      min: nodes.min, max: nodes.max,
    });
  },
  keys: { platform: ["kubernetes", "ecs"], engineVersion: "string", instanceType: "string", desired: "number", nodes: "number", min: "number", max: "number" },
  contradiction: ({ min, max }) => min !== undefined && max !== undefined && min > max
    ? { message: `its nodes go from ${min} to ${max}, and a minimum may not be above the maximum`, remedy: `write the smaller number first: "from ${max} to ${min} nodes"` }
    : undefined,
  prove: ({ platform, engineVersion, instanceType, desired, nodes, min, max }, evidence) => {
    const name = evidence.subject.cluster;
    const wanted = `an EKS cluster "${name}" with a managed node group, in private subnets, with no API endpoint open to the world`;
    if (platform === "ecs") return refused(wanted, "no ECS: phaseline provisions clusters on EKS");
    const cluster = evidence.cluster();
    if (!cluster) return refused(wanted, `no EKS cluster "${name}"`);
    const groups = evidence.nodeGroups();
    const actual = String(cluster.get("version"));
    // AWS opens the endpoint to 0.0.0.0/0 where neither argument says otherwise.
    const ranges = cluster.list("vpc_config.0.public_access_cidrs").map(String);
    const open = cluster.get("vpc_config.endpoint_public_access") !== false && (ranges.length === 0 || ranges.some((range) => range.endsWith("/0")));
    const size = (group: Resource, bound: string) => group.get(`scaling_config.${bound}_size`);
    const sizes = groups.map((group) => `${String(size(group, "min"))} to ${String(size(group, "max"))} nodes`).join(", ");
    const subnets = [...cluster.list("vpc_config.0.subnet_ids"), ...groups.flatMap((group) => group.list("subnet_ids"))].map(String);
    const as = groups.some((group) => agrees(min, size(group, "min")) && agrees(max, size(group, "max")) && agrees(desired ?? nodes, size(group, "desired")));
    return {
      wanted,
      found: `EKS cluster "${name}" ${actual}, ${sizes}, its API not open to the world`,
      resources: [cluster, ...groups],
      unless: {
        [`version ${actual}`]: agrees(engineVersion, actual),
        "no node group": groups.length > 0,
        [`${sizes}, ${groups.map((group) => String(size(group, "desired"))).join(", ")} to begin with`]: groups.length === 0 || as,
        "no autoscaler of nodes, without which there are never more or fewer": max === undefined || max === min || groups.length === 0 || evidence.releases(/autoscaler|karpenter/).length > 0,
        "another instance type": groups.length === 0 || groups.some((group) => agrees(instanceType, evidence.templateOf(group)?.get("instance_type") ?? group.get("instance_types"))),
        "a subnet that is not private": subnets.every((subnet) => subnet.includes("private")),
        "its API open to the world": !open,
      },
    };
  },
  examples: [
    { text: "Provision an EKS cluster with a managed node group of 3 t3.medium nodes", parameters: { platform: "kubernetes", instanceType: "t3.medium", nodes: 3 } },
    { text: "Deploy API to Kubernetes cluster", parameters: { platform: "kubernetes" }, with: ["workload"] },
    { text: "Creates an ECS cluster for container orchestration", parameters: { platform: "ecs" } },
  ],
});
