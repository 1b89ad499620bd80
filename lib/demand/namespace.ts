import type { Evidence, Resource } from "./synthesized";

/** What a criterion may ask of the namespace of the service. */
export interface NamespaceParameters {
  readonly quotas?: boolean;
  readonly podSecurity?: "restricted";
}

/** What holds the pods of a namespace to their share and to the standard, where that is asked for. */
export function namespaceHolds(name: string | undefined, { quotas, podSecurity }: NamespaceParameters, evidence: Evidence): { readonly resources: readonly Resource[]; readonly unless: Readonly<Record<string, boolean>> } {
  const inIt = (type: string) => evidence.resources(type).filter((resource) => resource.get("metadata.namespace") === name);
  const [quota] = inIt("kubernetes_resource_quota_v1");
  const [limits] = inIt("kubernetes_limit_range_v1");
  const namespace = evidence.resources("kubernetes_namespace_v1").find((candidate) => candidate.get("metadata.name") === name);
  const labels = (namespace?.get("metadata.labels") ?? {}) as Readonly<Record<string, unknown>>;
  const bounds = (quota?.get("spec.hard") ?? {}) as Readonly<Record<string, unknown>>;
  return {
    resources: [...(quotas ? [quota, limits] : []), ...(podSecurity ? [namespace] : [])].filter((resource) => resource !== undefined),
    unless: {
      "no quota of CPU and memory for the namespace": quotas !== true || (bounds["limits.cpu"] !== undefined && bounds["limits.memory"] !== undefined),
      "no limits for containers that state none": quotas !== true || limits !== undefined,
      "a namespace that takes more than restricted pods": podSecurity === undefined || labels["pod-security.kubernetes.io/enforce"] === podSecurity,
    },
  };
}
