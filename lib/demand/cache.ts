import { agrees, capability, refused, stated } from "./capability";
import { instanceTypes, versionOf } from "./quantities";
import { reached, unused, usersOf } from "./users";

export interface CacheParameters {
  readonly engine?: "redis" | "valkey" | "memcached";
  readonly engineVersion?: string;
  readonly instanceType?: string;
  readonly replicas?: number;
  /** Another service of AWS than ElastiCache, where one is named. */
  readonly product?: "memorydb" | "dax";
}

/** For people, what phaseline does not provision, and what to write instead. */
const OTHERS = {
  memcached: "no Memcached: phaseline's caches are Valkey or Redis; write `ElastiCache Valkey`",
  memorydb: "no MemoryDB: phaseline's caches are of ElastiCache; write `ElastiCache Valkey`, and keep what must not be lost in the database",
  dax: "no DAX: phaseline provisions no DynamoDB; write `ElastiCache Valkey`",
} as const;

/** A cache that runs as a service beside the application: ElastiCache. */
export const cache = capability<CacheParameters>()({
  id: "cache",
  title: "Cache",
  names: [
    /\belasti ?cache\b/, /\bmemorydb\b/, /\bredis[: ]+(?:\w+ )?sentinel\b/, /\b(?:redis|valkey|memcached) (?:clusters?|instances?|replication groups?|nodes?|sentinel|deploy\w*|provisioned|in production|servers?|services?|cache (?:cluster|instance|layer))\b/, /\bdax cluster\b/, /\bcach(?:e|ing)(?: layer)? ?\((?:redis|valkey|memcached)\)/, /\b(?:redis|valkey|memcached) serverless\b|\bserverless (?:redis|valkey|memcached)\b/, /\b(?:redis|valkey|memcached) cach(?:e|ing)\b(?! (?:key|entr|inval|ttl|hit|miss))/, /(?<=\b(?:provision|deploy|managed|hosted) (?:a |an )?)(?:redis|valkey|memcached)\b/,
    /\bredis(?:-| )?集群/, /\bsessions? (?:data )?(?:are |is |shall be |must be |be )?(?:stored|kept) in (?:redis|valkey|memcached)\b/,
    /\b(?:redis|memcached|valkey) (?:\w+ ){0,2}as (?:an? |the |our )?(?:[\w-]+ ){0,2}cach\w+/,
    /\b(?:redis|memcached|valkey)\b (?:\w+ ){0,2}for (?:[\w-]+ ){0,2}(?:cach\w+|sessions?)\b/,
    /\bcach\w+ (?:\w+ ){0,4}(?:in|with|using|via|by) (?:redis|valkey|memcached|elasticache)\b/,
  ],
  hints: [/\bcache distribu\w+\b/, /\b(?:capa|camada|couche) de cache\b/, /\bverteilter? cache\b/, /\bdragonfly ?db\b/, /\bkeydb\b/, /分布式缓存|分散式快取|缓存(?:集群|层|服务)|分散キャッシュ|キャッシュ(?:サーバ|クラスタ|層)/, /\bredis\b/, /\bvalkey\b/, /\bmemcached\b/, /\b(?:distributed|caching|cache) (?:layer|cluster|tier|cache)\b/],
  otherSenses: [/\bredis (?:db|key|keys|url|uri|host|port|auth\w*|passwords?|credentials?|tokens?|secrets?|client|pub|stream|set|hash|cli|lock|session|connection)\b/, /\b(?:redis:\/\/|redis\.\w+\(|ioredis|bullmq)/, /\bcache (?:key|hit|miss|entry|entries|ttl|invalidat\w+|directory|folder|file)\b/, /\bservice worker\b|\bbrowser cache\b|\bin-memory\b/],
  read: (text) => stated<CacheParameters>({
    engine: /\bvalkey\b/.test(text) ? "valkey" : /\bmemcached\b/.test(text) ? "memcached" : /\bredis\b/.test(text) ? "redis" : undefined,
    engineVersion: versionOf(text, "redis|valkey|memcached"),
    instanceType: instanceTypes(text).find(({ value }) => value.startsWith("cache."))?.value,
    // "3 replicas" of anything else are none of the cache's.
    replicas: /\b(?:pods?|api|app|application|deployment|service|postgres\w*|rds|aurora|database)\b/.test(text) ? undefined : replicasIn(text),
    product: /\bmemorydb\b/.test(text) ? "memorydb" : /\bdax\b/.test(text) ? "dax" : undefined,
  }),
  keys: { engine: ["redis", "valkey", "memcached"], engineVersion: "string", instanceType: "string", replicas: "number", product: ["memorydb", "dax"] },
  prove: ({ engine, engineVersion, instanceType, replicas, product }, evidence) => {
    const wanted = `a private, encrypted ${engine === "redis" ? "Redis" : engine === "valkey" ? "Valkey" : engine ?? "Valkey or Redis"} cache that the application may use`;
    const other = product ?? (engine === "memcached" ? engine : undefined);
    if (other !== undefined) return refused(wanted, OTHERS[other]);
    const [cache] = evidence.resources("aws_elasticache_replication_group");
    const [is, version] = [String(cache?.get("engine")), String(cache?.get("engine_version"))];
    const standing = Number(cache?.get("num_cache_clusters")) - 1;
    const subnets = evidence.resources("aws_elasticache_subnet_group").find((group) => cache?.refersTo(group));
    // By tokens of IAM, or by the network alone, as the settings say.
    const byIam = cache?.get("user_group_ids") !== undefined;
    const users = evidence.resources("aws_elasticache_user");
    return {
      wanted,
      found: `${is === "redis" ? "Redis" : "Valkey"} ${version} with ${standing === 0 ? "no standby" : `${standing} standing by`}, private, encrypted, ${byIam ? "signed in to by IAM" : "open to who reaches it"}${usersOf(evidence).length === 0 ? "" : "; the application may use it"}`,
      resources: [cache],
      unless: {
        "no cache": cache !== undefined,
        "another engine": !cache || agrees(engine, is),
        [`version ${version}`]: !cache || engineVersion === undefined || `${version}.`.startsWith(`${engineVersion}.`),
        "another node type": !cache || agrees(instanceType, cache.get("node_type")),
        [`${standing} standing by`]: !cache || agrees(replicas, standing),
        "a standby that does not take over": !cache || standing === 0 || (cache.get("automatic_failover_enabled") === true && cache.get("multi_az_enabled") === true),
        "it is not encrypted": !cache || (String(cache.get("at_rest_encryption_enabled")) === "true" && cache.get("kms_key_id") !== undefined),
        "it takes plain connections": !cache || (cache.get("transit_encryption_enabled") === true && cache.get("transit_encryption_mode") === "required"),
        "its password is in the state": cache?.get("auth_token") === undefined && users.every((user) => user.get("passwords") === undefined),
        "a user that needs no token": !byIam || users.every((user) => user.get("authentication_mode.type") === "iam" || /^off /.test(String(user.get("access_string")))),
        "it is outside the data subnets": !cache || (subnets !== undefined && subnets.list("subnet_ids").length > 0 && evidence.subnets("data").filter((subnet) => subnets.refersTo(subnet)).length === subnets.list("subnet_ids").length),
        "Terraform may destroy it": !cache || cache.get("lifecycle.prevent_destroy") === true,
        ...(cache ? { ...unused(evidence, [cache], ...(byIam ? ["elasticache:Connect"] : [])), ...reached(evidence, cache, Number(cache.get("port"))) } : {}),
      },
    };
  },
  examples: [{ text: "Use ElastiCache Redis for session caching", parameters: { engine: "redis" } }],
});

/** "one replica", "2 replicas". */
function replicasIn(text: string): number | undefined {
  const count = /\b(\d+|one|two|three|four|five)[ -](?:read )?replicas?\b/.exec(text)?.[1];
  if (count === undefined) return undefined;
  const word = ["zero", "one", "two", "three", "four", "five"].indexOf(count);
  return word > 0 ? word : Number(count);
}
