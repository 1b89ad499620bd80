import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import { Construct } from "constructs";
import type { IAlarmTopic } from "./alarm-topic";
import { AwsAccount } from "./aws-account";
import { ConnectionSettings, type IRoleHolder } from "./connection-settings";
import { ConstructError } from "./construct-error";
import { DatabasePassword } from "./database-password";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { fixAddress } from "./fixed-address";
import { LogGroup, DEFAULTS as LOG_GROUP_DEFAULTS, type RetentionDays } from "./log-group";
import { MetricAlarm, type AlarmStatistic } from "./metric-alarm";
import { nameOf } from "./names";
import type { INetwork } from "./network";
import type { MonitoringIntervalSeconds } from "./postgres-instance";
import { type IConnectable, SecurityGroup } from "./security-group";

/** Instances whose memory and CPU follow the load, from second to second, between two capacities. */
export interface ServerlessCapacity {
  readonly kind: "serverless";
  /** In Aurora capacity units (ACU) of about 2 GiB, in halves, from 0.5 to 256. An instance costs 88 USD a month for each, at the least. */
  readonly minAcu: number;
  /** As `minAcu`, and not below it. How many connections are allowed follows from it; another one restarts no instance by itself. */
  readonly maxAcu: number;
}

/** Instances of one class. */
export interface ProvisionedCapacity {
  readonly kind: "provisioned";
  /** About 53 USD a month for db.t4g.medium (not for production), 201 for db.r7g.large, 403 for db.r7g.xlarge; each instance. */
  readonly instanceClass: string;
}

export type AuroraCapacity = ServerlessCapacity | ProvisionedCapacity;

/** What applications read to connect, whoever holds it. */
export interface IConnectionSettings {
  readonly secretArn: string;
  grantRead(reader: IRoleHolder): void;
}

/**
 * The RDS instance that the cluster takes over from, for as long as both are there. What it owns the cluster then shares, and takes over at the
 * same Terraform addresses once the instance is gone from the code.
 */
export interface IPredecessor {
  readonly subnetGroupName: string;
  /** Its master password, which its users go on with. */
  readonly password: Pick<DatabasePassword, "value" | "version">;
  readonly settings: IConnectionSettings & {
    /** Sends applications to the cluster. */
    setHosts(host: string, readerHost: string): void;
  };
}

