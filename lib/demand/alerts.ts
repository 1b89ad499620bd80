import { capability, type Claim, refused, stated } from "./capability";
import { datadogMonitors, orDatadog } from "./datadog";
import { durations, money, oneOrMany, percentages } from "./quantities";
import type { Evidence } from "./synthesized";
import type { OneOrMany } from "./vocabulary";

/** What is measured, and watched. */
const MEASURE = "(?:cpu|memory|ram|disk|storage|volume|pvc|latency|latencies|response times?|(?:error|failure|success) (?:rates?|ratio)|errors?|5xx|4xx|p\\d\\d|throughput|queue (?:depth|size|length|lag)|lag|backlog|iops|load|connections?|uptime|availability|heap|swap|utili[sz]ation|duration|throttl\\w+|restarts?|dlq|dead[- ]letter\\w*)";

const CHANNELS = ["sns", "slack", "pagerduty", "opsgenie", "email", "telegram", "teams"] as const;

export interface AlertsParameters {
  readonly thresholdPercent?: OneOrMany<number>;
  readonly errorRatePercent?: OneOrMany<number>;
  readonly periodMinutes?: OneOrMany<number>;
  /** Within how many minutes the alert is out. */
  readonly minutes?: OneOrMany<number>;
  readonly latencyMs?: OneOrMany<number>;
  readonly percentile?: OneOrMany<number>;
  readonly timeoutSeconds?: OneOrMany<number>;
  readonly warningSeconds?: number;
  readonly criticalMinutes?: number;
  readonly escalationMinutes?: OneOrMany<number>;
  readonly windowHours?: OneOrMany<number>;
  readonly queueDepth?: number;
  readonly maxUsd?: number;
  /** It is about what is spent. */
  readonly cost?: true;
  readonly channel?: (typeof CHANNELS)[number];
}

