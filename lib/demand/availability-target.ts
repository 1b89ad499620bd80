import { capability, type Claim, stated } from "./capability";
import { datadogObjective, orDatadog } from "./datadog";
import { greatest, oneOrMany, percentages } from "./quantities";
import type { Resource } from "./synthesized";
import type { OneOrMany } from "./vocabulary";

export interface AvailabilityTargetParameters {
  /** Of several, in the order of the text: each of some customers, some service. */
  readonly uptimePercent?: OneOrMany<number>;
}

/** "SLA: 99.9". */
function withoutSign(text: string): number | undefined {
  const share = /\b(?:sla|slo|uptime|availability|verfugbarkeit|disponib\w*)\b[^.%;\d]{0,20}\b(99[.,]\d{1,3})\b/.exec(text)?.[1];
  return share === undefined ? undefined : Number(share.replace(",", "."));
}

/** The share of time in which the service answers: an SLA or SLO. */
export const availabilityTarget = capability<AvailabilityTargetParameters>()({
  id: "availability-target",
  title: "Availability target",
  names: [
    /\b\d{2,3}(?:[.,]\d+)?\+? ?%\+? (?:\w+ ){0,2}(?:uptime|availab\w+|verfugbar\w*|disponib\w*|sla|slo)\b/, /\b(?:uptime|availability|verfugbarkeit|disponib\w*|sla|slo|available)\b[^.%]{0,40}?\b9\d(?:[.,]\d+)?\+? ?%/, /\bfour nines\b/, /\bfive nines\b/, /\bthree nines\b/,
    /9\d(?:\.\d+)? ?%\+? ?[的の]?(?:可用性|可用率|稼働率|가용성|가동률)/, /(?:可用性|可用率|稼働率|가용성|가동률|доступност).{0,10}9\d(?:[.,]\d+)? ?%/, /(?<!\b(?:accuracy|precision|recall|coverage|quality|confidence|success|rate|match\w*|delivery|yield|test) )\b(?:target|objective|goal)\b[^.%;]{0,20}\b99[.,]\d+ ?%(?! (?:accuracy|precision|coverage|recall|of))/, /\b(?:sla|slo|uptime|availability|verfugbarkeit|disponib\w*)\b[^.%;\d]{0,20}\b99[.,]\d{1,3}\b/,
    /\b(?:minutes|hours|min|h) of (?:unplanned |total )?downtime\b(?=[^.;]{0,20}\b(?:month|year|week|quarter)\b)/, /\bdown-?time\b[^.;\d]{0,30}\d+(?:\.\d+)? ?(?:min\w*|h|hours?) (?:per|a|each|\/) ?(?:month|year|week|quarter)\b/, /\b(?:month|annu|year)ly down-?time\b/,
  ],
  hints: [/\buptime (?:sla|slo|target|guarantee|objective|requirement)s?\b/, /\bavailability (?:sla|slo|target|objective|requirement)s?\b/],
  read: (text) => stated<AvailabilityTargetParameters>({
    uptimePercent: oneOrMany([...new Set(percentages(text).filter(({ value }) => value >= 90).filter(({ end }, index) => index === 0 || /^ ?(?:\w+ )?(?:uptime|availability|sla|slo)\b/.test(text.slice(end))).map(({ value }) => value))]) ?? withoutSign(text) ?? (/three nines/.test(text) ? 99.9 : /four nines/.test(text) ? 99.99 : /five nines/.test(text) ? 99.999 : undefined),
  }),
  keys: { uptimePercent: "number" },
  contradiction: ({ uptimePercent }) => (greatest(uptimePercent) ?? 0) >= 100
    ? { message: `it asks for an uptime of ${greatest(uptimePercent)} %, which no service can promise`, remedy: 'give a target such as "99.9% uptime"' }
    : undefined,
  prove: (parameters, evidence) => {
    const uptimePercent = greatest(parameters.uptimePercent);
    const { service } = evidence.subject;
    const balancers = evidence.resources("aws_lb");
    const alarms = evidence.resources("aws_cloudwatch_metric_alarm").filter((alarm) => alarm.list("alarm_actions").length > 0 && balancers.some((balancer) => alarm.refersTo(balancer)));
    // Those that watch the share of failed requests. 14.4 times what an objective allows uses up a month's allowance in two days: one that waits for more comes too late.
    const shares = alarms.filter((alarm) => alarm.list("metric_query").length > 0);
    const inTime = (alarm: Resource) => Number(alarm.get("threshold")) <= 14.4 * (100 - (uptimePercent ?? 0)) + 0.001;
    const releases = evidence.releases(/^kube-prometheus-stack$/);
    const rule = releases.map((release) => new RegExp(`ErrorRateHigh(?:(?!\\balert\\b)[^])*?service=[\\\\"]*${service}[\\\\"](?:(?!\\balert\\b)[^])*?> (0\\.\\d+)`).exec(release.text("values"))?.[1]).find((share) => share !== undefined);
    const others: readonly Claim[] = [
      {
        wanted: `alarms on an availability of ${uptimePercent ?? "a stated"} %, measured at the load balancer`,
        found: `${alarms.length} alarms on the availability that the load balancer measures`,
        resources: alarms,
        unless: { "no alarm on availability": shares.length > 0, "alarms on another objective": shares.every(inTime) },
      },
      {
        wanted: `alert rules on the error rate of "${service}"`,
        found: `an alert when more than ${Number(rule) * 100} % of requests to "${service}" fail`,
        resources: releases,
        unless: {
          "no alert on the error rate": rule !== undefined,
          [`an alert at ${Number(rule) * 100} % of errors, which is late for ${uptimePercent} %`]: rule === undefined || Number(rule) * 100 <= 14.4 * (100 - (uptimePercent ?? 0)) + 0.001,
        },
      },
    ];
    return orDatadog(evidence, others, datadogObjective(evidence, uptimePercent));
  },
  examples: [{ text: "The system SHALL maintain 99.9% uptime", parameters: { uptimePercent: 99.9 } }],
});