export interface AuroraPostgresProps {
  /** The cluster lies in its data subnets, which have no way to the internet; its storage, in three zones in any case. */
  readonly network: Pick<INetwork, "vpcId" | "dataSubnetIds">;
  /**
   * The cluster's identifier, and the first part of the names of what belongs to it: lower-case letters, digits and dashes.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * Terraform's name for the cluster and what holds its data (`aws_rds_cluster.<address>`), independent of where the construct stands, and that of a
   * `PostgresInstance`, so that its secrets stay where they are when Aurora takes over. It must never change.
   * @default "database"
   */
  readonly address?: string;
  /**
   * Encrypts storage, logs, Performance Insights and secrets. It cannot change later, and must be the source's where the cluster follows one.
   * @default - a key of the database's own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * Major version, or a minor one to stay on (`"17.6"`; then turn `autoMinorVersionUpgrade` off). With a major one alone, a change of the cluster
   * takes AWS' default minor version with it.
   * @default "17"
   */
  readonly engineVersion?: string;
  /**
   * Serverless from 2 ACU, below which Performance Insights has too little memory, to 16: 176 USD a month an instance, and 1,400 at full load.
   * @default {"kind":"serverless","minAcu":2,"maxAcu":16}
   */
  readonly capacity?: AuroraCapacity;
  /**
   * Instances besides the writer, 0 to 15, each in another zone as far as there are zones. The first is the one that takes over when the
   * writer fails (in about half a minute), so 0 is for environments that can wait ten minutes for a new writer.
   * @default 2
   */
  readonly readerCount?: number;
  /**
   * Up to how many readers Aurora Auto Scaling adds when the readers' CPU is busy. It takes away what it added, and nothing else.
   * @default - 2 more than readerCount for provisioned instances; for serverless ones readerCount, since they scale themselves
   */
  readonly maxReaderCount?: number;
  /**
   * The readers' CPU that Aurora Auto Scaling aims at, on average, 10 to 90.
   * @default 60
   */
  readonly readerCpuPercent?: number;
  /**
   * Storage of 0.225 USD a GB and month without a charge for I/O, instead of 0.10 and 0.20 USD for a million requests; instances cost 30 % more. Pays
   * when I/O is a quarter of the bill. Back again is for the AWS CLI, once in 30 days.
   * @default false
   */
  readonly ioOptimized?: boolean;
  /**
   * Days of backups to restore any second of, 1 to 35. As much backup as there is data is free, more is 0.021 USD a GB and month.
   * @default 14
   */
  readonly backupRetentionDays?: number;
  /**
   * When the daily snapshot is taken, UTC.
   * @default "03:00-04:00"
   */
  readonly backupWindow?: string;
  /**
   * When RDS may restart instances for upgrades, UTC; it must not touch the backup window.
   * @default "sun:04:30-sun:05:30"
   */
  readonly maintenanceWindow?: string;
  /**
   * AWS refuses to delete the cluster, and Terraform refuses any plan that would destroy or replace it, before it touches anything else.
   * To take the environment down on purpose: set false, apply, delete the readers that Aurora Auto Scaling added, destroy.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * Whether deleting the cluster leaves a snapshot, `<name>-final`.
   * @default true
   */
  readonly finalSnapshot?: boolean;
  /**
   * The database made in the cluster: a letter, then letters, digits and underscores. Read when the cluster is made and never after.
   * @default "app"
   */
  readonly databaseName?: string;
  /**
   * The master user. Read when the cluster is made and never after.
   * @default "app"
   */
  readonly username?: string;
  /**
   * Raise it to get another master password, in the database and in the settings, in one apply. Applications then read the settings anew.
   * @default 1
   */
  readonly passwordVersion?: number;
  /** @default 5432 */
  readonly port?: number;
  /**
   * Security and bug fixes of the same major version, in the maintenance window.
   * @default true
   */
  readonly autoMinorVersionUpgrade?: boolean;
  /**
   * Allows `engineVersion` to go to another major version: with downtime, and no way back but a snapshot. Take it away afterwards.
   * @default false
   */
  readonly allowMajorVersionUpgrade?: boolean;
  /**
   * Make changes at once instead of in the maintenance window, even where they restart the database.
   * @default false
   */
  readonly applyImmediately?: boolean;
  /**
   * What the operating system does, process by process, every so many seconds. At 60 about 0.30 USD a month of log storage, each instance.
   * @default 60
   */
  readonly monitoringIntervalSeconds?: MonitoringIntervalSeconds;
  /**
   * Which queries the time goes to, kept for 7 days at no charge.
   * @default true
   */
  readonly performanceInsights?: boolean;
  /**
   * Statements that take longer are logged with their text; -1 logs none.
   * @default 1000
   */
  readonly slowStatementMilliseconds?: number;
  /**
   * Days that the logs of PostgreSQL are kept for.
   * @default 365
   */
  readonly logRetentionDays?: RetentionDays;
  /**
   * ARN of an RDS instance that the cluster follows, with its data, users and passwords, until it is promoted: take this away, and the next apply
   * promotes (the plan says "update"; there is no way back). Until then it is a single instance that answers queries which only read, whatever
   * `readerCount` says. Stop the writers and see that the lag is 0 before you promote.
   *
   * It needs the source's `encryptionKey`, and an `engineVersion` with a minor version that is not below the source's.
   * @default - the cluster is one of its own
   */
  readonly replicationSourceArn?: string;
  /**
   * The instance that the cluster takes over from, for as long as it is in the same stack, both before and after the promotion.
   * @default - the cluster has a subnet group, a password and connection settings of its own
   */
  readonly predecessor?: IPredecessor;
}

