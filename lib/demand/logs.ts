import { agrees, capability, type Claim, refused, stated } from "./capability";
import { podLogs } from "./cluster-telemetry";
import { datadogLogs, orDatadog, withoutDatadog } from "./datadog";
import { durations, inDays } from "./quantities";
import type { Evidence, Resource } from "./synthesized";

export interface LogsParameters {
  readonly retentionDays?: number;
  readonly tool?: "cloudwatch" | "loki" | "datadog" | "opensearch" | "cloudtrail" | "flow-logs";
}

/** What the services write, collected and kept: CloudWatch Logs, Loki, CloudTrail, flow logs. */
export const logs = capability<LogsParameters>()({
  id: "logs",
  title: "Logs",
  names: [
    /\blog(?:s|ged|ging)? (?:[\w-]+ ){1,5}?to (?:cloudwatch|loki|splunk|datadog)\b/,
    /\bcloudwatch logs?\b(?: drivers?\b)?/, /^(?:\W*)log[- ]rotation (?:is )?(?:configured|enabled|set ?up|active|in place)/, /\blog groups?\b/, /\bcloud ?trail\b/, /\b(?:vpc )?flow[- ]logs?\b/, /\blog (?:aggregation|retention|shipping|forwarding|collection|drivers?|streams?|archiv(?:e|al|ing)|ingestion|shippers?|collectors?|forwarders?|sinks?)\b/, /\b(?:docker|container|nginx|server|system|compose)\b[^.;]{0,30}\blog[- ]?rotat\w+|\blog[- ]?rotat\w+[^.;]{0,40}\b(?:disk|docker|containers?|servers?|json-file)\b|\brotat\w+ (?:of )?(?:the )?(?:container |docker )logs\b|\blogrotate\b/, /\b(?:conserv|reten|almacen|armazen|guard|centrali[sz]|aufbewahr|speicher)\w* (?:les |los |os |las |die |de )?(?:logs|registros|journaux|protokolle)\b/, /\b(?:graylog|splunk|rsyslog|journald|opentelemetry logs|fluentbit|grafana alloy|logtail|papertrail)\b/, /日志[^。；]{0,6}(?:保留|保存|收集|存储|轮转)/, /\b(?:registros|trazas) (?:de (?:la |los |las )?\w+ )?(?:se )?centraliz\w+/, /\blogs\b[^.;]{0,30}\b(?:conservarse|retenerse|almacenarse|centralizarse|enviarse|enviad[oa]s|envoyes|centralises|centralizad[oa]s|gesammelt|aufbewahrt|conservad\w+|conserves|retenid\w+|retid\w+|armazenad\w+|almacenad\w+|gespeichert)\b/, /ログ(?:収集|集約|保存|保持|出力先)/, /\bloki\b/, /\bfluent-? ?bit\b/, /\bfluentd\b/, /\bpromtail\b/, /\bvector\.dev\b/, /\b(?:elk|efk)(?: stack)?\b/, /\blogstash\b/, /\bfilebeat\b/, /\bcentral(?:i[sz]ed)? (?:\w+ )?(?:logs?|logging)\b/, /\baggregated log\w*/, /\bcontrol[- ]plane logs?\b/, /\baccess logs\b/, /\bdatadog logs\b/,
    /\bzentral\w* (?:logging|protokoll\w*)/, /\blogs? centrali[sz](?:ad[oa]s?|es?)\b/, /日志(?:收集|聚合|采集)/, /\b(?:logging|awslogs log) driver\b/, /\balb access logs\b/, /\b(?:ship|forward|send|stream|collect|export|aggregat|centrali[sz])\w* (?:all |the )?(?:[\w-]+ )?logs\b/, /\blogs (?:are |is |shall be |must be )?(?:sent|streamed|written|pushed|delivered) to (?:cloudwatch|datadog|loki|splunk|elastic\w*|opensearch|s3)\b/, /\blogs (?:are |is |shall be |must be )?(?:kept|retained|shipped|forwarded|collected|aggregated|centrali[sz]ed|searchable)\b/,
  ],
  hints: [/\blogs\b/, /\blogging\b/, /\blogs? (?=encryption|storage\b)/],
  otherSenses: [/\b(?:debug|verbose|migration|console|sql|query|trace-level|error) logging\b/, /\b(?:ci|build|test|browser|console|debug|commit|git|memory|workout|call|chat|food|time|training|travel|work) logs\b/, /\blogging (?:utilit\w+|helpers?|level|levels|librar\w+|framework|module|function|format)\b/, /\blogs\b[^.;]{0,20}\b(?:searchable|filterable|queryable)\b[^.;]{0,30}\bby (?:\w+ ){0,2}(?:ids?|users?|names?|types?|dates?|timestamps?|actions?|severity)\b/, /\blogs? of (?:all|every|each)\b/, /\b(?:audit|activity|change|user|error|call|food|session|chat|event) (?:logs?|logging|trails?)\b/, /\blogs? (?:the|an?|each|every|all|any|errors?|warning|message|in|out|into|page|level|entry|file|line|viewer)\b(?![^.;]*\bto (?:cloudwatch|loki|splunk|datadog)\b)/, /\blogg(?:ed|ing) (?:in|out)\b/, /\bstructured (?:json )?log\w*(?!\w|, (?:metrics|tracing))/, /\b(?:search|quer)\w* logs\b/, /\b(?:modes?|scripts?|commands?|hooks?|handlers?|functions?|tests?|agents?) logs\b/],
  read: (text) => {
    const times = durations(text).filter(({ value }) => ["day", "week", "month", "year"].includes(value.unit));
    const kept = times.find(({ start, end }) => /reten|retain|keep|kept|older than|logs?|aufbewahr|after/.test(text.slice(Math.max(0, start - 40), end + 24)));
    const setting = /\bretention ?in ?days\D{0,4}(\d+)/.exec(text)?.[1];
    return stated<LogsParameters>({
      retentionDays: setting !== undefined ? Number(setting) : kept ? inDays(kept.value) : undefined,
      tool: /\bloki\b/.test(text) ? "loki" : /\bcloud ?trail\b/.test(text) ? "cloudtrail" : /flow[- ]logs?/.test(text) ? "flow-logs" : /\bcloudwatch\b/.test(text) ? "cloudwatch" : /\bdatadog\b/.test(text) ? "datadog" : /\bopensearch\b|\belk\b/.test(text) ? "opensearch" : undefined,
    });
  },
  keys: { retentionDays: "number", tool: ["cloudwatch", "loki", "datadog", "opensearch", "cloudtrail", "flow-logs"] },
  prove: (parameters, evidence) => {
    const { retentionDays, tool } = parameters;
    if (tool === "datadog") {
      const wanted = "logs in Datadog";
      if (retentionDays !== undefined) return refused(wanted, 'how long Datadog keeps logs, its indexes say: leave the time out, or write "logs to CloudWatch"');
      return withoutDatadog(evidence, wanted, '"logs to CloudWatch"') ?? datadogLogs(evidence);
    }
    if (tool !== undefined && tool !== "cloudwatch" && tool !== "flow-logs") return refused(`logs by ${tool}`, `no ${tool}: write "logs to CloudWatch", or, for a cluster, "logs to Datadog"`);
    if (tool === "flow-logs" || !evidence.cluster()) return ofGroups(parameters, evidence);
    const ways = [podLogs(evidence, retentionDays), ...(evidence.server() || evidence.fleet() ? [ofGroups(parameters, evidence)] : [])];
    return tool === undefined && retentionDays === undefined ? orDatadog(evidence, ways, datadogLogs(evidence)) : ways;
  },
  examples: [{ text: "Send application logs to CloudWatch Logs with 7-day retention", parameters: { retentionDays: 7, tool: "cloudwatch" } }],
});