/** Somebody is told when a measure leaves its bounds: CloudWatch alarms, Prometheus rules, Alertmanager routes. */
export const alerts = capability<AlertsParameters>()({
  id: "alerts",
  title: "Alerts",
  names: [
    /\b(?:entwickler\w*|team|admins?|administratoren|betrieb)\b[^.;]{0,60}\b(?:informiert|benachrichtigt|alarmiert)\b/,
    /\b(?:cloudwatch|prometheus|datadog|grafana|infrastructure|monitoring|sns|pagerduty|opsgenie) (?:metric |composite )?al(?:arm|ert)(?:s|ing)?(?: rules?)?\b/, /\balert ?manager\b/, /\banomaly (?:detection )?al(?:arm|ert)s?\b/, /\bpagerduty\b/, /\bopsgenie\b/, /\bvictorops\b/, /\bon-?call\b/,
    /\balert(?:ing)? (?:rules?|expressions?|polic(?:y|ies)|routing|thresholds?|channels?)\b/, /\bsns (?:topic|notification|alert|email)s?\b/, /\bprometheus ?rules?\b/, /\bdead man'?s switch\b/, /\balert(?:s|ed|ing)? (?:on|when|if|for) (?:[\w-]+ ){0,4}(?:fail\w*|errors?|down\w*|outages?|unhealthy|latency|cpu|memory|disk|crash\w*|anomal\w+|usage|thresholds?|degrad\w*)/, /\b(?:alert|notify|notifies|page|warn)s? (?:the |our )?(?:dev |devops |engineering |operations |ops |platform |sre |on-call )?(?:team|operators?|ops|on-?call|sres?|engineers?)\b/, /\balarms? (?:fires?|triggers?|(?:is |are )?(?:raised|triggered))\b|^(?:an? )?alerts? (?:fires?|triggers?|(?:is |are )(?:raised|triggered))\b/, /^(?:[\w-]+ )?al(?:erts?|arms?)(?:ing)?:/, /^(?:create |configure |set up |add |define )?(?:an? )?(?:alarms?|alerts?) (?:if|when|on|for|at)\b/, /\b(?:notification|alert|alerting) channels?\b/, /\balert delivery\b/, /\bescalation polic(?:y|ies)\b/, /\bburn[- ]rate\b/,
    /\b(?:cpu|memory|disk|latency|error[- ]rate|5xx|uptime|downtime|replication lag|connection count|disk space|queue depth|dlq) (?:usage |utili[sz]ation )?al(?:arm|ert)(?:s|ing)?\b/,
    /\bal(?:erts?|arms?) (?:(?:are |is |shall be |must be )?(?:sent|routed|delivered|forwarded|posted|go) )?(?:to|via|through|by) (?:[\w#-]+ )?(?:slack|e-?mail|pagerduty|sns|teams|telegram|discord|opsgenie|on-?call|(?:the )?(?:\w+ )?(?:team|ops|operations))\b/, /\b(?:notif\w+|e-?mails?|slack|pages?)\b[^.;]{0,60}\b(?:instance|server|service|pod|node|site|host|endpoint|api|database|health ?check)s? (?:\w+ )?(?:unreachable|down|unavailable|offline|unhealthy|fails?|crash\w*)\b/, /\b(?:team|engineers?|operators?|ops|devops|sres?|on-?call)\b (?:is |are |gets? |shall be |must be )+(?:notified|alerted|paged)\b/, /\b(?:slack|pagerduty|sns) al(?:erts?|arms?)\b/,
    new RegExp(`\\bal(?:erts?|arms?|erted|erting) (?:on|when|whenever|if|for|at|once) (?:[\\w/%()-]+ ){0,4}?${MEASURE}\\b`), /\bal(?:erts?|arms?) (?:if|when|on|at|above|below|over) ?(?:>=?|<=?|≥|≤) ?\d/,
    new RegExp(`^[^\\w]{0,8}(?:alert |alarm )?(?:trigger|condition|threshold): ?[^.;]{0,60}\\b${MEASURE}\\b[^.;]{0,40}(?:exceeds?|above|over|below|more than|greater than|less than|>|<|≥|≤) ?=? ?\\d`),
    /\b[a-z0-9]{2,40}alarms?\b/, /\b[a-z0-9]{3,40}alerts?:/, /\balarm thresholds?\b/, /(?<=\bmonitoring(?: and|,| &|\/| y| e| et| und) )al(?:arming|erting|erts?|arms?|ertas|ertes|arme)\b/, /\bal(?:erts?|arms?) (?:fatigue|suppression|de-?dup\w*|grouping|silenc\w+|noise|severit\w+|escalation)\b/, /\balerting (?:strategy|system|stack|polic(?:y|ies)|configuration|infrastructure|pipeline|solution|platform)\b/,
    /\bsquadcast\b|\bincident\.io\b|\bxmatters\b|\bzenduty\b|\brootly\b|\bpagertree\b/, /\bpag(?:e|es|ed|ing) (?:someone|somebody|us|whoever)\b/, /\bnotif\w+ (?:the |our )?(?:maintainers?|sysadmins?|(?:system )?administrators?|admins?) (?:when|if|on|about|of) [^.;]{0,40}\b(?:down|fail\w*|unhealthy|not (?:\w+ )?(?:up|ready|running|available|healthy)|unavailable|crash\w*)\b/,
    new RegExp(`\\bnotif\\w+ [^.;]{0,30}\\b(?:when|if|whenever) (?:the )?(?:[\\w-]+ ){0,3}?${MEASURE} (?:[\\w-]+ ){0,3}?(?:exceeds?|(?:is |are )?(?:above|over|below|high)|reach\\w*|drops?|ris\\w+|spikes?)\\b`), /\b(?:error|failure|health|throttl\w+|availability) alarms?\b/,
    /\bal(?:erts?|erting|arms?)\b[^.;]{0,40}\b(?:failed|failing|missed) (?:back-?ups?|deploy\w*|(?:cron ?)?jobs?|nodes?|pods?|health ?checks?|pipelines?)\b/, /\bal(?:ert|arm)s?\b[^.;]{0,40}\b(?:pods?|nodes?|instances?|containers?|hosts?|disks?|certificates?) [^.;]{0,16}\b(?:crash\w*|restart\w*|down|unhealthy|evict\w*|full|expir\w*|not ready|fail\w*|oom\w*)\b/,
    /\b(?:on|upon|in case of) (?:\w+ )?(?:failures?|errors?|outages?|downtime),? [^.;]{0,40}\b(?:notif\w+|alert\w*|messages?|posts?)\b[^.;]{0,40}\b(?:slack|teams?|ops|on-?call|pagerduty|discord|telegram|sns)\b/,
    /\balarm(?:a|e)s? (?:de|du|do|da|von|en|in|no) cloudwatch\b/, /\bcloudwatch-?alarme?n?\b/, /\balert(?:a|e)s? (?:(?:sont|son|sao|serao|seran|seront) )?(?:envoye|enviad|configur|declench|dispar)\w*/, /\balertas? (?:no|en|via|por|al|a|para o?) ?(?:el |o |canal )?(?:slack|e-?mail|correo|telegram|teams|discord)/,
    /\bal(?:arm|ert)\w{0,4} (?:[\w-]+ ){0,2}(?:bei|wenn|cuando|quando|si|se|lorsqu\w*|en cas d\w*|en caso de|em caso de) ?'?(?:[\w-]+ ){0,3}(?:erreurs?|errores|erros?|error|falhas?|fallas?|fallos?|panne|ausfall\w*|fehler\w*|latenc\w+|latenz|cpu|memori\w+|memoire|speicher|disco|disque|5xx|fora|caid\w|caiu|indispon\w+|nicht erreichbar)/, /\bal(?:erts?|arms?) (?:(?:are|is) )?(?:sent |go |routed |posted |delivered )?(?:to|in) #[\w-]+/,
    /アラ(?:ーム|ート)(?:設定|通知|ルール|を(?:設定|作成|送信|定義))/, /(?:cloudwatch|datadog|prometheus) ?アラ(?:ーム|ート)/,
  ],
  hints: [/\bal(?:arm|ert)(?:s|ed|ing)?\b/, /\balarm(?:e[ns]?|as?)\b/, /\balertas?\b/, /\balarming\b/, /\bpingdom\b|\buptime ?robot\b|\buptime ?kuma\b|\bbetterstack\b|\bbetter stack\b|\bbetter uptime\b|\bstatuscake\b|\bsite24x7\b|\bhealthchecks\.io\b/, /\bnotifications? to (?:the )?(?:system )?(?:administrators?|sysadmins?|operators?|operations|ops|devops|sres?|on-?call|maintainers)\b/, /\balertes?\b/, /\bnotifi(?:ed|cations?) (?:on|of|about|when) (?:failure|outage|downtime|incident|error)/, /告警/, /报警/, /警報|警报/, /アラ(?:ーム|ート)/, /경보/, /алерт|оповещени/],
  otherSenses: [
    /^test (?:the )?al(?:erts?|arms?)\b/,
    /\b(?:stock|low[- ]stock|reorder|inventory|price|weather|calendar|fraud|health|medical|patient|login|low balance|in-app|toast|browser|push|price drop) alerts?\b/, /\balerts? for low\b/, /\balert (?:the )?(?:user|customer|player|patient|driver|parent)s?\b/, /\balert\(|\balert (?:dialog|box|modal|banner|component|icon)\b/, /\bjs alert\b/,
  ],
  read: (text) => {
    const times = durations(text);
    const shares = percentages(text);
    const rate = shares.filter(({ start, end }) => /(?:error|failure|5xx|4xx)(?:s| rate| ratio)?[^%,;]{0,20}$/.test(text.slice(0, start)) || /^ ?(?:error|failure|5xx)/.test(text.slice(end, end + 12)));
    // "SLO of 99.95% availability" is what is promised, not where somebody is told.
    const onlyRate = rate.length === 0 && shares.length === 1 && /\b(?:error|failure|5xx)\w*\b/.test(text) && !/\b(?:cpu|memory|ram|disk|storage|volume|utili[sz]ation|usage|availability|uptime|slo|sla)\b/.test(text);
    const isObjective = ({ start, end }: { readonly start: number; readonly end: number }) => /\b(?:slo|sla|availability|uptime)\b[^%,;]{0,24}$/.test(text.slice(0, start)) || /^ ?(?:slo|sla|availability|uptime)\b/.test(text.slice(end));
    const percentile = [...text.matchAll(/\bp(50|75|90|95|99)\b|\b(50|75|90|95|99)th percentile/g)].map((match) => Number(match[1] ?? match[2]));
    const before = (start: number, pattern: RegExp): boolean => pattern.test(text.slice(Math.max(0, start - 32), start));
    const after = (end: number, pattern: RegExp): boolean => pattern.test(text.slice(end, end + 28));
    const minutes = (unit: string) => (unit === "minute" ? 1 : unit === "hour" ? 60 : unit === "second" ? 1 / 60 : undefined);
    const warning = times.find(({ end, value }) => value.unit === "second" && after(end, /^ ?warn/));
    const critical = times.find(({ end, value }) => value.unit === "minute" && after(end, /^ ?crit/));
    const escalates = /escalat/.test(text);
    const period = times.filter(({ start, end, value }) => (value.unit === "minute" || (value.unit === "hour" && !/window|burn/.test(text)) || value.unit === "second") && (before(start, /\b(?:for|over|during|lasting|longer than|fur)(?: (?:at least|more than|a period of|an?|any|the last))? $/) || after(end, /^ (?:rolling |sliding )?(?:window|period|interval)\b/)));
    const within = times.filter(({ start, value }) => (value.unit === "minute" || value.unit === "second") && before(start, /(?:\bwithin|\bin under|\bin less than|\binnerhalb von|delivery <=?) $/));
    const latency = times.filter(({ start, end, value }) => (value.unit === "millisecond" || value.unit === "second") && (before(start, /(?:latency|p\d\d|response times?|duration)[^,;]{0,20}$/) || (value.unit === "millisecond" && /\b(?:latency|response times?)\b/.test(text.slice(0, start)))) && !after(end, /^ ?warn/));
    const timeout = times.filter(({ start, value }) => value.unit === "second" && before(start, /timeouts?[^,;]{0,8}$/));
    const cost = money(text)[0];
    const depth = /(?:(?:queue|dlq|dead[- ]letter queue) (?:depth|size|length)|messages?(?: visible)?|backlog)[^\d%]{0,16}(\d[\d,]*)(?! ?(?:%|min|sec|s\b))/.exec(text)?.[1];
    const scale = (found: typeof times) => oneOrMany(found.map(({ value }) => Math.round(value.value * (minutes(value.unit) ?? 1) * 100) / 100));
    return stated<AlertsParameters>({
      thresholdPercent: onlyRate ? undefined : oneOrMany(shares.filter((share) => !rate.includes(share) && !isObjective(share)).map(({ value }) => value)),
      errorRatePercent: oneOrMany((onlyRate ? shares : rate).map(({ value }) => value)),
      periodMinutes: scale(period), minutes: scale(within),
      latencyMs: oneOrMany(latency.map(({ value }) => value.value * (value.unit === "second" ? 1000 : 1))),
      percentile: oneOrMany(percentile),
      timeoutSeconds: oneOrMany(timeout.map(({ value }) => value.value)),
      warningSeconds: warning?.value.value, criticalMinutes: critical?.value.value,
      escalationMinutes: escalates ? oneOrMany(times.filter(({ value }) => value.unit === "minute").map(({ value }) => value.value)) : undefined,
      windowHours: /window|burn/.test(text) ? oneOrMany(times.filter(({ value }) => value.unit === "hour").map(({ value }) => value.value)) : undefined,
      queueDepth: depth === undefined ? undefined : Number(depth.replace(/,/g, "")),
      maxUsd: cost?.value.usd,
      cost: /\b(?:costs?|billing|spend(?:ing)?|(?<!error )budgets?)\b/.test(text) ? true : undefined,
      channel: CHANNELS.find((channel) => new RegExp(`\\b${channel}\\b`).test(text)),
    });
  },
  keys: {
    thresholdPercent: "number", errorRatePercent: "number", periodMinutes: "number", minutes: "number", latencyMs: "number", percentile: "number", timeoutSeconds: "number",
    warningSeconds: "number", criticalMinutes: "number", escalationMinutes: "number", windowHours: "number", queueDepth: "number", maxUsd: "number", cost: "boolean", channel: CHANNELS,
  },
  contradiction: ({ thresholdPercent }) => {
    const wrong = [thresholdPercent ?? []].flat().find((percent) => percent > 100);
    return wrong === undefined ? undefined : { message: `its threshold is ${wrong} %, and nothing fills beyond 100 %`, remedy: "give a threshold of at most 100 %" };
  },
  prove: ({ thresholdPercent, errorRatePercent, latencyMs, queueDepth, maxUsd, cost, channel }, evidence) => {
    const thresholds = [thresholdPercent ?? []].flat();
    const wanted = `CloudWatch alarms${thresholds.length > 0 ? ` at ${thresholds.join(" and ")} %` : ""} that tell an encrypted SNS topic`;
    const byDatadog = evidence.releases(/^datadog$/).length > 0;
    if (channel !== undefined && channel !== "sns" && channel !== "email" && (!byDatadog || cost === true)) {
      return refused(wanted, `no ${channel}: phaseline tells alarms to an SNS topic, to which e-mail can subscribe`);
    }
    if (cost === true || maxUsd !== undefined) return ofCost(evidence, thresholds, maxUsd, channel);
    const topics = evidence.resources("aws_sns_topic");
    const alarms = evidence.resources("aws_cloudwatch_metric_alarm").filter((alarm) => topics.some((topic) => alarm.refersTo(topic, "alarm_actions")));
    const inPercent = alarms.filter((alarm) => /percent|utilization/i.test(String(alarm.get("metric_name")))).map((alarm) => Number(alarm.get("threshold")));
    const depths = alarms.filter((alarm) => /^ApproximateNumberOfMessages/.test(String(alarm.get("metric_name")))).map((alarm) => Number(alarm.get("threshold")));
    const subscribers = evidence.resources("aws_sns_topic_subscription").filter((subscription) => subscription.get("protocol") === "email");
    const rules = evidence.releases(/^kube-prometheus-stack$/).filter((release) => /additionalPrometheusRulesMap[^]*?\balert\b/.test(release.text("values")));
    // On a cluster, the alarms may all be the database's.
    const ofRequests = (errorRatePercent !== undefined || latencyMs !== undefined) && evidence.cluster() !== undefined;
    const told: Claim = {
      wanted,
      found: `${alarms.length} alarms, told to an encrypted topic`,
      resources: [...topics, ...alarms],
      unless: {
        "no alarm": alarms.length > 0,
        "no topic": topics.length > 0,
        "the topic is not encrypted": topics.every((topic) => topic.get("kms_master_key_id") !== undefined),
        [`no alarm at ${thresholds.join(" or ")} %`]: thresholds.every((threshold) => inPercent.includes(threshold) || inPercent.includes(100 - threshold)),
        [`no alarm at ${queueDepth} messages`]: queueDepth === undefined || depths.includes(queueDepth),
        "no alarm on what a load balancer answers": !ofRequests || alarms.some((alarm) => evidence.resources("aws_lb").some((balancer) => alarm.refersTo(balancer))),
        "nobody is told by e-mail: context.phaseline.alarmEmails of cdktf.json names nobody": channel !== "email" || subscribers.length > 0,
      },
    };
    const ruled: Claim = { wanted: "alert rules in Prometheus", found: `alert rules in ${rules.length} release of Prometheus`, resources: rules, unless: { "no alert rules": rules.length > 0 } };
    if (thresholds.length > 0 || queueDepth !== undefined) return told;
    const monitored = datadogMonitors(evidence, channel);
    if (channel === undefined) return orDatadog(evidence, [told, ruled], monitored);
    return channel === "sns" ? told : channel === "email" ? orDatadog(evidence, [told], monitored) : monitored;
  },
  examples: [
    { text: "CloudWatch alarm when CPU utilization exceeds 80% for 5 minutes", parameters: { thresholdPercent: 80, periodMinutes: 5 } },
    { text: "Alertmanager routes critical alerts to Slack", parameters: { channel: "slack" } },
    { text: "Create alarm for queue depth > 1000", parameters: { queueDepth: 1000 } },
  ],
});

/** What is spent is told by budgets: CloudWatch has a metric of it in one region only, and only where somebody turned it on. */
function ofCost(evidence: Evidence, percents: readonly number[], maxUsd: number | undefined, channel: string | undefined): Claim {
  const topics = evidence.resources("aws_sns_topic");
  const told = evidence.resources("aws_budgets_budget").filter((budget) =>
    channel === "email" || channel === undefined ? budget.list("notification").length > 0 : topics.some((topic) => budget.refersTo(topic, "notification")),
  );
  const limits = told.map((budget) => Number(budget.get("limit_amount")));
  return {
    wanted: `a budget${maxUsd === undefined ? "" : ` of ${maxUsd} USD`} that tells ${channel === "sns" ? "an SNS topic" : "somebody"}`,
    found: `a budget of ${limits.join(" and ")} USD`,
    resources: told,
    unless: {
      [`no budget that tells ${channel ?? "anybody"}`]: told.length > 0,
      [`no budget of ${maxUsd} USD`]: maxUsd === undefined || limits.includes(maxUsd),
      [`nothing at ${percents.join(" and ")} %`]: percents.every((percent) => told.some((budget) => budget.list("notification").some(({ threshold }) => threshold === percent))),
    },
  };
}
