import { capability, stated } from "./capability";
import { durations, inDays } from "./quantities";

export interface MetricsParameters {
  readonly retentionDays?: number;
  readonly tool?: "prometheus" | "cloudwatch" | "datadog" | "opentelemetry";
}

function retention(text: string): number | undefined {
  const kept = durations(text).find(({ start, end, value }) => ["day", "week", "month", "year"].includes(value.unit) && /metrics?|prometheus/.test(text) && /reten|retain|keep|kept/.test(text.slice(Math.max(0, start - 32), end + 16)));
  return kept && inDays(kept.value);
}

/** Numbers about how it runs, collected: Prometheus, CloudWatch, Datadog. */
export const metrics = capability<MetricsParameters>()({
  id: "metrics",
  title: "Metrics",
  names: [
    /\bprometheus\b(?! (?:alert|rule))/, /\bservice ?monitors?\b/, /\bpod ?monitors?\b/, /\bcontainer insights\b/, /\bcloudwatch (?:custom )?metrics?\b/, /\bdatadog\b/, /\bnew relic\b/, /\bobservability (?:stack|platform|tooling)\b/, /\bmetrics[- ]server\b/, /\bnode[- ]?exporters?\b/, /\bpostgres exporter\b/, /\bkube-?prometheus\b/, /\b(?:infrastructure|system|resource|cluster) (?:metrics|monitoring)\b/, /\bperformance insights\b/, /\benhanced monitoring\b/, /\bkube-?state-?metrics\b/, /\bmetrics (?:endpoint|collection|scraping|pipeline)\b/, /\/metrics\b/, /\bmonitor(?:s|ed|ing)? (?:api|service|system|server|infrastructure|cluster|cpu|application|resource|performance|pod)s? (?:\w+ )?(?:latency|health|performance|usage|uptime|load|utili[sz]ation|metrics|availability)/, /\bgrafana cloud\b/, /\bmetrics? retention\b/, /指标(?:监控|收集|采集)/,
  ],
  hints: [/\bmonitoring\b/, /\bmetrics\b/, /\bmonitor(?:s|ed)? (?:api |service |system |server |cluster |cpu |application )*(?:latency|health|performance|usage|load|utili[sz]ation)/, /\bcloudwatch\b/, /\bobservability\b/, /\bmetriken\b/, /\bmonitoreo\b/, /\bmonitoramento\b/, /\buberwach\w+/, /监控/],
  otherSenses: [/\b(?:customer|business|key|sales|usage|health|user|engagement|fitness|quality|code|training|evaluation|marketing|conversion|performance) metrics\b/, /\bmonitoring (?:inventory|page|screen|stock|progress|patients?)\b/],
  read: (text) => stated<MetricsParameters>({ retentionDays: retention(text), tool: /\bprometheus\b|service ?monitor/.test(text) ? "prometheus" : /\bcloudwatch\b|container insights/.test(text) ? "cloudwatch" : /\bdatadog\b/.test(text) ? "datadog" : /\bopentelemetry\b|\botel\b/.test(text) ? "opentelemetry" : undefined }),
  keys: { retentionDays: "number", tool: ["prometheus", "cloudwatch", "datadog", "opentelemetry"] },
  examples: [
    { text: "Set up Prometheus metrics", parameters: { tool: "prometheus" } },
    { text: "Expose Prometheus metrics with Grafana dashboards", parameters: { tool: "prometheus" }, with: ["dashboards"] },
  ],
});
