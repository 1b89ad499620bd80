import type { CapabilityId } from "./demand";
import type { Evidence, Proof, Resource } from "./synthesized";

type Parameters = Readonly<Record<string, unknown>>;
type Prove = (parameters: Parameters, evidence: Evidence) => Proof;

/** Puts a proof together out of what was wanted and the resources that were looked at. */
function proof(wanted: string, holds: boolean, found: string, resources: readonly Resource[], files: readonly string[] = []): Proof {
  return { holds, wanted, found, addresses: resources.map(({ stack, address }) => ({ stack, address })), files };
}

function deployment(evidence: Evidence): Resource | undefined {
  return evidence.resources("kubernetes_deployment_v1").find((candidate) => candidate.get("metadata.name") === evidence.subject.service);
}

const workload: Prove = (parameters, evidence) => {
  const { service } = evidence.subject;
  const { replicas, port } = parameters;
  const wanted =
    `a Deployment "${service}" with ${replicas === undefined ? "two or more replicas" : `${replicas} replicas`}` +
    `${port === undefined ? "" : ` on port ${port}`}, its Service, and probes`;
  const found = deployment(evidence);
  if (!found) return proof(wanted, false, `no Deployment "${service}"`, []);
  const services = evidence
    .resources("kubernetes_service_v1")
    .filter((candidate) => same(candidate.list("spec.0.selector")[0], found.list("spec.0.selector.0.match_labels")[0]));
  const actual = {
    replicas: Number(found.get("spec.replicas")),
    port: found.get("spec.template.spec.container.port.container_port"),
    liveness: found.get("spec.template.spec.container.liveness_probe") !== undefined,
    readiness: found.get("spec.template.spec.container.readiness_probe") !== undefined,
  };
  const holds =
    (replicas === undefined ? actual.replicas >= 2 : actual.replicas === replicas) &&
    (port === undefined || actual.port === port) &&
    services.length > 0 &&
    actual.liveness &&
    actual.readiness;
  return proof(
    wanted,
    holds,
    `Deployment "${service}" with ${actual.replicas} replicas on port ${String(actual.port)}, ` +
      `${services.length === 0 ? "no Service" : "a Service"}, ${actual.liveness ? "a" : "no"} liveness and ${actual.readiness ? "a" : "no"} readiness probe`,
    [found, ...services],
  );
};

const cluster: Prove = (_parameters, evidence) => {
  const { cluster: name } = evidence.subject;
  const wanted = `an EKS cluster "${name}" with a managed node group, in private subnets, with no API endpoint open to the world`;
  const found = evidence.resources("aws_eks_cluster").find((candidate) => candidate.get("name") === name);
  if (!found) return proof(wanted, false, `no EKS cluster "${name}"`, []);
  const groups = evidence.resources("aws_eks_node_group").filter((group) => group.refersTo(found) || group.get("cluster_name") === name);
  // AWS opens the endpoint to 0.0.0.0/0 where neither argument says otherwise.
  const ranges = found.list("vpc_config.0.public_access_cidrs").map(String);
  const open = found.get("vpc_config.endpoint_public_access") !== false && (ranges.length === 0 || ranges.some((range) => range.endsWith("/0")));
  const sizes = groups.map((group) => `${String(group.get("scaling_config.min_size"))} to ${String(group.get("scaling_config.max_size"))} nodes`);
  return proof(
    wanted,
    groups.length > 0 && !open,
    `EKS cluster "${name}" ${String(found.get("version"))}, ${groups.length === 0 ? "no node group" : sizes.join(", ")}, ${open ? "its API open to the world" : "its API not open to the world"}`,
    [found, ...groups],
  );
};

const autoscaling: Prove = ({ min, max, cpuTargetPercent }, evidence) => {
  const { service } = evidence.subject;
  const bounds = [min === undefined ? "" : `min ${min}`, max === undefined ? "" : `max ${max}`].filter(Boolean).join(" and ");
  const wanted =
    `a HorizontalPodAutoscaler on deployment/${service}${bounds && ` with ${bounds}`}` +
    `${cpuTargetPercent === undefined ? "" : ` at ${cpuTargetPercent} % CPU`}, and a metrics server to feed it`;
  const target = deployment(evidence);
  const found = evidence
    .resources("kubernetes_horizontal_pod_autoscaler_v2")
    .find((candidate) => candidate.get("spec.scale_target_ref.kind") === "Deployment" && candidate.get("spec.scale_target_ref.name") === service);
  if (!found || !target) return proof(wanted, false, target ? `no HorizontalPodAutoscaler on deployment/${service}` : `no Deployment "${service}"`, []);
  const source = evidence.resources("helm_release").find((release) => release.get("chart") === "metrics-server");
  const actual = {
    min: found.get("spec.min_replicas"),
    max: found.get("spec.max_replicas"),
    cpu: found
      .list("spec.0.metric")
      .map((metric) => dig(metric, "resource"))
      .filter((resource) => resource?.["name"] === "cpu")
      .map((resource) => dig(resource, "target")?.["average_utilization"])[0],
  };
  const holds =
    (min === undefined || actual.min === min) &&
    (max === undefined || actual.max === max) &&
    (cpuTargetPercent === undefined || actual.cpu === cpuTargetPercent) &&
    source !== undefined;
  return proof(
    wanted,
    holds,
    `HorizontalPodAutoscaler on deployment/${service} with min ${String(actual.min)} and max ${String(actual.max)} at ${String(actual.cpu)} % CPU, ${source ? "metrics-server" : "no metrics server"}`,
    [found, target, ...(source ? [source] : [])],
  );
};