export const DEFAULTS = {
  address: "database",
  engineVersion: "17",
  capacity: { kind: "serverless", minAcu: 2, maxAcu: 16 },
  readerCount: 2,
  readerCpuPercent: 60,
  ioOptimized: false,
  backupRetentionDays: 14,
  backupWindow: "03:00-04:00",
  maintenanceWindow: "sun:04:30-sun:05:30",
  deletionProtection: true,
  finalSnapshot: true,
  databaseName: "app",
  username: "app",
  passwordVersion: 1,
  port: 5432,
  autoMinorVersionUpgrade: true,
  allowMajorVersionUpgrade: false,
  applyImmediately: false,
  monitoringIntervalSeconds: 60,
  performanceInsights: true,
  slowStatementMilliseconds: 1000,
  logRetentionDays: LOG_GROUP_DEFAULTS.retentionDays,
} as const satisfies Required<Omit<AuroraPostgresProps, "network" | "name" | "maxReaderCount" | Undecided>>;

/** From when on the alarms of a cluster speak. */
export interface AuroraAlarmsProps {
  /** CPU of the busiest provisioned instance. @default 80 */
  readonly cpuPercent?: number;
  /** How much of `maxAcu` the busiest serverless instance uses. @default 90 */
  readonly capacityPercent?: number;
  /** How far the slowest reader may be behind the writer. @default 1000 */
  readonly lagMilliseconds?: number;
  /** How far a cluster may be behind the RDS instance that it follows. @default 60 */
  readonly sourceLagSeconds?: number;
  /**
   * How many connections to one instance are too many.
   * @default - four fifths of what Aurora allows for the memory of the instance class, or of maxAcu
   */
  readonly connections?: number;
  /** How large the data may grow. Aurora enlarges its storage by itself and bills it, up to 128 TiB. @default 1000 */
  readonly volumeGb?: number;
}

export const ALARM_DEFAULTS = { cpuPercent: 80, capacityPercent: 90, lagMilliseconds: 1000, sourceLagSeconds: 60, volumeGb: 1000 } as const;

/** What may stay undecided. */
type Undecided = "encryptionKey" | "replicationSourceArn" | "predecessor";
/** With every default taken. */
type Decided = Required<Omit<AuroraPostgresProps, Undecided>> & Pick<AuroraPostgresProps, Undecided>;

const GIB = 1024 ** 3;
const MAX_READERS = 15;

/**
 * An Aurora PostgreSQL cluster: a writer and readers in the zones of the network over one storage in three zones, private, encrypted, backed up,
 * protected from deletion, TLS only, with its logs kept and its queries measured. Its master password is in a secret and nowhere else;
 * applications read `settings`, whose form is that of a `PostgresInstance`.
 *
 * About 530 USD a month as it stands, at the least: 176 for each of three instances, 1 for the key, 0.80 for two secrets, and 0.10 a GB.
 *
 * Promotion tiers are the order in which instances take over from a failed writer. A serverless reader of tier 0 or 1 is kept as large as the writer,
 * so that it can take over at full load; those of the others scale by themselves.
 *
 * @example
 * const database = new AuroraPostgres(stack, "database", { network, name: "shop-prod", readerCount: 1 });
 * database.allowFrom(api);
 *
 * @throws ConstructError when a prop breaks a rule of Aurora.
 */
export class AuroraPostgres extends Construct implements IConnectable {
  readonly securityGroup: SecurityGroup;
  readonly clusterIdentifier: string;
  readonly clusterArn: string;
  /** The identifier that IAM authentication knows it by; it never changes. */
  readonly resourceId: string;
  /** That of the writer, whichever instance it is. */
  readonly host: string;
  /** Spreads connections over the readers; the writer answers where there are none. */
  readonly readerHost: string;
  readonly port: number;
  readonly engineVersion: string;
  readonly encryptionKey: IEncryptionKey;
  /** The cluster itself, for what must wait for it. */
  readonly resource: RdsCluster;
  /** The writer first. */
  readonly instances: readonly RdsClusterInstance[];

  private readonly props: Decided;
  private readonly connectionSettings: IConnectionSettings | undefined;

