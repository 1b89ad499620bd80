import { capability, stated } from "./capability";
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
  names: [/\bgrafana\b(?! cloud)/, /^(?:[\w-]+ )?dashboards?:/, /\b(?:cloudwatch|datadog|monitoring|kibana|infrastructure|observability|operational|operations|ops|slo) dashboards?\b/, /\bdashboards? (?:json|as code|provision\w+)\b/, /\bkibana\b/],
  hints: [/\bdashboards?\b/, /\b(?:utili[sz]ation|metrics?|latency) graphs?\b/, /\btableros?\b/, /仪表[板盘]/],
  otherSenses: [/\b(?:admin|user|customer|seller|student|teacher|personal|main|home|analytics|sales|account|client|merchant|patient|web|project|team|the) dashboard\b/, /\bdashboards? (?:page|view|screen|shall|should|must|widget|layout|loads?|component|ui|tab|route|cards?)\b/],
  read: (text) => stated<DashboardsParameters>({
    tool: /\bgrafana\b/.test(text) ? "grafana" : /\bcloudwatch\b/.test(text) ? "cloudwatch" : /\bdatadog\b/.test(text) ? "datadog" : undefined,
    percentile: oneOrMany([...text.matchAll(/\bp(50|75|90|95|99)\b/g)].map((match) => Number(match[1]))),
  }),
  keys: { tool: ["grafana", "cloudwatch", "datadog"], percentile: "number" },
  examples: [{ text: "Provide Grafana dashboards for request rate and latency", parameters: { tool: "grafana" } }],
});
