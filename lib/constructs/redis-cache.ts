import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { ElasticacheParameterGroup } from "@cdktf/provider-aws/lib/elasticache-parameter-group";
import { ElasticacheReplicationGroup } from "@cdktf/provider-aws/lib/elasticache-replication-group";
import { ElasticacheSubnetGroup } from "@cdktf/provider-aws/lib/elasticache-subnet-group";
import { ElasticacheUser } from "@cdktf/provider-aws/lib/elasticache-user";
import { ElasticacheUserGroup } from "@cdktf/provider-aws/lib/elasticache-user-group";
import { Token } from "cdktf";
import { Construct } from "constructs";
import type { IAlarmTopic } from "./alarm-topic";
import type { IApplicationService } from "./application-service";
import { ConstructError } from "./construct-error";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { fixAddress } from "./fixed-address";
import { LogGroup, DEFAULTS as LOG_GROUP_DEFAULTS, type RetentionDays } from "./log-group";
import { MetricAlarm } from "./metric-alarm";
import { nameOf } from "./names";
import type { INetwork } from "./network";
import { type IConnectable, SecurityGroup } from "./security-group";

/** What goes when memory is full: keys that expire, or any; the least recently or the least often used. `"noeviction"`: nothing, and writes fail. */
export type Eviction = "allkeys-lfu" | "allkeys-lru" | "noeviction" | "volatile-lfu" | "volatile-lru" | "volatile-ttl";

export interface RedisCacheProps {
  /** The cache lies in its data subnets, which have no way to the internet. */
  readonly network: Pick<INetwork, "vpcId" | "dataSubnetIds">;
  /**
   * The cache's identifier, and the first part of the names of what belongs to it: a letter, then lower-case letters, digits and single dashes, 34 at most.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * Terraform's name for the cache (`aws_elasticache_replication_group.<address>`), independent of where the construct stands. It must never change.
   * @default "cache"
   */
  readonly address?: string;
  /**
   * Valkey, which goes on from Redis 7.2 and costs a fifth less, or Redis itself, which AWS has up to 7.1. Redis can become Valkey later, in place.
   * @default "valkey"
   */
  readonly engine?: "redis" | "valkey";
  /**
   * Major and minor version.
   * @default - "8.1" of Valkey, "7.1" of Redis
   */
  readonly engineVersion?: string;
  /**
   * About 9 USD a month for cache.t4g.micro (0.5 GiB), 19 for cache.t4g.small, 91 for cache.m7g.large, each node, with Valkey (us-east-1).
   * @default "cache.t4g.micro"
   */
  readonly nodeType?: string;
  /**
   * Nodes that stand by in other zones and answer reads; with one, the cache goes on when a node or its zone is lost. 0 to 5.
   * @default 0
   */
  readonly replicas?: number;
  /**
   * Who may use it. `"iam"`: whose role says so, by a token that the application signs for each connection; there is no password anywhere. `"network"`:
   * whatever reaches it, which security groups decide alone; for clients that cannot sign tokens.
   * @default "iam"
   */
  readonly access?: "iam" | "network";
  /** @default "volatile-lru" */
  readonly eviction?: Eviction;
  /**
   * Encrypts data at rest, snapshots and logs. It cannot change later.
   * @default - a key of the cache's own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * Days that daily snapshots are kept for, 0 to 35; 0 takes none.
   * @default 7
   */
  readonly snapshotRetentionDays?: number;
  /**
   * When the daily snapshot is taken, UTC.
   * @default "03:00-04:00"
   */
  readonly snapshotWindow?: string;
  /**
   * When ElastiCache may replace nodes for upgrades, UTC.
   * @default "sun:04:30-sun:05:30"
   */
  readonly maintenanceWindow?: string;
  /**
   * Make changes at once instead of in the maintenance window.
   * @default false
   */
  readonly applyImmediately?: boolean;
  /**
   * Days that slow commands and the engine's own log are kept for.
   * @default 365
   */
  readonly logRetentionDays?: RetentionDays;
  /**
   * Terraform refuses any plan that would destroy or replace the cache: sessions in it would be gone, and what it spares the database would come at once.
   * @default true
   */
  readonly protect?: boolean;
}

export const DEFAULTS = {
  address: "cache",
  engine: "valkey",
  nodeType: "cache.t4g.micro",
  replicas: 0,
  access: "iam",
  eviction: "volatile-lru",
  snapshotRetentionDays: 7,
  snapshotWindow: "03:00-04:00",
  maintenanceWindow: "sun:04:30-sun:05:30",
  applyImmediately: false,
  logRetentionDays: LOG_GROUP_DEFAULTS.retentionDays,
  protect: true,
} as const satisfies Partial<RedisCacheProps>;

/** The versions that are taken where none is given. */
export const VERSIONS = { redis: "7.1", valkey: "8.1" } as const;

export const PORT = 6379;

/** From when on the alarms of a cache speak, of each node. */
export interface RedisCacheAlarmsProps {
  /** Of the one processor that commands run on. @default 80 */
  readonly cpuPercent?: number;
  /** @default 80 */
  readonly memoryPercent?: number;
  /** Keys that go for want of memory in five minutes. @default 1000 */
  readonly evictions?: number;
}