  constructor(scope: Construct, id: string, given: AuroraPostgresProps) {
    super(scope, id);
    const name = given.name ?? nameOf(this, undefined).toLowerCase();
    const capacity = given.capacity ?? DEFAULTS.capacity;
    const readerCount = given.readerCount ?? DEFAULTS.readerCount;
    const maxReaderCount = given.maxReaderCount ?? (capacity.kind === "serverless" ? readerCount : Math.min(readerCount + 2, MAX_READERS));
    const props: Decided = { ...DEFAULTS, ...given, name, capacity, readerCount, maxReaderCount };
    this.props = props;
    this.check(props);
    const { predecessor } = props;
    const follows = props.replicationSourceArn !== undefined;
    const remedy = "Give the two databases different `address`es.";
    this.port = props.port;
    this.engineVersion = props.engineVersion;
    this.encryptionKey = props.encryptionKey ?? new EncryptionKey(this, "key", { alias: `${name}-database`, description: `Encrypts the database ${name}` });

    this.securityGroup = new SecurityGroup(this, "security-group", {
      network: props.network,
      name: `${name}-aurora`,
      description: `The Aurora cluster ${name}`,
    });
    const subnetGroupName = predecessor?.subnetGroupName ?? this.subnets(props, remedy);
    const parameterGroupName = this.parameters(props).name;
    const monitoring = props.monitoringIntervalSeconds === 0 ? undefined : this.monitoringRole(name);
    const logs = new LogGroup(this, "postgresql-logs", {
      name: `/aws/rds/cluster/${name}/postgresql`,
      encryptionKey: this.encryptionKey,
      retentionDays: props.logRetentionDays,
    });
    const own =
      follows || predecessor
        ? undefined
        : new DatabasePassword(this, "password", { name, address: props.address, encryptionKey: this.encryptionKey, version: props.passwordVersion });
    const password = follows ? undefined : (predecessor?.password ?? own);

    this.resource = new RdsCluster(this, "cluster", {
      clusterIdentifier: name,
      engine: "aurora-postgresql",
      engineVersion: props.engineVersion,
      allowMajorVersionUpgrade: props.allowMajorVersionUpgrade,
      ...(props.replicationSourceArn === undefined ? {} : { replicationSourceIdentifier: props.replicationSourceArn }),
      // A cluster that follows has the users and databases of its source, and AWS takes no others.
      ...(follows ? {} : { databaseName: props.databaseName, masterUsername: props.username }),
      ...(password ? { masterPasswordWo: password.value, masterPasswordWoVersion: password.version } : {}),
      port: props.port,
      // No zones: AWS adds a third to any two that are named, and Terraform would then replace the cluster.
      dbSubnetGroupName: subnetGroupName,
      vpcSecurityGroupIds: [this.securityGroup.securityGroupId],
      dbClusterParameterGroupName: parameterGroupName,
      storageEncrypted: true,
      kmsKeyId: this.encryptionKey.keyArn,
      ...(props.ioOptimized ? { storageType: "aurora-iopt1" } : {}),
      ...(capacity.kind === "serverless" ? { serverlessv2ScalingConfiguration: { minCapacity: capacity.minAcu, maxCapacity: capacity.maxAcu } } : {}),
      iamDatabaseAuthenticationEnabled: true,
      backupRetentionPeriod: props.backupRetentionDays,
      preferredBackupWindow: props.backupWindow,
      preferredMaintenanceWindow: props.maintenanceWindow,
      copyTagsToSnapshot: true,
      // Backups outlive a deleted cluster by their retention.
      deleteAutomatedBackups: false,
      deletionProtection: props.deletionProtection,
      skipFinalSnapshot: !props.finalSnapshot,
      ...(props.finalSnapshot ? { finalSnapshotIdentifier: `${name}-final` } : {}),
      enabledCloudwatchLogsExports: ["postgresql"],
      applyImmediately: props.applyImmediately,
      tags: { Name: name },
      // RDS makes a log group that it does not find by itself: unencrypted, and forever.
      dependsOn: [logs.resource],
      // CKV2_AWS_8 (AWS Backup): the cluster's own backups restore any second of `backupRetentionDays`, and outlive it.
      // CKV_AWS_162, 313, 324, 327, 96, 139 and CKV2_AWS_27 are met above.
      //
      // Heeded when a cluster is made and never after: in one that began as a replica they are the source's, and a difference would replace it.
      lifecycle: { preventDestroy: props.deletionProtection, ignoreChanges: ["database_name", "master_username"] },
    });
    fixAddress(this.resource, props.address, remedy);
    this.clusterIdentifier = this.resource.clusterIdentifier;
    this.clusterArn = this.resource.arn;
    this.resourceId = this.resource.clusterResourceId;
    this.host = this.resource.endpoint;
    this.readerHost = this.resource.readerEndpoint;

    this.instances = this.makeInstances(props, subnetGroupName, monitoring, remedy);
    if (!follows && maxReaderCount > readerCount) this.scaleReaders(props);
    if (!follows && predecessor) {
      predecessor.settings.setHosts(this.host, this.readerHost);
      this.connectionSettings = predecessor.settings;
    } else if (own) {
      this.connectionSettings = new ConnectionSettings(this, "settings", {
        name,
        address: props.address,
        encryptionKey: this.encryptionKey,
        password: own,
        connection: {
          engine: "postgres",
          host: this.host,
          readerHost: this.readerHost,
          port: props.port,
          databaseName: props.databaseName,
          username: props.username,
        },
      });
    }
  }

