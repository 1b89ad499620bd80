import { capability, stated } from "./capability";
import { percentages } from "./quantities";

export interface AvailabilityTargetParameters {
  readonly uptimePercent?: number;
}

/** The share of time in which the service answers: an SLA or SLO. */
export const availabilityTarget = capability<AvailabilityTargetParameters>()({
  id: "availability-target",
  title: "Availability target",
  names: [
    /\b\d{2,3}(?:[.,]\d+)?\+? ?%\+? (?:\w+ ){0,2}(?:uptime|availab\w+|verfugbar\w*|disponib\w*|sla|slo)\b/, /\b(?:uptime|availability|verfugbarkeit|disponib\w*|sla|slo|available)\b[^.%]{0,40}?\b9\d(?:[.,]\d+)?\+? ?%/, /\bfour nines\b/, /\bfive nines\b/, /\bthree nines\b/,
    /9\d(?:\.\d+)?%的?(?:可用性|可用率)/, /可用性.{0,10}9\d(?:\.\d+)?%/,
  ],
  hints: [/\buptime (?:sla|slo|target|guarantee|objective|requirement)s?\b/, /\bavailability (?:sla|slo|target|objective|requirement)s?\b/],
  read: (text) => stated<AvailabilityTargetParameters>({
    uptimePercent: percentages(text).find(({ value }) => value >= 90)?.value ?? (/three nines/.test(text) ? 99.9 : /four nines/.test(text) ? 99.99 : /five nines/.test(text) ? 99.999 : undefined),
  }),
  keys: { uptimePercent: "number" },
  contradiction: ({ uptimePercent }) => uptimePercent === 100 || (uptimePercent ?? 0) > 100
    ? { message: `it asks for an uptime of ${uptimePercent} %, which no service can promise`, remedy: 'give a target such as "99.9% uptime"' }
    : undefined,
  examples: [{ text: "The system SHALL maintain 99.9% uptime", parameters: { uptimePercent: 99.9 } }],
});
