import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { ALARM_DEFAULTS, DEFAULTS, RedisCache, type RedisCacheProps, VERSIONS } from "../../lib/constructs/redis-cache";
import { documentedDefaults } from "../support/documented-defaults";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

const network = { vpcId: "vpc-1", dataSubnetIds: ["subnet-a", "subnet-b"] };

function synthesized(props: Partial<RedisCacheProps> = {}, then: (cache: RedisCache) => void = () => {}): Synthesized {
  const stack = emptyStack();
  then(new RedisCache(stack, "cache", { network, name: "shop-prod-cache", encryptionKey: { keyArn: "arn:key" }, ...props }));
  return new Synthesized(stack);
}

const group = (props: Partial<RedisCacheProps> = {}) => synthesized(props).resource("aws_elasticache_replication_group");

describe("RedisCache", () => {
  test("is a private Valkey, encrypted at rest and on the way, with snapshots, that no plan destroys", () => {
    expect(group()).toMatchObject({
      replication_group_id: "shop-prod-cache",
      engine: "valkey",
      engine_version: "8.1",
      node_type: "cache.t4g.micro",
      num_cache_clusters: 1,
      automatic_failover_enabled: false,
      multi_az_enabled: false,
      at_rest_encryption_enabled: "true",
      kms_key_id: "arn:key",
      transit_encryption_enabled: true,
      transit_encryption_mode: "required",
      snapshot_retention_limit: 7,
      final_snapshot_identifier: "shop-prod-cache-final",
      lifecycle: { prevent_destroy: true },
      log_delivery_configuration: [{ log_type: "slow-log" }, { log_type: "engine-log" }],
    });
    expect(group()).not.toHaveProperty("auth_token");
    expect(synthesized().resource("aws_elasticache_subnet_group").subnet_ids).toEqual(["subnet-a", "subnet-b"]);
    expect(Object.values(synthesized().resources("aws_cloudwatch_log_group")).map(({ name, kms_key_id }) => [name, kms_key_id])).toEqual([["/shop-prod-cache/engine-log", "arn:key"], ["/shop-prod-cache/slow-log", "arn:key"]]);
    expect(synthesized().address("cache/cache")).toBe("aws_elasticache_replication_group.cache");
    expect(group({ protect: false, snapshotRetentionDays: 0 })).toEqual(expect.not.objectContaining({ lifecycle: expect.anything(), final_snapshot_identifier: expect.anything() }));
  });

  test("with replicas goes on when a node is lost, and answers reads by another name", () => {
    expect(group({ replicas: 2 })).toMatchObject({ num_cache_clusters: 3, automatic_failover_enabled: true, multi_az_enabled: true });
    synthesized({ replicas: 2 }, ({ environment }) => expect(Object.keys(environment)).toContain("REDIS_READER_HOST"));
  });

  test("is used by a user of IAM, who may do all but administer it, and by nobody with a password", () => {
    const stack = emptyStack();
    const cache = new RedisCache(stack, "cache", { network, name: "shop-prod-cache", encryptionKey: { keyArn: "arn:key" } });
    new DataAwsIamPolicyDocument(stack, "uses", { statement: [...cache.statements] });
    expect(Object.keys(cache.environment)).toEqual(["REDIS_HOST", "REDIS_PORT", "REDIS_TLS", "REDIS_CACHE_NAME", "REDIS_USERNAME"]);
    expect(cache.environment["REDIS_USERNAME"]).toBe("shop-prod-cache-app");
    const all = new Synthesized(stack);
    expect(all.statements("uses")).toEqual([{ actions: ["elasticache:Connect"], resources: ["${aws_elasticache_replication_group.cache.arn}", `\${${all.address("cache/user")}.arn}`] }]);
    expect(all.resource("aws_elasticache_user")).toEqual({ user_id: "shop-prod-cache-app", user_name: "shop-prod-cache-app", engine: "valkey", access_string: "on ~* &* +@all -@admin", authentication_mode: { type: "iam" } });
    expect(all.resource("aws_elasticache_user_group")).toMatchObject({ engine: "valkey", user_ids: [`\${${all.address("cache/user")}.user_id}`] });
    expect(all.resource("aws_elasticache_replication_group").user_group_ids).toEqual(["${aws_elasticache_user_group.cache.user_group_id}"]);
  });

  test("of Redis has the user that Redis wants, who may do nothing", () => {
    const users = synthesized({ engine: "redis" }).resources("aws_elasticache_user");
    expect(users["cache/default-user"]).toEqual({ user_id: "shop-prod-cache-none", user_name: "default", engine: "redis", access_string: "off ~* -@all", authentication_mode: { type: "no-password-required" } });
    expect(group({ engine: "redis" })).toMatchObject({ engine: "redis", engine_version: VERSIONS.redis });
  });

  test("opened to the network has no users, by choice", () => {
    const stack = synthesized({ access: "network" }, ({ statements, environment }) => {
      expect(statements).toEqual([]);
      expect(Object.keys(environment)).toEqual(["REDIS_HOST", "REDIS_PORT", "REDIS_TLS"]);
    });
    expect(stack.types()).not.toContain("aws_elasticache_user");
    expect(stack.resource("aws_elasticache_replication_group")).not.toHaveProperty("user_group_ids");
  });

  test("names its settings after the engine's major version, so that the next can be made before they go", () => {
    const of = (props: Partial<RedisCacheProps>) => synthesized(props).resource("aws_elasticache_parameter_group");
    expect(of({})).toMatchObject({ name: "shop-prod-cache-valkey8", family: "valkey8", parameter: [{ name: "maxmemory-policy", value: "volatile-lru" }], lifecycle: { create_before_destroy: true } });
    expect(of({ engine: "redis", eviction: "noeviction" })).toMatchObject({ name: "shop-prod-cache-redis7", family: "redis7", parameter: [{ name: "maxmemory-policy", value: "noeviction" }] });
  });

  test("lets in whom it is told to, on its port", () => {
    const stack = synthesized({}, (cache) => cache.allowFrom({ securityGroup: { securityGroupId: "sg-1", groupName: "shop" } }));
    expect(stack.resource("aws_vpc_security_group_ingress_rule")).toMatchObject({ referenced_security_group_id: "sg-1", from_port: 6379, to_port: 6379 });
  });

  test("tells of each node's processor, memory and lost keys", () => {
    const stack = synthesized({ replicas: 1 }, (cache) => cache.addAlarms({ topicArn: "arn:topic" }, { evictions: 10 }));
    const alarms = Object.values(stack.resources("aws_cloudwatch_metric_alarm"));
    expect(alarms.map(({ alarm_name: name, metric_name: metric, threshold, dimensions }) => `${name}: ${metric} of ${dimensions.CacheClusterId} above ${threshold}`)).toEqual([
      "shop-prod-cache-001-cpu: EngineCPUUtilization of shop-prod-cache-001 above 80",
      "shop-prod-cache-001-evictions: Evictions of shop-prod-cache-001 above 10",
      "shop-prod-cache-001-memory: DatabaseMemoryUsagePercentage of shop-prod-cache-001 above 80",
      "shop-prod-cache-002-cpu: EngineCPUUtilization of shop-prod-cache-002 above 80",
      "shop-prod-cache-002-evictions: Evictions of shop-prod-cache-002 above 10",
      "shop-prod-cache-002-memory: DatabaseMemoryUsagePercentage of shop-prod-cache-002 above 80",
    ]);
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/redis-cache.ts", "RedisCacheProps")).toEqual(DEFAULTS);
    expect(ALARM_DEFAULTS).toEqual({ cpuPercent: 80, memoryPercent: 80, evictions: 1000 });
  });

  const version = (engine: string, given: string) =>
    `stack/cache: engineVersion is "${given}" of ${engine}; ElastiCache knows users of IAM from Redis 7.0 on, has Redis up to 7.1, and Valkey from 7.2 on.\n    → Give "7.1" of Redis, or "8.1" of Valkey.`;
  test.each<[string, Partial<RedisCacheProps>, string]>([
    ["its name is none", { name: "Shop--cache" }, 'stack/cache: name is "Shop--cache"; a cache\'s has 1 to 34 lower-case letters, digits and single dashes, with a letter first and no dash last.\n    → Give a name such as "shop-prod-cache".'],
    ["Redis is too old", { engine: "redis", engineVersion: "6.2" }, version("redis", "6.2")],
    ["Redis is newer than any", { engine: "redis", engineVersion: "8.0" }, version("redis", "8.0")],
    ["the version is half a one", { engineVersion: "8" }, version("valkey", "8")],
    ["the node is none", { nodeType: "db.t4g.micro" }, 'stack/cache: nodeType is "db.t4g.micro", which is none of ElastiCache.\n    → Write, for example, "cache.t4g.micro".'],
    ["there are too many replicas", { replicas: 6 }, "stack/cache: replicas is 6; ElastiCache takes whole numbers from 0 to 5.\n    → Give a number in that range, or leave it out."],
    ["snapshots are kept for too long", { snapshotRetentionDays: 36 }, "stack/cache: snapshotRetentionDays is 36; ElastiCache takes whole numbers from 0 to 35.\n    → Give a number in that range, or leave it out."],
    [
      "replicas have no other zone",
      { replicas: 1, network: { vpcId: "vpc-1", dataSubnetIds: ["subnet-a"] } },
      "stack/cache: the network has 1 data subnets, and replicas stand in another zone.\n    → Give a network over two zones or more, or no replicas.",
    ],
  ])("throws when %s", (_, props, message) => {
    expect(errorOf(() => synthesized(props)).message).toBe(message);
  });
});