  /**
   * What applications read to connect.
   * @throws ConstructError when the cluster follows an RDS instance: until it is promoted, applications connect to that one.
   */
  get settings(): IConnectionSettings {
    const settings = this.connectionSettings;
    if (settings) return settings;
    throw new ConstructError(
      this,
      `the cluster follows ${this.props.replicationSourceArn}, and applications connect to that one until it is promoted.`,
      "Read the settings of the source. To promote, take `replicationSourceArn` away.",
    );
  }

  /** Lets a server, a cluster's nodes or anything else with a security group reach the database, on its port and no other. */
  allowFrom(peer: IConnectable): void {
    this.securityGroup.allowFrom(peer, this.port, `PostgreSQL from ${peer.securityGroup.groupName}`);
  }

  /** Tells the topic when capacity or CPU, connections, replication or storage leave their range. Four alarms, 0.40 USD a month; three without readers. */
  addAlarms(topic: IAlarmTopic, given: AuroraAlarmsProps = {}): void {
    const props = { ...ALARM_DEFAULTS, ...given };
    const { name, capacity, replicationSourceArn, readerCount } = this.props;
    const connections = props.connections ?? connectionsAllowed(capacity, () => this.unknownMemory(capacity)) * 0.8;
    const alarm = (
      what: string,
      metric: { metricName: string; statistic: AlarmStatistic; threshold: number; description: string; when?: "at-least"; dimensions?: Record<string, string> },
    ) =>
      new MetricAlarm(this, `${what}-alarm`, {
        name: `${name}-aurora-${what}`,
        topic,
        namespace: "AWS/RDS",
        dimensions: { DBClusterIdentifier: this.clusterIdentifier },
        when: "above",
        ...metric,
      });
    if (capacity.kind === "serverless") {
      alarm("capacity", {
        metricName: "ACUUtilization",
        statistic: "Maximum",
        when: "at-least",
        threshold: props.capacityPercent,
        description: `An instance of the cluster ${name} has used ${props.capacityPercent} % of its ${capacity.maxAcu} ACU for 15 minutes: it soon cannot grow. See maxAcu; Performance Insights shows the queries.`,
      });
    } else {
      alarm("cpu", {
        metricName: "CPUUtilization",
        statistic: "Maximum",
        threshold: props.cpuPercent,
        description: `The CPU of an instance of the cluster ${name} has been above ${props.cpuPercent} % for 15 minutes. Performance Insights shows the queries.`,
      });
    }
    alarm("connections", {
      metricName: "DatabaseConnections",
      statistic: "Maximum",
      threshold: Math.floor(connections),
      description: `An instance of the cluster ${name} nears the number of connections that it allows. See the size of the applications' pools.`,
    });
    if (replicationSourceArn !== undefined) {
      alarm("source-lag", {
        metricName: "RDSToAuroraPostgreSQLReplicaLag",
        statistic: "Maximum",
        dimensions: { DBInstanceIdentifier: this.instances[0]!.identifier },
        threshold: props.sourceLagSeconds,
        description: `The cluster ${name} has been more than ${props.sourceLagSeconds} seconds behind its source for 15 minutes, and the source keeps what it has not sent. See the source's free storage.`,
      });
    } else if (readerCount > 0) {
      alarm("lag", {
        metricName: "AuroraReplicaLagMaximum",
        statistic: "Maximum",
        threshold: props.lagMilliseconds,
        description: `A reader of the cluster ${name} has been more than ${props.lagMilliseconds} ms behind for 15 minutes: readers see old data. See its load.`,
      });
    }
    alarm("volume", {
      metricName: "VolumeBytesUsed",
      statistic: "Maximum",
      threshold: props.volumeGb * GIB,
      description: `The data of the cluster ${name} has grown beyond ${props.volumeGb} GB. Aurora goes on enlarging its storage, and bills it. See what grows.`,
    });
  }

