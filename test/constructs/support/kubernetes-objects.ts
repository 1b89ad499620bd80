/*
 * Terraform resources of the Kubernetes provider, as they stand in synthesized JSON, back to Kubernetes objects: the
 * inverse of lib/constructs/kubernetes-arguments.ts, written apart from it, so that the two check each other.
 */

type Json = Record<string, any>;

const KINDS: Record<string, { apiVersion: string; kind: string }> = {
  kubernetes_namespace_v1: { apiVersion: "v1", kind: "Namespace" },
  kubernetes_service_account_v1: { apiVersion: "v1", kind: "ServiceAccount" },
  kubernetes_deployment_v1: { apiVersion: "apps/v1", kind: "Deployment" },
  kubernetes_service_v1: { apiVersion: "v1", kind: "Service" },
  kubernetes_horizontal_pod_autoscaler_v2: { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" },
  kubernetes_pod_disruption_budget_v1: { apiVersion: "policy/v1", kind: "PodDisruptionBudget" },
};

/** Blocks of the provider that the API calls by the plural. */
const LISTS: Record<string, string> = {
  container: "containers",
  env_from: "envFrom",
  metric: "metrics",
  policy: "policies",
  port: "ports",
  topology_spread_constraint: "topologySpreadConstraints",
  volume: "volumes",
  volume_mount: "volumeMounts",
};

/** Single blocks that the provider allows several of. */
const SINGLE = new Set(["label_selector", "scale_up", "scale_down"]);

/** Numbers that the provider takes as strings. */
const NUMBERS = new Set(["replicas", "max_surge", "max_unavailable", "run_as_user", "run_as_group"]);

/** Maps whose keys are data. */
const DATA = new Set(["labels", "annotations", "match_labels", "requests", "limits"]);

/** What Terraform adds and Kubernetes never sees. */
const META = new Set(["depends_on", "lifecycle", "wait_for_rollout", "//"]);

/** The Kubernetes objects among the resources of a synthesized stack. */
export function kubernetesObjectsOf(synthesized: string): (Json & { kind: string })[] {
  const { resource = {} } = JSON.parse(synthesized) as { resource?: Record<string, Record<string, Json>> };
  return Object.entries(resource)
    .filter(([type]) => type in KINDS)
    .flatMap(([type, named]) => Object.values(named).map((body) => ({ ...(KINDS[type] as { apiVersion: string; kind: string }), ...object(body) })));
}

function object(body: Json, path: readonly string[] = []): Json {
  const entries = Object.entries(body).filter(([key]) => path.length > 0 || !META.has(key));
  return Object.fromEntries(entries.map(([key, value]) => member(key, value, path)));
}

function member(key: string, value: any, path: readonly string[]): [string, unknown] {
  const parent = path[path.length - 1];
  if (DATA.has(key) || (key === "selector" && parent === "spec" && typeof Object.values(value)[0] === "string")) {
    return [camel(key), Object.fromEntries(Object.entries(value).map(([name, text]) => [name, literal(text as string)]))];
  }
  if (key in LISTS && Array.isArray(value)) return [LISTS[key] as string, value.map((each) => object(each, [...path, key]))];
  if (SINGLE.has(key) && Array.isArray(value)) return [camel(key), object(value[0], [...path, key])];
  if (NUMBERS.has(key) || (key === "port" && parent === "http_get")) return [camel(key), Number(value)];
  if (Array.isArray(value)) return [camel(key), value.map((each) => (typeof each === "object" ? object(each, [...path, key]) : each))];
  if (typeof value === "object") return [camel(key), object(value, [...path, key])];
  return [camel(key), typeof value === "string" ? literal(value) : value];
}

/** A string as Terraform would evaluate it, as far as literals go. */
function literal(text: string): string {
  const inner = /^\$\{(".*")\}$/s.exec(text)?.[1];
  return inner === undefined ? text : (JSON.parse(inner.replace(/([$%])\1\{/g, "$1{")) as string);
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
