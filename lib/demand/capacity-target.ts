import { capability, stated } from "./capability";
import { durations, oneOrMany, toNumber } from "./quantities";
import type { OneOrMany } from "./vocabulary";

export interface CapacityTargetParameters {
  readonly users?: number;
  readonly requestsPerSecond?: number;
  readonly latencyMs?: OneOrMany<number>;
  readonly percentile?: OneOrMany<number>;
}

const MANY = "(\\d{1,3}(?:,\\d{3})+|\\d+(?:\\.\\d+)?)\\+? ?(k\\b|m\\b|million|thousand)?";
const PEOPLE = "(?:users?|retailers?|customers?|clients?|sessions?|visitors?|connections?|players?|students?|tenants?|merchants?|drivers?|participants?|people|devices?|nutzer\\w*|benutzer\\w*|usuarios?|utilisateurs?|用户|members?|viewers?|subscribers?|learners?|employees|agents|operators|shoppers|patients|requests)";

/** How many users, how many requests, how fast. */
export const capacityTarget = capability<CapacityTargetParameters>()({
  id: "capacity-target",
  title: "Capacity target",
  names: [
    new RegExp(`\\b(?:support|handle|serve|sustain|accommodate|withstand|unterstutz\\w+|soportar)\\w*\\b[^.]{0,50}?${MANY} ?(?:[\\w-]+ ){0,3}${PEOPLE}`),
    new RegExp(`${MANY} (?:[\\w-]+ ){0,2}concurrent ?(?:[\\w-]+ ){0,2}${PEOPLE}`), new RegExp(`concurrent (?:[\\w-]+ ){0,3}(?:by |of )?(?:up to |at least )?${MANY} ?(?:[\\w-]+ ){0,2}${PEOPLE}`),
    new RegExp(`${MANY} ?(?:rps|qps|tps|requests? ?(?:per|\\/|a) ?(?:second|sec|s)\\b|req\\/s)`),
    /\b(?:api|endpoint|service|server|request|response|retrieval|page|web|http|backend|read|write|query|p\d\d)\b[^.]{0,70}\b(?:latency|response(?: time)?s?|respond\w*|complete[sd]?|retriev\w+)\b[^.]{0,50}?(?:<|≤|<=|under|within|below|less than|not exceed|at most|in) ?\d+ ?(?:ms|milliseconds?)\b/,
    /\b(?:latency|response times?|responses?)\b[^.]{0,50}?(?:<|≤|<=|under|within|below|less than|not exceed|at most|p\d\d \w+ target of|latency target of) ?\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|seconds?)\b/,
    /\bp(?:50|75|90|95|99)\b[^.;<≤]{0,30}(?:<|≤|<=|under|below|less than|within|at most) ?\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|seconds?)\b/, /\b(?:handle|sustain|absorb|withstand|support|accommodate)\w*\b[^.;]{0,30}\b\d+x\b[^.;]{0,20}\b(?:load|traffic|volumes?|users|requests|growth)\b/,
  ],
  hints: [/\bconcurrent (?:users?|usage|requests?|connections?)\b/, /\bpeak (?:load|traffic)\b/, /\bthroughput\b/, /\bload of \d/, /\bunder (?:normal|peak|heavy) load\b/],
  otherSenses: [/\bto (?:reduce|improve|lower)\b[^.]{0,60}/, /\brate[- ]limit\w*/, /\b(?:user|tenant|customer)s? (?:may|can|could|cannot) (?:have|create|invite|upload|add|own) up to\b/, /\bdebounce\w*|\banimation|\btransition (?:of|duration)|\btoast\b|\btimeout of\b/, /\bper (?:page|user|account|tenant|ip|client)\b/],
  read: (text) => {
    const users = new RegExp(`${MANY} ?(?:[\\w-]+ ){0,4}${PEOPLE.replace("|requests", "")}`).exec(text);
    const rate = new RegExp(`${MANY} ?(?:rps|qps|tps|requests? ?(?:per|\\/|a) ?(?:second|sec|s)\\b|req\\/s)`).exec(text);
    const latency = durations(text).filter(({ start, value }) => value.unit === "millisecond" || (value.unit === "second" && /latency|respon/.test(text.slice(0, start))));
    const percentile = [...text.matchAll(/\bp(50|75|90|95|99)\b|\b(50|75|90|95|99)(?:th|%)? ?percentile/g)].map((match) => Number(match[1] ?? match[2]));
    const number = (match: RegExpExecArray | null) => (match ? toNumber(`${match[1] ?? ""}${match[2] ? ` ${match[2]}` : ""}`) : undefined);
    return stated<CapacityTargetParameters>({
      users: number(users), requestsPerSecond: number(rate),
      latencyMs: oneOrMany(latency.map(({ value }) => value.value * (value.unit === "second" ? 1000 : 1))), percentile: oneOrMany(percentile),
    });
  },
  keys: { users: "number", requestsPerSecond: "number", latencyMs: "number", percentile: "number" },
  examples: [
    { text: "The system SHALL support 10,000 concurrent users", parameters: { users: 10_000 } },
    { text: "API latency (p95) SHALL be < 200ms", parameters: { latencyMs: 200, percentile: 95 } },
  ],
});