  private unknownMemory(capacity: AuroraCapacity): never {
    throw new ConstructError(
      this,
      `the memory of ${capacity.kind === "provisioned" ? capacity.instanceClass : "the instances"} is not known here, and with it how many connections it allows.`,
      "Give the alarms `connections`: four fifths of `SHOW max_connections`.",
    );
  }

  private subnets({ name, address, network }: Decided, remedy: string): string {
    // Its name is a part of the cluster: change the subnets of the group, never the group.
    const subnets = new DbSubnetGroup(this, "subnets", {
      name,
      description: `Data subnets of ${name}`,
      subnetIds: [...network.dataSubnetIds],
      tags: { Name: name },
    });
    fixAddress(subnets, address, remedy);
    return subnets.name;
  }

  private makeInstances(
    props: Decided,
    subnetGroupName: string,
    monitoring: { arn: string; permissions: IamRolePolicyAttachment } | undefined,
    remedy: string,
  ): readonly RdsClusterInstance[] {
    const count = props.replicationSourceArn === undefined ? 1 + props.readerCount : 1;
    const instances: RdsClusterInstance[] = [];
    for (let i = 0; i < count; i++) {
      const identifier = `${props.name}-${i + 1}`;
      const instance = new RdsClusterInstance(this, `instance-${i + 1}`, {
        identifier,
        clusterIdentifier: this.clusterIdentifier,
        engine: this.resource.engine,
        engineVersion: this.resource.engineVersion,
        instanceClass: props.capacity.kind === "serverless" ? "db.serverless" : props.capacity.instanceClass,
        dbSubnetGroupName: subnetGroupName,
        publiclyAccessible: false,
        promotionTier: i,
        autoMinorVersionUpgrade: props.autoMinorVersionUpgrade,
        preferredMaintenanceWindow: props.maintenanceWindow,
        copyTagsToSnapshot: true,
        performanceInsightsEnabled: props.performanceInsights,
        ...(props.performanceInsights ? { performanceInsightsKmsKeyId: this.encryptionKey.keyArn, performanceInsightsRetentionPeriod: 7 } : {}),
        monitoringInterval: props.monitoringIntervalSeconds,
        ...(monitoring ? { monitoringRoleArn: monitoring.arn } : {}),
        applyImmediately: props.applyImmediately,
        tags: { Name: identifier },
        // The first instance that is there becomes the writer; and it goes last.
        dependsOn: [...instances.slice(0, 1), ...(monitoring ? [monitoring.permissions] : [])],
      });
      fixAddress(instance, `${props.address}-${i + 1}`, remedy);
      instances.push(instance);
    }
    return instances;
  }