export const ALARM_DEFAULTS = { cpuPercent: 80, memoryPercent: 80, evictions: 1000 } as const satisfies RedisCacheAlarmsProps;

type Decided = RedisCacheProps & Required<Pick<RedisCacheProps, keyof typeof DEFAULTS | "engineVersion">>;

/**
 * A Valkey or Redis cache that ElastiCache runs: private, encrypted at rest and on the way, with snapshots and its logs kept.
 *
 * The application finds it by `REDIS_HOST`, `REDIS_PORT` and `REDIS_TLS`, and signs in as `REDIS_USERNAME` with a token of IAM for `REDIS_CACHE_NAME` (a signed
 * request `connect` of the service `elasticache`, good for 15 minutes; a connection lasts for 12 hours at most). `REDIS_READER_HOST` answers reads.
 *
 * CKV_AWS_31 (an auth token): a password in the state; the users of IAM need none. CKV2_AWS_50 (no standby): a typed choice, `replicas`.
 *
 * @example
 * const cache = new RedisCache(stack, "cache", { network, name: "shop-prod-cache", replicas: 1 });
 * cache.addAlarms(topic);
 * fleet.useServices([cache]);
 *
 * @throws ConstructError when a prop breaks a rule of ElastiCache.
 */
export class RedisCache extends Construct implements IConnectable, IApplicationService {
  readonly cacheName: string;
  readonly host: string;
  readonly port = PORT;
  readonly securityGroup: SecurityGroup;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly DataAwsIamPolicyDocumentStatement[];

  private readonly nodes: readonly string[];

  constructor(scope: Construct, id: string, given: RedisCacheProps) {
    super(scope, id);
    const name = given.name ?? nameOf(this, undefined).toLowerCase();
    const props: Decided = { ...DEFAULTS, engineVersion: VERSIONS[given.engine ?? DEFAULTS.engine], ...given };
    this.check(props, name);
    const key = props.encryptionKey ?? new EncryptionKey(this, "key", { alias: name, description: `Encrypts the cache ${name}` });
    const remedy = "Give the two caches different `address`es.";

    this.securityGroup = new SecurityGroup(this, "security-group", { network: props.network, name, description: `The cache ${name}` });
    // Its name is a part of the cache: change the subnets of the group, never the group.
    const subnets = new ElasticacheSubnetGroup(this, "subnets", { name, description: `Data subnets of ${name}`, subnetIds: [...props.network.dataSubnetIds], tags: { Name: name } });
    fixAddress(subnets, props.address, remedy);
    const family = `${props.engine}${props.engineVersion.split(".")[0]}`;
    const parameters = new ElasticacheParameterGroup(this, "parameters", {
      // A group in use cannot be deleted, and its family cannot change: the next one is made first, under a name of its own.
      name: `${name}-${family}`,
      family,
      description: `Settings of ${name}`,
      parameter: [{ name: "maxmemory-policy", value: props.eviction }],
      lifecycle: { createBeforeDestroy: true },
    });
    const users = props.access === "iam" ? this.users(props, name) : undefined;
    const logs = (["slow-log", "engine-log"] as const).map((kind) => ({
      kind,
      group: new LogGroup(this, `${kind}s`, { name: `/${name}/${kind}`, encryptionKey: key, retentionDays: props.logRetentionDays }),
    }));
    const cache = new ElasticacheReplicationGroup(this, "cache", {
      replicationGroupId: name,
      description: `The cache ${name}`,
      engine: props.engine,
      engineVersion: props.engineVersion,
      autoMinorVersionUpgrade: "true",
      nodeType: props.nodeType,
      numCacheClusters: props.replicas + 1,
      // Standing by in another zone is what replicas are for.
      automaticFailoverEnabled: props.replicas > 0,
      multiAzEnabled: props.replicas > 0,
      port: PORT,
      parameterGroupName: parameters.name,
      subnetGroupName: subnets.name,
      securityGroupIds: [this.securityGroup.securityGroupId],
      atRestEncryptionEnabled: "true",
      kmsKeyId: key.keyArn,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      ...(users ? { userGroupIds: [users.groupId] } : {}),
      snapshotRetentionLimit: props.snapshotRetentionDays,
      ...(props.snapshotRetentionDays > 0 ? { snapshotWindow: props.snapshotWindow, finalSnapshotIdentifier: `${name}-final` } : {}),
      maintenanceWindow: props.maintenanceWindow,
      applyImmediately: props.applyImmediately,
      logDeliveryConfiguration: logs.map(({ kind, group }) => ({ logType: kind, logFormat: "json", destinationType: "cloudwatch-logs", destination: group.logGroupName })),
      tags: { Name: name },
      ...(props.protect ? { lifecycle: { preventDestroy: true } } : {}),
    });
    fixAddress(cache, props.address, remedy);
    this.cacheName = name;
    this.host = cache.primaryEndpointAddress;
    this.nodes = Array.from({ length: props.replicas + 1 }, (_, index) => `${name}-${String(index + 1).padStart(3, "0")}`);
    this.environment = {
      REDIS_HOST: cache.primaryEndpointAddress,
      REDIS_PORT: String(PORT),
      REDIS_TLS: "true",
      ...(props.replicas > 0 ? { REDIS_READER_HOST: cache.readerEndpointAddress } : {}),
      ...(users ? { REDIS_CACHE_NAME: cache.replicationGroupId, REDIS_USERNAME: users.name } : {}),
    };
    this.statements = users ? [{ actions: ["elasticache:Connect"], resources: [cache.arn, users.arn] }] : [];
  }

