import { capability, stated } from "./capability";
import { countOf, durations, inDays } from "./quantities";

export interface ObjectStorageParameters {
  readonly buckets?: number;
  readonly transitionDays?: number;
  readonly retentionDays?: number;
  readonly versioning?: true;
}

/** Files by key: S3 buckets. */
export const objectStorage = capability<ObjectStorageParameters>()({
  id: "object-storage",
  title: "Object storage",
  names: [/\bs3\b/, /\bobject storage\b/, /\bobject store\b/, /\bglacier\b/, /\bobjektspeicher\b/, /对象存储/],
  hints: [/\bbuckets?\b/, /\bblob storage\b/],
  otherSenses: [/\btoken bucket\b/, /\b(?:third|time|age|hash|skill|priority|rate|histogram) buckets?\b/, /\bbuckets? (?:sort|list)\b/],
  read: (text) => {
    const times = durations(text).filter(({ value }) => ["day", "week", "month", "year"].includes(value.unit));
    const transition = times.find(({ start }) => /(?:transition|move|archiv|\bia\b|glacier|infrequent)[^,;.]{0,70}$/.test(text.slice(Math.max(0, start - 100), start)) && !/(?:delet|expir|remov)[^,;]{0,40}$/.test(text.slice(Math.max(0, start - 60), start)));
    const kept = times.find((time) => time !== transition && /delet|expir|remov|retain|reten|keep|older than/.test(text.slice(Math.max(0, time.start - 60), time.end + 24)));
    return stated<ObjectStorageParameters>({
      buckets: countOf(text, "s3 buckets?|buckets?"),
      transitionDays: transition ? inDays(transition.value) : undefined, retentionDays: kept ? inDays(kept.value) : undefined,
      versioning: /\bversion(?:ing|ed)\b/.test(text) ? true : undefined,
    });
  },
  keys: { buckets: "number", transitionDays: "number", retentionDays: "number", versioning: "boolean" },
  examples: [
    { text: "Provision two S3 buckets with versioning enabled", parameters: { buckets: 2, versioning: true } },
    { text: "S3 lifecycle moves documents to IA after 30 days and deletes them after 90 days", parameters: { transitionDays: 30, retentionDays: 90 } },
  ],
});
