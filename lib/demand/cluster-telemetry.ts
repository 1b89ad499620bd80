import { agrees, type Claim } from "./capability";
import { deliveryOf } from "./delivery";
import type { Evidence, Resource } from "./synthesized";

/*
 * What proves that the pods of a cluster tell something to AWS: their logs to CloudWatch, their traces to X-Ray.
 */

/** What all pods write, in an encrypted log group. */
export function podLogs(evidence: Evidence, retentionDays: number | undefined): Claim {
  const release = evidence.releases(/^fluent-bit$/)[0];
  const name = /log_group_name ([\w./#-]+)/.exec(release?.text("values") ?? "")?.[1];
  const group = evidence.resources("aws_cloudwatch_log_group").find((candidate) => candidate.get("name") === name);
  const kept = Number(group?.get("retention_in_days") ?? 0);
  const { association, allowed } = identityOf(evidence, release);
  return {
    wanted: `the logs of all pods in an encrypted log group of CloudWatch, kept for ${retentionDays === undefined ? "a stated time" : `${retentionDays} days`}`,
    found: `the logs of all pods in ${name}, encrypted, kept for ${kept} days`,
    resources: [release, group, association],
    unless: {
      "no Helm release of fluent-bit": release !== undefined,
      [`no log group ${name ?? "that it names"}`]: !release || group !== undefined,
      "the log group is not encrypted": !group || group.get("kms_key_id") !== undefined,
      "logs are kept for ever": !group || kept > 0,
      "logs are kept for another time": !group || agrees(retentionDays, kept),
      "it may not write there": !group || allowed(/"logs:PutLogEvents"/, group),
    },
  };
}

/** Traces of the service, by a collector on the cluster. */
export function xrayTraces(evidence: Evidence): Claim {
  const { service } = evidence.subject;
  const release = evidence.releases(/^opentelemetry-collector$/)[0];
  const values = release?.text("values") ?? "";
  const port = /"otlp-http" = \{"enabled" = true, "containerPort" = (\d+)/.exec(values)?.[1];
  const address = `http://${String(release?.get("name"))}.${String(release?.get("namespace"))}.svc.cluster.local:${port}`;
  const { maker, variable } = environmentOf(evidence);
  const { association, allowed } = identityOf(evidence, release);
  return {
    wanted: `traces of "${service}" in AWS X-Ray, by a collector on the cluster`,
    found: `traces of "${service}" in AWS X-Ray, by an OpenTelemetry collector at ${address}`,
    resources: [release, association, release && maker],
    unless: {
      "no Helm release of opentelemetry-collector": release !== undefined,
      "it gives nothing to X-Ray": !release || /"traces" = \{"receivers" = \["otlp"\][^}]*"exporters" = \["awsxray"\]/.test(values),
      "it may not give traces to X-Ray": !release || allowed(/"xray:PutTraceSegments"/),
      "nothing that makes pods": !release || maker !== undefined,
      [`"${service}" is not told where to send them`]: !release || !maker || variable("OTEL_EXPORTER_OTLP_ENDPOINT") === address,
      [`"${service}" may not reach it`]: !release || reaches(evidence, String(release.get("namespace")), port),
    },
  };
}

/** Which pods of a release take which role on, and whether that role allows an action, on a resource if one is given. */
function identityOf(evidence: Evidence, release: Resource | undefined) {
  const account = /"serviceAccount" = \{"create" = true, "name" = "([\w-]+)"/.exec(release?.text("values") ?? "")?.[1];
  const association = release && evidence.resources("aws_eks_pod_identity_association").find((each) => each.get("service_account") === account && each.get("namespace") === release.get("namespace"));
  const role = evidence.resources("aws_iam_role").find((each) => association?.refersTo(each, "role_arn"));
  const policies = evidence.resources("aws_iam_role_policy").filter((policy) => policy.refersTo(role, "role"));
  const documents = evidence.data("aws_iam_policy_document").filter((document) => policies.some((policy) => policy.refersTo(document, "policy")));
  return {
    association,
    allowed: (action: RegExp, on?: Resource) =>
      documents.some((document) => document.list("statement").some((statement) => action.test(JSON.stringify(statement["actions"])) && (on === undefined || JSON.stringify(statement["resources"]).includes(`\${${on.address}.arn}`)))),
  };
}

/** What makes the pods of the service, and the plain variables that it gives them. */
function environmentOf(evidence: Evidence): { readonly maker: Resource | undefined; readonly variable: (name: string) => unknown } {
  const deployment = evidence.deployment();
  if (deployment) return { maker: deployment, variable: (name) => deployment.list("spec.template.spec.container").flatMap((container) => [container["env"] ?? []].flat() as { name?: string; value?: unknown }[]).find((each) => each.name === name)?.value };
  const { application } = deliveryOf(evidence);
  const variables = /"environment" = \{([^}]*)\}/.exec(application?.text("values") ?? "")?.[1] ?? "";
  return { maker: application, variable: (name) => new RegExp(`"${name}" = "([^"]*)"`).exec(variables)?.[1] };
}

/** Where the namespace of the service lets nothing in but what is named, it must let pods of that one in. */
export function letsIn(evidence: Evidence, namespace: string): boolean {
  const policies = evidence.resources("kubernetes_network_policy_v1").filter((policy) => policy.list("spec.policy_types").some((type) => JSON.stringify(type).includes("Ingress")));
  return policies.length === 0 || policies.some((policy) => policy.text("spec.ingress").includes(`"kubernetes.io/metadata.name":"${namespace}"`));
}

/** Where a namespace lets nothing out but what is named, it must let this out. */
function reaches(evidence: Evidence, namespace: string, port: string | undefined): boolean {
  const policies = evidence.resources("kubernetes_network_policy_v1").filter((policy) => policy.list("spec.policy_types").some((type) => JSON.stringify(type).includes("Egress")));
  return policies.length === 0 || policies.some((policy) => policy.text("spec.egress").includes(`"kubernetes.io/metadata.name":"${namespace}"`) && policy.text("spec.egress").includes(`"port":"${port}"`));
}
