import { capability, type Claim, stated } from "./capability";
import { datadogDashboards, orDatadog, withoutDatadog } from "./datadog";
import { oneOrMany } from "./quantities";
import type { OneOrMany } from "./vocabulary";

export interface DashboardsParameters {
  readonly tool?: "grafana" | "cloudwatch" | "datadog";
  readonly percentile?: OneOrMany<number>;
}

/** Where people look at the measures: Grafana, CloudWatch or Datadog dashboards. */
export const dashboards = capability<DashboardsParameters>()({
  id: "dashboards",
  title: "Dashboards",
  names: [
    /\bgrafana\b(?! (?:cloud|loki|tempo|mimir|alloy|agent|pyroscope|alert\w*|k6|oncall)\b)/, /^(?:[\w-]+ )?dashboards?:/, /\b(?:cloudwatch|datadog|monitoring|kibana|infrastructure|observability|operational|operations|ops|slo) dashboards?\b/, /\bdashboards? (?:json|as code|provision\w+)\b/, /\bkibana\b/, /\bdashboards? (?:per|for each|for every) (?:service|cluster|environment|component|microservice|namespace|region)s?\b/, /\bdashboards? (?:[\w-]+ ){0,3}?(?:show(?:s|ing)?|with|for|display\w*|of|visuali[sz]\w*|includ\w*|tracks?|cover\w*|present\w*|plot\w*|contain\w*|mit|con|com|avec|mostra\w*|muestr\w+|zeig\w+):? (?:[\w-]+,? ){0,4}?\(?(?:(?:service |api )?request rates?|latency|latenz\w*|latencia|error rates?|saturation|throughput|request rates?|cpu|memory usage|disk usage|golden signals|pod|node|(?:cluster|system) health|uptime|slos?|slis?|error budgets?|burn rates?|5xx|queue depth|replication lag|consumer lag)\b/, /\bpanels?: ?(?:[\w-]+,? ){0,3}?(?:latency|error[- ]rates?|response times?|request rates?|cpu|memory|throughput|uptime|saturation|queue depths?)\b/, /\b(?:latency|error rate|cpu|memory|slo|uptime|golden signals|request rate|pod|node|cluster|service health|red|use method) dashboards?\b/, /\b(?:cpu|memory|latency|error[- ]rate|disk|throughput|uptime)(?:[- ]usage)?(?: and (?:cpu|memory|latency|error[- ]rate|disk|throughput)(?:[- ]usage)?)? panels?\b/,
  ],
  hints: [/\bdashboards?\b/, /\b(?:utili[sz]ation|metrics?|latency) graphs?\b/, /\btableros?\b/, /仪表[板盘]/],
  otherSenses: [/\bdashboards? (?:links?|includes?(?! (?:[\w-]+,? ){0,3}?(?:latency|error rates?|cpu|memory usage|uptime|throughput|slos?)\b)|stats|summary|summaries|data|test\w*|url)\b/, /\b(?:api|apis|workers?|web|frontend|backend|bot|app)(?:,| \+| and| &| ?\/)(?: and)? (?:\w+ )?dashboards?\b(?! for| with| show| of)/, /\b(?:admin|docs|increment|user|customer|seller|student|teacher|personal|main|home|analytics|sales|account|client|merchant|patient|web|project|team|the) dashboard\b/, /(?<!\b(?:cloudwatch|grafana|datadog|kibana|monitoring|operations) )\bdashboards? (?:page|view|screen|(?:shall|should|must)(?! (?:be provisioned|be defined|be deployed|be created|be stored|exist))|widget|layout|loads?|component|ui|tab|route|cards?)\b(?! (?:show|display|visuali[sz]e|include|present|track|plot|contain|cover)\b[^.;]{0,40}\b(?:latency|request rates?|error rates?|error budgets?|burn rates?|cpu|memory usage|uptime|throughput|slos?|slis?|golden signals|queue depth)\b)/],
  read: (text) => stated<DashboardsParameters>({
    tool: /\bgrafana\b/.test(text) ? "grafana" : /\bcloudwatch\b/.test(text) ? "cloudwatch" : /\bdatadog\b/.test(text) ? "datadog" : undefined,
    percentile: oneOrMany([...text.matchAll(/\bp(50|75|90|95|99)\b/g)].map((match) => Number(match[1]))),
  }),
  keys: { tool: ["grafana", "cloudwatch", "datadog"], percentile: "number" },
  prove: ({ tool }, evidence) => {
    if (tool === "datadog") return withoutDatadog(evidence, "a dashboard in Datadog", '"Grafana dashboards"') ?? datadogDashboards(evidence);
    const [release] = evidence.releases(/^kube-prometheus-stack$/);
    const values = release?.text("values") ?? "";
    const on = /"?\bgrafana\b"? ?[=:] ?\{\s*"?enabled"? ?[=:] ?true/.test(values);
    const name = /existingSecret\\?"? ?[=:] ?\\?"?([\w-]+)/.exec(values)?.[1];
    const secret = evidence.resources("kubernetes_secret_v1").find((candidate) => candidate.get("metadata.name") === name);
    const host = evidence.resources("aws_instance").find(({ id }) => id.startsWith("metrics-host"));
    const files = evidence.resources("aws_s3_object").filter((file) => /^grafana\/dashboards\//.test(String(file.get("key"))));
    const boards = evidence.resources("aws_cloudwatch_dashboard");
    const grafana: Claim = {
      wanted: "Grafana beside Prometheus, with an administrator's password that is in no state",
      found: "Grafana on, its password from a secret of its own",
      resources: [release],
      unless: {
        "no Helm release of kube-prometheus-stack": release !== undefined,
        "Grafana off": !release || on,
        "no secret with its password": !release || secret !== undefined,
        "its password is in the state": secret?.get("data") === undefined,
      },
    };
    const grafanaOnHost: Claim = {
      wanted: "Grafana on a private host, with dashboards",
      found: `Grafana on a private host, with ${files.length} dashboards`,
      resources: [host, ...files],
      unless: {
        "no host for Grafana": host !== undefined,
        "it has a public address": host?.get("associate_public_ip_address") !== true,
        "no dashboards": !host || files.length > 0,
      },
    };
    const cloudwatch: Claim = { wanted: "a CloudWatch dashboard", found: `${boards.length} CloudWatch dashboard`, resources: boards, unless: { "no CloudWatch dashboard": boards.length > 0 } };
    return tool === "cloudwatch" ? cloudwatch : tool === "grafana" ? [grafana, grafanaOnHost] : orDatadog(evidence, [grafana, grafanaOnHost, cloudwatch], datadogDashboards(evidence));
  },
  examples: [{ text: "Provide Grafana dashboards for request rate and latency", parameters: { tool: "grafana" } }],
});