const metrics: Prove = (_parameters, evidence) => {
  const { service } = evidence.subject;
  const wanted = `Prometheus (kube-prometheus-stack) with a ServiceMonitor for "${service}"`;
  const found = evidence.resources("helm_release").find((release) => release.get("chart") === "kube-prometheus-stack");
  if (!found) return proof(wanted, false, "no Helm release of kube-prometheus-stack", []);
  const scrapes = JSON.stringify(found.get("values") ?? "").includes("additionalServiceMonitors");
  return proof(
    wanted,
    scrapes,
    `Helm release "${String(found.get("name"))}" of kube-prometheus-stack ${String(found.get("version"))}, ${scrapes ? "with" : "without"} a ServiceMonitor`,
    [found],
  );
};

const dashboards: Prove = (_parameters, evidence) => {
  const wanted = "Grafana beside Prometheus, with an administrator's password that is in no state";
  const found = evidence.resources("helm_release").find((release) => release.get("chart") === "kube-prometheus-stack");
  if (!found) return proof(wanted, false, "no Helm release of kube-prometheus-stack", []);
  const values = JSON.stringify(found.get("values") ?? "");
  const on = /grafana/.test(values) && /existingSecret/.test(values);
  return proof(wanted, on, on ? "Grafana on, its password from a secret of its own" : "Grafana off", [found]);
};

const WORKFLOW = ".github/workflows/deploy.yml";

const pipeline: Prove = ({ branch: stated }, evidence) => {
  const { repository, service } = evidence.subject;
  const branch = String(stated ?? evidence.subject.branch);
  const wanted = `a GitHub Actions workflow that builds, pushes and rolls out "${service}" on a push to ${branch}, and an AWS role that only ${repository} may assume`;
  const text = evidence.artifact(WORKFLOW) ?? "";
  const roles = evidence.resources("aws_iam_role").filter((role) => evidence.trustOf(role).includes(`repo:${repository}:`));
  const missing = [
    ...(text === "" ? [`no ${WORKFLOW}`] : []),
    ...(text !== "" && !new RegExp(`branches:\\s*(\\[\\s*"?|\\n\\s*-\\s*"?)${escape(branch)}"?\\s`).test(text) ? [`no trigger on ${branch}`] : []),
    ...(text !== "" && !/kubectl set image/.test(text) ? ["no kubectl set image"] : []),
    ...(text !== "" && !/rollout status/.test(text) ? ["no rollout status"] : []),
    ...(roles.length === 0 ? [`no role that trusts ${repository}`] : []),
  ];
  return proof(
    wanted,
    missing.length === 0,
    missing.length === 0 ? `${WORKFLOW}, and a role that trusts ${repository} only` : missing.join(", "),
    roles,
    text === "" ? [] : [WORKFLOW],
  );
};

const registry: Prove = (_parameters, evidence) => {
  const wanted = "an ECR repository with immutable tags and a scan on push";
  const found = evidence.resources("aws_ecr_repository");
  const right = found.filter(
    (repository) =>
      repository.get("image_tag_mutability") === "IMMUTABLE" && repository.get("image_scanning_configuration.scan_on_push") === true,
  );
  return proof(
    wanted,
    right.length > 0,
    right.length > 0 ? `ECR repository "${String(right[0]?.get("name"))}"` : found.length > 0 ? "a repository whose tags may change or that is not scanned" : "no ECR repository",
    right.length > 0 ? right : found,
  );
};

const healthCheck: Prove = ({ path }, evidence) => {
  const { service } = evidence.subject;
  const wanted = `liveness and readiness probes on deployment/${service}${path === undefined ? "" : ` at ${String(path)}`}`;
  const found = deployment(evidence);
  if (!found) return proof(wanted, false, `no Deployment "${service}"`, []);
  const at = (probe: string) => found.get(`spec.template.spec.container.${probe}.http_get.path`);
  const liveness = at("liveness_probe");
  const readiness = at("readiness_probe");
  const right = (actual: unknown) => typeof actual === "string" && (path === undefined || actual === path);
  return proof(wanted, right(liveness) && readiness !== undefined, `liveness at ${String(liveness)}, readiness at ${String(readiness)}`, [found]);
};

const PROOFS: Partial<Record<CapabilityId, Prove>> = {
  autoscaling,
  cluster,
  dashboards,
  "health-check": healthCheck,
  metrics,
  pipeline,
  registry,
  workload,
};

/** Holds a demand against what was synthesized; `undefined`: phaseline does not provision this capability yet. */
export function prove(demand: { readonly kind: CapabilityId; readonly parameters: object }, evidence: Evidence): Proof | undefined {
  return PROOFS[demand.kind]?.(demand.parameters as Parameters, evidence);
}

function same(a: unknown, b: unknown): boolean {
  const flat = (value: unknown) => JSON.stringify(Object.entries((value ?? {}) as object).sort());
  return a !== undefined && flat(a) === flat(b);
}

function dig(value: unknown, key: string): Record<string, unknown> | undefined {
  const inner = (value as Record<string, unknown> | undefined)?.[key];
  return (Array.isArray(inner) ? inner[0] : inner) as Record<string, unknown> | undefined;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
