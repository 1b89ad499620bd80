import { capability, stated } from "./capability";
import { countOf, instanceTypes, range, versionOf } from "./quantities";

export interface ClusterParameters {
  readonly platform?: "kubernetes" | "ecs";
  /** Of Kubernetes. */
  readonly version?: string;
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
    /\beks\b/, /\becs ?\/? ?(?:fargate )?clusters?\b/, /\bfargate clusters?\b/, /\bfargate(?:[ _]spot)? capacity providers?\b/, /\b(?:kubernetes|k8s) (?:\w+ )?clusters?\b/, /\bkubernetes\b/, /\bk8s\b/, /\bnode ?groups?\b/, /\bnode pools?\b/, /\bworker nodes?\b/, /\b(?:managed )?control[- ]plane\b/, /\bcluster ?autoscaler\b/, /\belastic kubernetes service\b/, /\bfargate profiles?\b/, /\bk3s\b/, /\bkubeadm\b/,
    /\bkubernetes-?cluster\b/, /(?:kubernetes|k8s) ?集群/,
  ],
  hints: [/\bclusters?\b/, /\bcontainer orchestration\b/, /\borchestrat\w+ containers\b/],
  otherSenses: [/\bcluster(?:ing)? (?:analysis|algorithm|of (?:markers|points|pins))/, /\b(?:marker|map|topic|k-means|data|semantic|issue) clusters?\b/],
  read: (text) => {
    const nodes = /\bnodes?\b/.test(text) ? range(text) : {};
    const desired = /\bdesired (?:capacity|size|count)?\D{0,6}(\d+)/.exec(text)?.[1] ?? /\bwith (\d+) (?:[\w-]+ )?instances/.exec(text)?.[1];
    return stated<ClusterParameters>({
      platform: /\becs\b|\bfargate\b/.test(text) && !/\beks\b|kubernetes|k8s/.test(text) ? "ecs" : /\beks\b|kubernetes|k8s|node ?group|worker nodes?|control[- ]plane/.test(text) ? "kubernetes" : undefined,
      version: versionOf(text, "kubernetes|k8s|eks"),
      instanceType: instanceTypes(text)[0]?.value,
      desired: desired === undefined ? undefined : Number(desired),
      nodes: nodes.min === undefined && nodes.max === undefined && desired === undefined ? countOf(text, "nodes?") : undefined,
      min: nodes.min, max: nodes.max,
    });
  },
  keys: { platform: ["kubernetes", "ecs"], version: "string", instanceType: "string", desired: "number", nodes: "number", min: "number", max: "number" },
  contradiction: ({ min, max }) => min !== undefined && max !== undefined && min > max
    ? { message: `its nodes go from ${min} to ${max}, and a minimum may not be above the maximum`, remedy: `write the smaller number first: "from ${max} to ${min} nodes"` }
    : undefined,
  examples: [
    { text: "Provision an EKS cluster with a managed node group of 3 t3.medium nodes", parameters: { platform: "kubernetes", instanceType: "t3.medium", nodes: 3 } },
    { text: "Deploy API to Kubernetes cluster", parameters: { platform: "kubernetes" }, with: ["workload"] },
    { text: "Creates an ECS cluster for container orchestration", parameters: { platform: "ecs" } },
  ],
});