  /** Lets a server, a fleet or anything else with a security group reach the cache, on its port and no other. */
  allowFrom(peer: IConnectable): void {
    this.securityGroup.allowFrom(peer, PORT, `Cache for ${peer.securityGroup.groupName}`);
  }

  /** Tells the topic when processor or memory of a node run short, or keys go for want of memory: three alarms a node. */
  addAlarms(topic: IAlarmTopic, given: RedisCacheAlarmsProps = {}): void {
    const { cpuPercent, memoryPercent, evictions } = { ...ALARM_DEFAULTS, ...given };
    for (const node of this.nodes) {
      const alarm = (what: string, metric: { metricName: string; threshold: number; statistic?: "Sum"; description: string }) =>
        new MetricAlarm(this, `${node.slice(-3)}-${what}-alarm`, { name: `${node}-${what}`, topic, namespace: "AWS/ElastiCache", dimensions: { CacheClusterId: node }, when: "above", ...metric });
      alarm("cpu", { metricName: "EngineCPUUtilization", threshold: cpuPercent, description: `The cache node ${node} has been busy for more than ${cpuPercent} % of 15 minutes. See its slow log, and nodeType.` });
      alarm("memory", { metricName: "DatabaseMemoryUsagePercentage", threshold: memoryPercent, description: `The cache node ${node} uses more than ${memoryPercent} % of its memory. See what expires, and nodeType.` });
      alarm("evictions", { metricName: "Evictions", statistic: "Sum", threshold: evictions, description: `The cache node ${node} drops more than ${evictions} keys in five minutes for want of memory. See nodeType.` });
    }
  }

  /**
   * The application's user: who it is, IAM says. It may do all but administer the cache. Groups of Redis must have a user "default", which here may do
   * nothing; those of Valkey need none.
   */
  private users({ engine, address }: Decided, name: string): { readonly groupId: string; readonly name: string; readonly arn: string } {
    const id = `${name}-app`;
    const application = new ElasticacheUser(this, "user", {
      // For IAM both must be the same.
      userId: id,
      userName: id,
      engine,
      accessString: "on ~* &* +@all -@admin",
      authenticationMode: { type: "iam" },
    });
    const others =
      engine === "valkey"
        ? []
        : [new ElasticacheUser(this, "default-user", { userId: `${name}-none`, userName: "default", engine, accessString: "off ~* -@all", authenticationMode: { type: "no-password-required" } })];
    const group = new ElasticacheUserGroup(this, "users", { userGroupId: name, engine, userIds: [application, ...others].map(({ userId }) => userId) });
    fixAddress(group, address, "Give the two caches different `address`es.");
    return { groupId: group.userGroupId, name: id, arn: application.arn };
  }

  private check(props: Decided, name: string): void {
    const fail = (problem: string, fix: string): never => {
      throw new ConstructError(this, problem, fix);
    };
    if (Token.isUnresolved(name) || !/^[a-z](-?[a-z0-9])*$/.test(name) || name.length > 34) {
      fail(`name is "${name}"; a cache's has 1 to 34 lower-case letters, digits and single dashes, with a letter first and no dash last.`, 'Give a name such as "shop-prod-cache".');
    }
    const known = props.engine === "redis" ? /^7\.[01]$/ : /^(7\.2|8\.\d)$/;
    if (!known.test(props.engineVersion)) {
      fail(`engineVersion is "${props.engineVersion}" of ${props.engine}; ElastiCache knows users of IAM from Redis 7.0 on, has Redis up to 7.1, and Valkey from 7.2 on.`, 'Give "7.1" of Redis, or "8.1" of Valkey.');
    }
    if (!/^cache\.[a-z]\d\w*\.\w+$/.test(props.nodeType)) fail(`nodeType is "${props.nodeType}", which is none of ElastiCache.`, 'Write, for example, "cache.t4g.micro".');
    for (const [prop, most] of [["replicas", 5], ["snapshotRetentionDays", 35]] as const) {
      const value = props[prop];
      if (!Number.isInteger(value) || value < 0 || value > most) fail(`${prop} is ${value}; ElastiCache takes whole numbers from 0 to ${most}.`, "Give a number in that range, or leave it out.");
    }
    if (props.network.dataSubnetIds.length < 2 && props.replicas > 0) fail(`the network has ${props.network.dataSubnetIds.length} data subnets, and replicas stand in another zone.`, "Give a network over two zones or more, or no replicas.");
  }
}