  /** Aurora Auto Scaling: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html */
  private scaleReaders({ name, readerCount, maxReaderCount, readerCpuPercent }: Decided): void {
    const target = new AppautoscalingTarget(this, "reader-scaling", {
      serviceNamespace: "rds",
      scalableDimension: "rds:cluster:ReadReplicaCount",
      resourceId: `cluster:${this.clusterIdentifier}`,
      minCapacity: readerCount,
      maxCapacity: maxReaderCount,
      dependsOn: [...this.instances],
    });
    new AppautoscalingPolicy(this, "reader-scaling-policy", {
      name: `${name}-readers`,
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "RDSReaderAverageCPUUtilization" },
        targetValue: readerCpuPercent,
        // A reader takes minutes to be made: not again until it counts. And to go, it waits for those who are connected.
        scaleOutCooldown: 300,
        scaleInCooldown: 900,
      },
    });
  }

  private parameters({ name, engineVersion, slowStatementMilliseconds }: Decided): RdsClusterParameterGroup {
    // A group in use cannot be deleted, and its family cannot change: the next one is made first, under a name of its own.
    return new RdsClusterParameterGroup(this, "parameters", {
      namePrefix: `${name}-`,
      family: `aurora-postgresql${engineVersion.split(".", 1)[0]}`,
      description: `Settings of ${name}`,
      parameter: [
        { name: "rds.force_ssl", value: "1" },
        // Changes of the schema, and slow statements. RDS does not log the password of a master user that it sets.
        { name: "log_statement", value: "ddl" },
        { name: "log_min_duration_statement", value: String(slowStatementMilliseconds) },
        { name: "log_lock_waits", value: "1" },
      ],
      tags: { Name: name },
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private monitoringRole(name: string): { arn: string; permissions: IamRolePolicyAttachment } {
    const { accountId, partition } = AwsAccount.of(this);
    const role = new IamRole(this, "monitoring-role", {
      name: `${name}-aurora-monitoring`,
      description: `Lets RDS write what the operating systems of ${name} do to CloudWatch`,
      assumeRolePolicy: new DataAwsIamPolicyDocument(this, "monitoring-trust", {
        statement: [
          {
            principals: [{ type: "Service", identifiers: ["monitoring.rds.amazonaws.com"] }],
            actions: ["sts:AssumeRole"],
            condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId] }],
          },
        ],
      }).json,
    });
    const permissions = new IamRolePolicyAttachment(this, "monitoring-permissions", {
      role: role.name,
      policyArn: `arn:${partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`,
    });
    return { arn: role.arn, permissions };
  }

  private check(props: Decided): void {
    const fail = (problem: string, remedy: string): never => {
      throw new ConstructError(this, problem, remedy);
    };
    const whole = (value: number, least: number, most: number) => Number.isInteger(value) && value >= least && value <= most;
    const { name, capacity, readerCount, maxReaderCount, readerCpuPercent, backupRetentionDays } = props;
    if (!/^[a-z](?!.*--)[a-z0-9-]{0,45}[a-z0-9]$/.test(name)) {
      fail(
        `name is "${name}"; RDS takes lower-case letters, digits and single dashes, beginning with a letter, 2 to 47 of them here.`,
        'Give a name such as "specweave-prod".',
      );
    }
    if (!/^[a-z_][a-z0-9_-]*$/.test(props.address)) {
      fail(`address is "${props.address}"; a name in Terraform has lower-case letters, digits, _ and -, and begins with a letter.`, 'Give an address such as "database".');
    }
    if (!/^\d{2}(\.\d{1,2})?$/.test(props.engineVersion)) {
      fail(`engineVersion is "${props.engineVersion}"; a version of PostgreSQL is a major one, or a major and a minor one.`, 'Write, for example, "17" or "17.6".');
    }
    if (props.replicationSourceArn !== undefined && !props.engineVersion.includes(".")) {
      fail(
        `engineVersion is "${props.engineVersion}" and the cluster follows an RDS instance; AWS takes a minor version that is not below the source's, and a major one alone leaves that to chance.`,
        "Write the source's version, such as \"17.6\"; after the promotion, the major one alone will do again.",
      );
    }
    if (capacity.kind === "serverless") {
      const { minAcu, maxAcu } = capacity;
      const halves = [minAcu, maxAcu].every((acu) => Number.isInteger(acu * 2) && acu >= 0.5 && acu <= 256);
      if (!halves || minAcu > maxAcu || maxAcu < 1) {
        fail(
          `capacity is from ${minAcu} to ${maxAcu} ACU; both are 0.5 to 256 in steps of 0.5, minAcu not above maxAcu, and maxAcu 1 at least. (0, which pauses the database, is not for one that others wait for.)`,
          `Give a range such as ${DEFAULTS.capacity.minAcu} to ${DEFAULTS.capacity.maxAcu}.`,
        );
      }
    } else if (!/^db\.[a-z0-9-]+\.[a-z0-9]+$/.test(capacity.instanceClass) || capacity.instanceClass === "db.serverless") {
      fail(`the instance class is "${capacity.instanceClass}", which is none of Aurora's.`, 'Write, for example, "db.r7g.large".');
    }
    if (!whole(readerCount, 0, MAX_READERS) || !whole(maxReaderCount, readerCount, MAX_READERS)) {
      fail(
        `readerCount is ${readerCount} and maxReaderCount is ${maxReaderCount}; they are whole numbers with 0 ≤ readerCount ≤ maxReaderCount ≤ ${MAX_READERS}.`,
        `Leave them out for ${DEFAULTS.readerCount}.`,
      );
    }
    if (!whole(readerCpuPercent, 10, 90)) {
      fail(`readerCpuPercent is ${readerCpuPercent}; it is a whole number from 10 to 90.`, `Leave it out for ${DEFAULTS.readerCpuPercent}.`);
    }
    if (!whole(backupRetentionDays, 1, 35)) {
      fail(`backupRetentionDays is ${backupRetentionDays}; Aurora keeps automated backups for 1 to 35 days.`, `Give a number in that range, or leave it out for ${DEFAULTS.backupRetentionDays}.`);
    }
    if (!/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(props.databaseName)) {
      fail(`databaseName is "${props.databaseName}"; it begins with a letter and has up to 63 letters, digits and underscores.`, 'Give a name such as "app".');
    }
    if (!/^[A-Za-z][A-Za-z0-9_]{0,15}$/.test(props.username) || /^(rdsadmin|rdsrepladmin|rds_.*|pg_.*|admin)$/i.test(props.username)) {
      fail(
        `username is "${props.username}"; it begins with a letter, has up to 16 letters, digits and underscores, and is none that RDS keeps for itself (admin, rdsadmin, rds_…, pg_…).`,
        'Give a name such as "app".',
      );
    }
    if (!whole(props.port, 1150, 65535)) fail(`port is ${props.port}; RDS takes 1150 to 65535.`, `Leave it out for ${DEFAULTS.port}.`);
    if (props.network.dataSubnetIds.length < 2) {
      fail(`the network has ${props.network.dataSubnetIds.length} data subnets; RDS wants two zones at least.`, "Give a network over two zones or more.");
    }
  }
}