/** Of servers, whose own agents write to the groups; or of the network. */
function ofGroups({ retentionDays, tool }: LogsParameters, evidence: Evidence): Claim {
  const flows = evidence.resources("aws_flow_log");
  // What the network writes down is no application's log, and the other way round.
  const groups = evidence.resources("aws_cloudwatch_log_group").filter((group) => flows.some((flow) => flow.refersTo(group)) === (tool === "flow-logs"));
  const kept = (group: Resource) => Number(group.get("retention_in_days") ?? 0);
  return {
    wanted: tool === "flow-logs" ? "flow logs of the VPC in an encrypted log group" : `encrypted CloudWatch logs that are kept for ${retentionDays === undefined ? "a stated time" : `${retentionDays} days`}`,
    found: `${groups.length} encrypted log groups, kept for ${[...new Set(groups.map(kept))].sort((x, y) => x - y).join(" or ")} days`,
    resources: tool === "flow-logs" ? [...flows, ...groups] : groups,
    unless: {
      "no log group": groups.length > 0,
      "a log group is not encrypted": groups.every((group) => group.get("kms_key_id") !== undefined),
      "logs are kept for ever": groups.every((group) => kept(group) > 0),
      "logs are kept for another time": groups.every((group) => agrees(retentionDays, kept(group))),
    },
  };
}
