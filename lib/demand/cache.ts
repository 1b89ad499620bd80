import { capability, stated } from "./capability";
import { versionOf } from "./quantities";

export interface CacheParameters {
  readonly engine?: "redis" | "valkey" | "memcached";
  readonly engineVersion?: string;
}

/** A cache that runs as a service beside the application: ElastiCache. */
export const cache = capability<CacheParameters>()({
  id: "cache",
  title: "Cache",
  names: [
    /\belasti ?cache\b/, /\bmemorydb\b/, /\b(?:redis|valkey|memcached) (?:clusters?|instances?|replication groups?|nodes?|sentinel|deploy\w*|provisioned|in production|servers?|services?|cache (?:cluster|instance|layer))\b/, /\bdax cluster\b/, /\bcach(?:e|ing)(?: layer)? ?\((?:redis|valkey|memcached)\)/, /\b(?:redis|valkey|memcached) cach(?:e|ing)\b(?! (?:key|entr|inval|ttl|hit|miss))/, /(?<=\b(?:provision|deploy|managed|hosted) (?:a |an )?)(?:redis|valkey|memcached)\b/,
    /\bredis(?:-| )?集群/,
    /\b(?:redis|memcached|valkey)\b (?:\w+ ){0,2}for (?:[\w-]+ ){0,2}(?:cach\w+|sessions?)\b/,
    /\bcach\w+ (?:\w+ ){0,4}(?:in|with|using|via|by) (?:redis|valkey|memcached|elasticache)\b/,
  ],
  hints: [/\bredis\b/, /\bvalkey\b/, /\bmemcached\b/, /\b(?:distributed|caching|cache) (?:layer|cluster|tier|cache)\b/],
  otherSenses: [/\bredis (?:db|key|keys|url|client|pub|stream|set|hash|cli|lock|session|connection)\b/, /\b(?:redis:\/\/|redis\.\w+\(|ioredis|bullmq)/, /\bcache (?:key|hit|miss|entry|entries|ttl|invalidat\w+|directory|folder|file)\b/, /\bservice worker\b|\bbrowser cache\b|\bin-memory\b/],
  read: (text) => stated<CacheParameters>({
    engine: /\bvalkey\b/.test(text) ? "valkey" : /\bmemcached\b/.test(text) ? "memcached" : /\bredis\b/.test(text) ? "redis" : undefined,
    engineVersion: versionOf(text, "redis|valkey|memcached"),
  }),
  keys: { engine: ["redis", "valkey", "memcached"], engineVersion: "string" },
  examples: [{ text: "Use ElastiCache Redis for session caching", parameters: { engine: "redis" } }],
});
