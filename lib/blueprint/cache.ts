import { choice, present, type About, type Asked } from "./asked";
import type { CacheChoice, Chosen } from "./blueprint";

/** The newest minor versions of ElastiCache, for those who name a major one. */
const MINOR: Readonly<Record<CacheChoice["engine"], Readonly<Record<string, string>>>> = { redis: { "7": "7.1" }, valkey: { "7": "7.2", "8": "8.1" } };
const KNOWN: Readonly<Record<CacheChoice["engine"], RegExp>> = { redis: /^7\.[01]$/, valkey: /^(7\.2|8\.\d)$/ };

/**
 * The cache that criteria ask for.
 *
 * @param shared whether several servers or pods share it, whose cache must not be lost with a zone
 */
export function chooseCache(asked: Asked, shared: boolean): Chosen<CacheChoice> | undefined {
  const about: About = ({ kind, parameters }) => kind === "cache" && !("product" in parameters) && (parameters as { engine?: string }).engine !== "memcached";
  const because = asked.of(about, "cache");
  return choice(because.length > 0, because, () => {
    const engine = asked.stated<CacheChoice["engine"]>("cache", "engine", about) ?? "valkey";
    const stated = asked.stated<string>("cache", "engineVersion", about);
    const engineVersion = stated === undefined ? undefined : MINOR[engine][stated] ?? stated.split(".").slice(0, 2).join(".");
    if (engineVersion !== undefined && !KNOWN[engine].test(engineVersion)) {
      asked.fault(because.at(-1), {
        message: `cache is asked for ${engine} ${stated}; phaseline provisions Redis 7.0 and 7.1, after which AWS has no other, and Valkey 7.2 and 8, which know users of IAM.`,
        remedy: "Write Redis 7.1, or Valkey 8, which takes the same commands.",
      });
    }
    const replicas = asked.stated<number>("cache", "replicas", about);
    if (replicas !== undefined && replicas > 5) {
      asked.fault(because.at(-1), { message: `cache is asked for ${replicas} replicas; ElastiCache has 5 at the most.`, remedy: "Write 5 or less." });
    }
    return {
      engine,
      ...present({ engineVersion, nodeType: asked.stated<string>("cache", "instanceType", about) }),
      replicas: replicas ?? (shared || asked.because("high-availability").length > 0 ? 1 : 0),
    };
  });
}