/**
 * Aurora's default for `max_connections`, LEAST(DBInstanceClassMemory / 9531392, 5000), and 2000 at the most for serverless instances that begin at
 * 0.5 ACU; a fifth of the memory is the system's own.
 */
function connectionsAllowed(capacity: AuroraCapacity, unknown: () => never): number {
  const memoryGib = capacity.kind === "serverless" ? capacity.maxAcu * 2 : (memoryOf(capacity.instanceClass) ?? unknown());
  const most = capacity.kind === "serverless" && capacity.minAcu <= 0.5 ? 2000 : 5000;
  return Math.min((memoryGib * GIB * 0.8) / 9531392, most);
}

/** GiB by the sizes of the families that run Aurora: t, r and x2g; of others nothing is known here. */
function memoryOf(instanceClass: string): number | undefined {
  const [, family = "", size = ""] = instanceClass.split(".");
  const large = /^t\dg?$/.test(family) ? 8 : /^r\d[a-z]*$/.test(family) ? 16 : family === "x2g" ? 32 : undefined;
  if (large === undefined) return undefined;
  const times = /^(\d+)xlarge$/.exec(size);
  const known: Readonly<Record<string, number>> = { medium: large / 2, large, xlarge: large * 2 };
  return times ? large * 2 * Number(times[1]) : known[size];
}
