import { capability, type Claim, refused, stated } from "./capability";
import { letsIn } from "./cluster-telemetry";
import { datadogMetrics, orDatadog, withoutDatadog } from "./datadog";
import { deliveryOf } from "./delivery";
import { durations, inDays, ports } from "./quantities";

export interface MetricsParameters {
  readonly retentionDays?: number;
  /** Where the numbers are read from. */
  readonly port?: number;
  readonly tool?: "prometheus" | "cloudwatch" | "datadog" | "opentelemetry";
}

function retention(text: string): number | undefined {
  const kept = durations(text).find(({ start, end, value }) => ["day", "week", "month", "year"].includes(value.unit) && /metrics?|prometheus/.test(text) && /reten|retain|keep|kept/.test(text.slice(Math.max(0, start - 32), end + 16)));
  return kept && inDays(kept.value);
}

/** The one port that a line about scraping names. */
function scrapedPort(text: string): number | undefined {
  const [port, other] = /\/metrics\b|\bmetrics (?:endpoint|port|server)\b|\bprometheus\b|\bexporter\b|\bscrap/.test(text) ? ports(text) : [];
  return other === undefined ? port : undefined;
}

/** Where node-exporter listens, beside what is measured. */
const NODE_EXPORTER_PORT = 9100;

/** Numbers about how it runs, collected: Prometheus, CloudWatch, Datadog. */
export const metrics = capability<MetricsParameters>()({
  id: "metrics",
  title: "Metrics",
  names: [
    /\bmonitor(?:s|ing)? (?:all |the )?(?:managed |cloud |network |server )*(?:infrastructure|network performance|servers)\b/,
    /\bprometheus\b(?! (?:alert|rule))/, /\bservice ?monitors?\b/, /\bpod ?monitors?\b/, /\bcontainer insights\b/, /\bcloudwatch (?:custom )?metrics?\b/, /\bdatadog\b/, /\bnew relic\b/, /\bobservability (?:stack|platform|tooling)\b/, /\bmetrics[- ]server\b/, /\b(?:node|postgres|redis|blackbox|mysqld?|nginx|kafka|docker|process|elasticsearch|windows|statsd)[- ]?exporters?\b/, /\bcadvisor\b/, /\b(?:grafana )?mimir\b/, /\bthanos\b/, /\b(?:database|server|container|network|host|node|system) monitoring (?:is |shall be |must be )?(?:configured|enabled|set ?up|active|in place|deployed)\b/, /^\W*(?:database|server|container|infrastructure|application) monitoring\W*$/, /\bretain\w* metrics\b/, /\b(?:cpu|memory|ram|disk|host|node|container|pod)(?:(?:,| and|\/| &|, and) ?(?:cpu|memory|ram|disk|network|io|i\/o|filesystem))* metrics\b/, /\bcollect\w* (?:[\w-]+ ){1,4}metric\b/, /\bvictoria ?metrics\b/, /\bscrape (?:configs?|targets?|intervals?|jobs?)\b/, /メトリクス/, /\bkube-?prometheus\b/, /\b(?:infrastructure|system|resource|cluster) (?:metrics|monitoring)\b/, /\bperformance insights\b/, /\b(?:enhanced|basic|detailed|uptime|server) monitoring\b/, /\bkube-?state-?metrics\b/, /\bmetrics (?:endpoint|collection|scraping|pipeline)\b/, /\/metrics\b/, /\bmonitor(?:s|ed|ing)? (?:api|service|system|server|infrastructure|cluster|cpu|application|resource|performance|pod)s? (?:\w+ )?(?:latency|health|performance|usage|uptime|load|utili[sz]ation|metrics|availability)/, /\bgrafana cloud\b/, /\bmetrics? retention\b/, /指标(?:监控|收集|采集)/,
    /\b(?:cpu|memory|ram|disk)\b[^.;]{0,50}(?:(?<= )|\b(?:are|is|be) (?:\w+ )?)(?:monitored|tracked|collected|recorded|measured)\b/, /\b(?:monitor|collect)(?:s|ing)? (?:[\w-]+,? ){0,4}(?:cpu|memory|ram|disk)\b/,
    /\bprometheus[- ](?:compatible |format |style |formatted )?(?:metrics|endpoints?|format)\b/,
    /\bmetrics?\b(?: (?!and\b|logs\b)\w+){0,2} (?:to|in|with|via|by|into|using) (?:amazon |aws )?(?:cloudwatch|datadog|new relic)\b/,
    /\bcloudwatch (?:for )?(?:\w+ )?monitoring\b/,
    /\bmetrics (?:via|using|with|through|by) (?:open ?telemetry|otel)\b/,
    /\bcollect\w* (?:\w+ )?metrics (?:on|for|from|about|of) (?:all )?(?:system|infrastructure|resources?|servers?|services?|applications?|clusters?|nodes?)\b/,
  ],
  hints: [
    /\b(?:track|collect|record|measure)s? (?:the )?(?:system|cpu|memory|ram|disk|resource|infrastructure)\b[^.;]{0,30}\b(?:usage|utili[sz]ation|metrics|space)\b/, /\bmonitoring\b/, /\bmetrics\b/, /\bmonitor(?:s|ed)? (?:api |service |system |server |cluster |cpu |application )*(?:latency|health|performance|usage|load|utili[sz]ation)/, /\bcloudwatch\b/, /\bobservability\b/, /\bmetriken\b/, /\bmonitoreo\b/, /\bmonitoramento\b/, /\buberwach\w+/, /监控/,
    /\bmetricas\b/, /\bmetriques\b/, /\b(?:surveillance|supervision) (?:de l|des|du|de la)\b/,
  ],
  otherSenses: [/\bperformance insights\b(?= (?:and|for|on|about|in) (?:the )?(?:optimi[sz]\w+|recommend\w+|users?|suggest\w+|each|how))|(?<=\b(?:provide|show|offer|give|display|generate)s? (?:\w+ )?)performance insights\b/, /\b(?:maintainability|complexity|github|npm|coverage|readability|dora|execution|accuracy|relevance|similarity|retention|revenue|validation|loss|scoring|project|team|portfolio|trading|model) metrics\b(?! (?:to|in) (?:cloudwatch|prometheus))/, /\bmonitoring (?:tabs?|views?|widgets?|buttons?)\b/, /\b(?:cpu|memory)(?:\/\w+)? overhead\b[^.;]{0,20}/, /\b(?:customer|business|key|sales|usage|health|user|engagement|fitness|quality|code|training|evaluation|success|growth|product|campaign|social|learning|adoption|marketing|conversion|performance) metrics\b/, /\bmonitoring (?:inventory|page|screen|stock|progress|patients?)\b/],
  read: (text) => stated<MetricsParameters>({ retentionDays: retention(text), port: scrapedPort(text), tool: /\bprometheus\b|service ?monitor/.test(text) ? "prometheus" : /\bcloudwatch\b|container insights/.test(text) ? "cloudwatch" : /\bdatadog\b/.test(text) ? "datadog" : /\bopentelemetry\b|\botel\b/.test(text) ? "opentelemetry" : undefined }),
  keys: { retentionDays: "number", port: "number", tool: ["prometheus", "cloudwatch", "datadog", "opentelemetry"] },
  prove: ({ tool, port }, evidence) => {
    const { service } = evidence.subject;
    if (port !== undefined && (tool === "cloudwatch" || tool === "datadog")) return refused(`metrics of "${service}" on port ${port}`, `${tool === "datadog" ? "Datadog" : "CloudWatch"} reads no port: leave it out, or write "Prometheus metrics"`);
    if (tool === "opentelemetry") return refused("metrics by OpenTelemetry", 'no metrics by OpenTelemetry: write "Prometheus metrics", "CloudWatch metrics", or "Datadog"');
    if (tool === "datadog") return withoutDatadog(evidence, `metrics of "${service}" in Datadog`, '"Prometheus metrics" or "CloudWatch metrics"') ?? datadogMetrics(evidence);
    if (tool === "cloudwatch" && evidence.cluster() && !evidence.server() && !evidence.fleet()) {
      return refused(`metrics of "${service}" in CloudWatch`, 'no metrics of a cluster in CloudWatch: write "Prometheus metrics" or "Datadog"');
    }
    const [release] = evidence.releases(/^kube-prometheus-stack$/);
    const monitored = new RegExp(`additionalServiceMonitors[^]{0,400}?(?<![\\w-])${service}(?![\\w-])`).test(release?.text("values") ?? "");
    const pod = evidence.deployment();
    const { value } = deliveryOf(evidence);
    const open = [...(pod?.list("spec.0.template.0.spec.0.container.0.port").map(({ container_port }) => Number(container_port)) ?? []), Number(value("containerPort")), NODE_EXPORTER_PORT];
    const host = evidence.resources("aws_instance").find(({ id }) => id.startsWith("metrics-host"));
    const attached = evidence.resources("aws_volume_attachment").filter((attachment) => attachment.refersTo(host));
    const volume = evidence.resources("aws_ebs_volume").find((candidate) => attached.some((attachment) => attachment.refersTo(candidate)));
    const scraped = evidence.resources("aws_s3_object").some((file) => /\bprometheus\.yml$/.test(String(file.get("key"))) && new RegExp(`job_name: ${service}(?![\\w-])`).test(file.text("content")));
    const configuration = evidence.resources("aws_s3_object").find((file) => /\bprometheus\.yml$/.test(String(file.get("key"))))?.text("content") ?? "";
    const measured = [evidence.server(), evidence.fleet(), ...evidence.resources("aws_lb")];
    const alarms = evidence.resources("aws_cloudwatch_metric_alarm").filter((alarm) => measured.some((resource) => alarm.refersTo(resource)));
    const prometheus: Claim = {
      wanted: `Prometheus (kube-prometheus-stack) with a ServiceMonitor for "${service}"`,
      found: `Helm release "${String(release?.get("name"))}" of kube-prometheus-stack ${String(release?.get("version"))}, with a ServiceMonitor`,
      resources: [release, ...(release && port !== undefined && pod ? [pod] : [])],
      unless: {
        "no Helm release of kube-prometheus-stack": release !== undefined,
        [`Helm release "${String(release?.get("name"))}" of kube-prometheus-stack ${String(release?.get("version"))}, without a ServiceMonitor for "${service}"`]: !release || monitored,
        [`nothing that is measured listens on port ${port}`]: !release || port === undefined || open.includes(port),
        [`the network policies of "${service}" keep Prometheus out`]: !release || letsIn(evidence, String(release.get("namespace"))),
      },
    };
    const prometheusOnHost: Claim = {
      wanted: `a private host with Prometheus and Grafana that measures "${service}", whose data outlives it`,
      found: "a private host with Prometheus and Grafana on an encrypted volume",
      resources: [host, volume],
      unless: {
        "no host for Prometheus": host !== undefined,
        "it has a public address": host?.get("associate_public_ip_address") !== true,
        "no encrypted volume": !host || volume?.get("encrypted") === true,
        [`"${service}" is not measured`]: !host || scraped,
        [`nothing is measured on port ${port}`]: !host || port === undefined || new RegExp(`:${port}\\b`).test(configuration) || new RegExp(`\\bport: ${port}\\b`).test(configuration),
      },
    };
    const cloudwatch: Claim = {
      wanted: `metrics of what runs "${service}" in CloudWatch, with alarms`,
      found: `${alarms.length} metrics of CloudWatch watched`,
      resources: alarms,
      unless: { "nothing is measured by CloudWatch": alarms.length > 0, "CloudWatch reads no port": port === undefined },
    };
    return tool === "cloudwatch" ? cloudwatch : tool === "prometheus" ? [prometheus, prometheusOnHost] : orDatadog(evidence, [prometheus, prometheusOnHost, cloudwatch], datadogMetrics(evidence));
  },
  examples: [
    { text: "Set up Prometheus metrics", parameters: { tool: "prometheus" } },
    { text: "Expose Prometheus metrics with Grafana dashboards", parameters: { tool: "prometheus" }, with: ["dashboards"] },
  ],
});
