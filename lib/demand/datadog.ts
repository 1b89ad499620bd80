import { refused, type Claim } from "./capability";
import { deliveryOf } from "./delivery";
import type { Evidence, Resource } from "./synthesized";

/*
 * What proves that Datadog does it: its agents on the cluster for what is sent, and its own objects for what is told.
 */

/** Datadog is for a cluster: what is asked of it on servers alone is refused, with what to write instead. */
export function withoutDatadog(evidence: Evidence, wanted: string, instead: string): Claim | undefined {
  const hosts = evidence.server() ?? evidence.fleet();
  return hosts && !evidence.cluster() ? refused(wanted, `no Datadog on EC2 instances: write ${instead}, or run "${evidence.subject.service}" on Kubernetes`) : undefined;
}

/** Ways to meet a demand that names no tool: Datadog's first where it is, so that what it lacks is told, and not what another would need. */
export function orDatadog(evidence: Evidence, others: readonly Claim[], datadog: Claim): readonly Claim[] {
  return evidence.releases(/^datadog$/).length > 0 ? [datadog, ...others] : others;
}

/** Metrics of the cluster, whose API key is in no state. */
export function datadogMetrics(evidence: Evidence): Claim {
  const { service, cluster } = evidence.subject;
  const { release, said, unless } = agentOf(evidence);
  return {
    wanted: `Datadog's agents on the cluster, with the metrics of "${service}", and an API key that is in no state`,
    found: `Datadog's agents on "${cluster}", with cluster checks`,
    resources: [release],
    unless: { ...unless, "no cluster checks": !release || said(/"clusterChecks" = \{"enabled" = true/) },
  };
}

export function datadogLogs(evidence: Evidence): Claim {
  const { release, said, unless } = agentOf(evidence);
  return {
    wanted: "the logs of all pods in Datadog",
    found: "the logs of all pods, by Datadog's agents",
    resources: [release],
    unless: { ...unless, "its agents send no logs": !release || said(/"logs" = \{"enabled" = true, "containerCollectAll" = true\}/) },
  };
}

export function datadogTraces(evidence: Evidence): Claim {
  const { service, environment } = evidence.subject;
  const { release, said, unless } = agentOf(evidence);
  const { maker, label } = podsOf(evidence);
  return {
    wanted: `traces of "${service}" in Datadog`,
    found: `traces of "${service}" by Datadog's agents, to which its pods are led`,
    resources: [release, release && maker],
    unless: {
      ...unless,
      "its agents take no traces": !release || said(/"apm" = \{"socketEnabled" = true/),
      "no admission controller": !release || said(/"admissionController" = \{"enabled" = true/),
      "nothing that makes pods": !release || maker !== undefined,
      [`the pods of "${service}" do not ask for it`]: !release || !maker || label("admission.datadoghq.com/enabled") === "true",
      [`the pods of "${service}" do not say of which service and environment they are`]: !release || !maker || (label("tags.datadoghq.com/service") !== undefined && label("tags.datadoghq.com/env") === environment),
    },
  };
}

export function datadogDashboards(evidence: Evidence): Claim {
  const boards = evidence.resources("datadog_dashboard_json").filter((board) => watched(board, "dashboard", evidence));
  return {
    wanted: `a dashboard of "${evidence.subject.service}" in Datadog`,
    found: `${boards.length} dashboard in Datadog`,
    resources: boards,
    unless: { "no dashboard in Datadog": boards.length > 0 },
  };
}

/** Whom a channel of the criteria is in Datadog. */
const ADDRESSES: Readonly<Record<string, RegExp>> = { slack: /@slack-/, pagerduty: /@pagerduty\b/, opsgenie: /@opsgenie\b/, teams: /@teams-/, email: /@[\w.+-]+@/ };

export function datadogMonitors(evidence: Evidence, channel: string | undefined): Claim {
  const monitors = evidence.resources("datadog_monitor").filter((monitor) => watched(monitor, "query", evidence));
  const address = channel === undefined ? undefined : ADDRESSES[channel];
  return {
    wanted: `monitors of "${evidence.subject.service}" in Datadog`,
    found: `${monitors.length} monitors in Datadog`,
    resources: monitors,
    unless: {
      "no monitor in Datadog": monitors.length > 0,
      [`they do not tell ${channel}: write whom under context.phaseline.datadog.notify`]: channel === undefined || monitors.every((monitor) => address?.test(monitor.text("message"))),
    },
  };
}

export function datadogObjective(evidence: Evidence, uptimePercent: number | undefined): Claim {
  const objectives = evidence.resources("datadog_service_level_objective").filter((objective) => watched(objective, "query", evidence));
  const alerts = evidence.resources("datadog_monitor").filter((monitor) => objectives.some((objective) => monitor.text("query").includes(`burn_rate(%q)`) && monitor.text("query").includes(`${objective.address}.id`)));
  const targets = objectives.map((objective) => Number(objective.get("target_threshold")));
  return {
    wanted: `an objective of ${uptimePercent ?? "a stated"} % for "${evidence.subject.service}" in Datadog, and alerts on how fast its allowance goes`,
    found: `an objective of ${targets.join(" and ")} % in Datadog, with ${alerts.length} alerts on how fast its allowance goes`,
    resources: [...objectives, ...alerts],
    unless: {
      "no objective in Datadog": objectives.length > 0,
      [`an objective of ${targets.join(" and ")} %`]: targets.every((target) => target >= (uptimePercent ?? 0)),
      "nobody is told when its allowance goes": objectives.length === 0 || alerts.length > 0,
    },
  };
}

/** The agents on the cluster, and what has to hold whatever they are for. */
function agentOf(evidence: Evidence) {
  const { cluster } = evidence.subject;
  const release = evidence.releases(/^datadog$/)[0];
  const values = release?.text("values") ?? "";
  const name = /"apiKeyExistingSecret" = "([\w.-]+)"/.exec(values)?.[1];
  const key = evidence.resources("kubernetes_secret_v1").find((secret) => secret.get("metadata.name") === name && secret.get("metadata.namespace") === release?.get("namespace"));
  const fromStore = /^\$\{(?:trimspace\()?ephemeral\.aws_secretsmanager_secret_version\./.test(String((key?.get("data_wo") as Record<string, unknown> | undefined)?.["api-key"]));
  return {
    release,
    said: (pattern: RegExp) => pattern.test(values),
    unless: {
      "no Helm release of datadog": release !== undefined,
      [`agents of another cluster than "${cluster}"`]: !release || values.includes(`"clusterName" = "${cluster}"`),
      "no secret with the API key": !release || key !== undefined,
      "its API key is in the state": key?.get("data") === undefined && !/"apiKey" = /.test(values),
      "its API key does not come from Secrets Manager": !key || fromStore,
    },
  };
}

/** What makes the pods of the service, and the labels that it gives them. */
function podsOf(evidence: Evidence): { readonly maker: Resource | undefined; readonly label: (key: string) => unknown } {
  const deployment = evidence.deployment();
  if (deployment) {
    const labels = (deployment.get("spec.template.metadata.labels") ?? {}) as Readonly<Record<string, unknown>>;
    return { maker: deployment, label: (key) => labels[key] };
  }
  const { application } = deliveryOf(evidence);
  const labels = /"podLabels" = \{([^}]*)\}/.exec(application?.text("values") ?? "")?.[1] ?? "";
  return { maker: application, label: (key) => new RegExp(`"${key.replaceAll(".", "\\.")}" = "([^"]*)"`).exec(labels)?.[1] };
}

/** Whether an object of Datadog is about the service in this environment: by the tags that its pods have, or by its Deployment. */
function watched(resource: Resource, path: string, evidence: Evidence): boolean {
  const { service, cluster, environment } = evidence.subject;
  const tag = String(podsOf(evidence).label("tags.datadoghq.com/service"));
  const text = resource.text(path);
  return text.includes(`{env:${environment},service:${tag}}`) || new RegExp(`kube_cluster_name:${cluster},[^}]*(?:kube_deployment|horizontalpodautoscaler):${service}\\}`).test(text);
}
