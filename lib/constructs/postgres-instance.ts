import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import type { IAlarmTopic } from "./alarm-topic";
import { AwsAccount } from "./aws-account";
import { ConnectionSettings } from "./connection-settings";
import { ConstructError } from "./construct-error";
import { DatabasePassword } from "./database-password";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { fixAddress } from "./fixed-address";
import { LogGroup, DEFAULTS as LOG_GROUP_DEFAULTS, type RetentionDays } from "./log-group";
import { MetricAlarm } from "./metric-alarm";
import { nameOf } from "./names";
import type { INetwork } from "./network";
import { type IConnectable, SecurityGroup } from "./security-group";

/** Seconds between two readings of Enhanced Monitoring; 0 turns it off. */
export type MonitoringIntervalSeconds = 0 | 1 | 5 | 10 | 15 | 30 | 60;

export interface PostgresInstanceProps {
  /** The instance lies in its data subnets, which have no way to the internet. */
  readonly network: Pick<INetwork, "vpcId" | "dataSubnetIds">;
  /**
   * The instance's identifier, and the first part of the names of what belongs to it: lower-case letters, digits and dashes.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * Terraform's name for the instance and what holds its data (`aws_db_instance.<address>`), independent of where the construct stands.
   * It must never change: Terraform would take the renamed database for another one.
   * @default "database"
   */
  readonly address?: string;
  /**
   * Encrypts storage, logs, Performance Insights and secrets. It cannot change later.
   * @default - a key of the database's own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * Major version, or a minor one to stay on (`"17.6"`; then turn `autoMinorVersionUpgrade` off).
   * @default "17"
   */
  readonly engineVersion?: string;
  /**
   * About 12 USD a month for db.t4g.micro (1 GiB), 24 for db.t4g.small, 47 for db.t4g.medium, 117 for db.m7g.large; twice that with
   * `multiAz` (us-east-1). A change restarts the database: minutes, or seconds with `multiAz`.
   * @default "db.t4g.micro"
   */
  readonly instanceClass?: string;
  /**
   * Storage to begin with, 20 or more; 0.115 USD a GB and month. It can only grow.
   * @default 20
   */
  readonly storageGb?: number;
  /**
   * Up to where RDS enlarges the storage by itself when less than a tenth is free.
   * @default 100
   */
  readonly maxStorageGb?: number;
  /**
   * A standby in another zone: fails over in a minute or two, and doubles the price. Can be turned on later without downtime.
   * @default false
   */
  readonly multiAz?: boolean;
  /**
   * Days of backups to restore any second of, 1 to 35. As much backup as there is storage is free, more is 0.095 USD a GB and month. (0 would turn
   * backups off, and with them read replicas.)
   * @default 7
   */
  readonly backupRetentionDays?: number;
  /**
   * When the daily snapshot is taken, UTC.
   * @default "03:00-04:00"
   */
  readonly backupWindow?: string;
  /**
   * When RDS may restart the instance for upgrades, UTC; it must not touch the backup window.
   * @default "sun:04:30-sun:05:30"
   */
  readonly maintenanceWindow?: string;
  /**
   * AWS refuses to delete the instance, and Terraform refuses any plan that would destroy or replace it, before it touches anything else.
   * To take the environment down on purpose: set false, apply, destroy.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * Whether deleting the instance leaves a snapshot, `<name>-final`.
   * @default true
   */
  readonly finalSnapshot?: boolean;
  /**
   * The database made in the instance: a letter, then letters, digits and underscores. It cannot change later.
   * @default "app"
   */
  readonly databaseName?: string;
  /**
   * The master user; it cannot change later.
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
   * What the operating system does, process by process, every so many seconds. At 60 about 0.30 USD a month of log storage.
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
   * Days that the logs of PostgreSQL and of upgrades are kept for.
   * @default 365
   */
  readonly logRetentionDays?: RetentionDays;
}

export const DEFAULTS = {
  address: "database",
  engineVersion: "17",
  instanceClass: "db.t4g.micro",
  storageGb: 20,
  maxStorageGb: 100,
  multiAz: false,
  backupRetentionDays: 7,
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
} as const satisfies Omit<Required<PostgresInstanceProps>, "network" | "name" | "encryptionKey">;

/** With every default taken; without a key the construct makes one. */
type Decided = Required<Omit<PostgresInstanceProps, "encryptionKey">> & Pick<PostgresInstanceProps, "encryptionKey">;

/** From when on the alarms of a database speak. */
export interface PostgresAlarmsProps {
  /** @default 80 */
  readonly cpuPercent?: number;
  /**
   * How much storage must be left, of what the instance began with. RDS enlarges storage below a tenth, so less means that it cannot.
   * @default 8
   */
  readonly freeStoragePercent?: number;
  /**
   * How many connections are too many.
   * @default - four fifths of what RDS allows for the memory of the instance class
   */
  readonly connections?: number;
  /**
   * How much memory must be left, of the instance class's.
   * @default 5
   */
  readonly freeMemoryPercent?: number;
  /**
   * How many CPU credits must be left, for classes that have them. Without any, a burstable class costs more by the hour.
   * @default 20
   */
  readonly cpuCredits?: number;
}

export const ALARM_DEFAULTS = { cpuPercent: 80, freeStoragePercent: 8, freeMemoryPercent: 5, cpuCredits: 20 } as const;

const GIB = 1024 ** 3;

/**
 * A PostgreSQL database that RDS runs: private, encrypted, backed up, protected from deletion, TLS only, with its logs kept and its queries
 * measured. Its master password is in a secret and nowhere else; applications read `settings`.
 *
 * The address of everything that holds data stays the same in every phase, so that the database of the first day is that of the last.
 * About 17 USD a month as it stands: 12 for the instance, 2.30 for the storage, 1 for the key, 0.80 for two secrets.
 *
 * @example
 * const database = new PostgresInstance(stack, "database", { network, name: "shop-prod" });
 * database.allowFrom(server);
 * database.settings.grantRead(server);
 *
 * @throws ConstructError when a prop breaks a rule of RDS.
 */
export class PostgresInstance extends Construct implements IConnectable {
  readonly securityGroup: SecurityGroup;
  readonly instanceIdentifier: string;
  readonly instanceArn: string;
  /** The identifier that metrics and IAM authentication know it by; it never changes. */
  readonly resourceId: string;
  readonly host: string;
  readonly port: number;
  readonly instanceClass: string;
  readonly engineVersion: string;
  readonly subnetGroupName: string;
  readonly parameterGroupName: string;
  /** For whoever reads the operating system's metrics of a replica, too; absent when `monitoringIntervalSeconds` is 0. */
  readonly monitoringRoleArn: string | undefined;
  readonly encryptionKey: IEncryptionKey;
  /** Its master password, which an Aurora cluster takes over with the users. */
  readonly password: DatabasePassword;
  /** What applications read to connect. */
  readonly settings: ConnectionSettings;
  /** The resource itself, for what must wait for it. */
  readonly resource: DbInstance;
  /** As given, for whoever makes a replica of it. */
  readonly props: Readonly<Required<Omit<PostgresInstanceProps, "network" | "encryptionKey">>>;

  constructor(scope: Construct, id: string, given: PostgresInstanceProps) {
    super(scope, id);
    const name = given.name ?? nameOf(this, undefined).toLowerCase();
    const props: Decided = { ...DEFAULTS, ...given, name };
    this.check(props);
    const { network: _network, encryptionKey: _key, ...rest } = props;
    this.props = rest;
    this.port = props.port;
    this.instanceClass = props.instanceClass;
    this.engineVersion = props.engineVersion;
    this.encryptionKey = props.encryptionKey ?? new EncryptionKey(this, "key", { alias: `${name}-database`, description: `Encrypts the database ${name}` });
    const remedy = "Give the two databases different `address`es.";

    this.securityGroup = new SecurityGroup(this, "security-group", {
      network: props.network,
      name: `${name}-database`,
      description: `The database ${name}`,
    });
    // Its name is a part of the instance: change the subnets of the group, never the group.
    const subnets = new DbSubnetGroup(this, "subnets", {
      name,
      description: `Data subnets of ${name}`,
      subnetIds: [...props.network.dataSubnetIds],
      tags: { Name: name },
    });
    fixAddress(subnets, props.address, remedy);
    this.subnetGroupName = subnets.name;
    this.parameterGroupName = this.parameters(props).name;
    const monitoring = props.monitoringIntervalSeconds === 0 ? undefined : this.monitoringRole(name);
    this.monitoringRoleArn = monitoring?.arn;
    const logs = (["postgresql", "upgrade"] as const).map((kind) => ({
      kind,
      group: new LogGroup(this, `${kind}-logs`, {
        name: `/aws/rds/instance/${name}/${kind}`,
        encryptionKey: this.encryptionKey,
        retentionDays: props.logRetentionDays,
      }),
    }));
    const password = (this.password = new DatabasePassword(this, "password", {
      name,
      address: props.address,
      encryptionKey: this.encryptionKey,
      version: props.passwordVersion,
    }));

    this.resource = new DbInstance(this, "instance", {
      identifier: name,
      engine: "postgres",
      engineVersion: props.engineVersion,
      autoMinorVersionUpgrade: props.autoMinorVersionUpgrade,
      allowMajorVersionUpgrade: props.allowMajorVersionUpgrade,
      instanceClass: props.instanceClass,
      // CKV_AWS_157 (no standby): a typed choice, `multiAz`; the first hundred users do not pay for a second instance.
      multiAz: props.multiAz,
      allocatedStorage: props.storageGb,
      maxAllocatedStorage: props.maxStorageGb,
      storageType: "gp3",
      storageEncrypted: true,
      kmsKeyId: this.encryptionKey.keyArn,
      dbName: props.databaseName,
      username: props.username,
      passwordWo: password.value,
      passwordWoVersion: password.version,
      port: props.port,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [this.securityGroup.securityGroupId],
      publiclyAccessible: false,
      parameterGroupName: this.parameterGroupName,
      iamDatabaseAuthenticationEnabled: true,
      backupRetentionPeriod: props.backupRetentionDays,
      backupWindow: props.backupWindow,
      maintenanceWindow: props.maintenanceWindow,
      copyTagsToSnapshot: true,
      // Backups outlive a deleted instance by their retention.
      deleteAutomatedBackups: false,
      deletionProtection: props.deletionProtection,
      skipFinalSnapshot: !props.finalSnapshot,
      ...(props.finalSnapshot ? { finalSnapshotIdentifier: `${name}-final` } : {}),
      enabledCloudwatchLogsExports: logs.map(({ kind }) => kind),
      performanceInsightsEnabled: props.performanceInsights,
      ...(props.performanceInsights ? { performanceInsightsKmsKeyId: this.encryptionKey.keyArn, performanceInsightsRetentionPeriod: 7 } : {}),
      monitoringInterval: props.monitoringIntervalSeconds,
      ...(monitoring ? { monitoringRoleArn: monitoring.arn } : {}),
      applyImmediately: props.applyImmediately,
      tags: { Name: name },
      // RDS makes a log group that it does not find by itself: unencrypted, and forever.
      dependsOn: [...logs.map(({ group }) => group.resource), ...(monitoring ? [monitoring.permissions] : [])],
      lifecycle: { preventDestroy: props.deletionProtection },
    });
    fixAddress(this.resource, props.address, remedy);
    this.instanceIdentifier = this.resource.identifier;
    this.instanceArn = this.resource.arn;
    this.resourceId = this.resource.resourceId;
    this.host = this.resource.address;
    this.settings = new ConnectionSettings(this, "settings", {
      name,
      address: props.address,
      encryptionKey: this.encryptionKey,
      password,
      connection: { engine: "postgres", host: this.host, port: props.port, databaseName: props.databaseName, username: props.username },
    });
  }

  /** Lets a server, a fleet or anything else with a security group reach the database, on its port and no other. */
  allowFrom(peer: IConnectable): void {
    this.securityGroup.allowFrom(peer, this.port, `PostgreSQL from ${peer.securityGroup.groupName}`);
  }

  /** Tells the topic when storage, memory, connections, CPU or CPU credits run short. Five alarms, four for classes that do not burst. */
  addAlarms(topic: IAlarmTopic, given: PostgresAlarmsProps = {}): void {
    const props = { ...ALARM_DEFAULTS, ...given };
    const { name, storageGb } = this.props;
    const memoryGib = memoryOf(this.instanceClass);
    const connections = props.connections ?? (memoryGib === undefined ? undefined : connectionsAllowed(memoryGib) * 0.8);
    if (connections === undefined) {
      throw new ConstructError(
        this,
        `the memory of ${this.instanceClass} is not known here, and with it how many connections it allows.`,
        "Give the alarms `connections`: four fifths of `SHOW max_connections`.",
      );
    }
    const alarm = (what: string, alarmProps: { metricName: string; when: "above" | "below"; threshold: number; description: string; evaluationPeriods?: number }) =>
      new MetricAlarm(this, `${what}-alarm`, {
        name: `${name}-database-${what}`,
        topic,
        namespace: "AWS/RDS",
        dimensions: { DBInstanceIdentifier: this.instanceIdentifier },
        ...alarmProps,
      });
    alarm("cpu", {
      metricName: "CPUUtilization",
      when: "above",
      threshold: props.cpuPercent,
      description: `The CPU of the database ${name} has been above ${props.cpuPercent} % for 15 minutes. Performance Insights shows the queries.`,
    });
    alarm("storage", {
      metricName: "FreeStorageSpace",
      when: "below",
      threshold: Math.round((storageGb * GIB * props.freeStoragePercent) / 100),
      description: `The database ${name} has less than ${props.freeStoragePercent} % of ${storageGb} GB free, and RDS has not enlarged it. See maxStorageGb.`,
    });
    alarm("connections", {
      metricName: "DatabaseConnections",
      when: "above",
      threshold: Math.floor(connections),
      description: `The database ${name} nears the number of connections that it allows. See the size of the applications' pools.`,
    });
    if (memoryGib !== undefined) {
      alarm("memory", {
        metricName: "FreeableMemory",
        when: "below",
        threshold: Math.round((memoryGib * GIB * props.freeMemoryPercent) / 100),
        description: `The database ${name} has less than ${props.freeMemoryPercent} % of its memory left. See instanceClass.`,
      });
    }
    if (/^db\.t\d/.test(this.instanceClass)) {
      alarm("cpu-credits", {
        metricName: "CPUCreditBalance",
        when: "below",
        threshold: props.cpuCredits,
        description: `The database ${name} uses up its CPU credits; beyond them AWS charges by the hour. See instanceClass.`,
      });
    }
  }

  private parameters({ name, engineVersion, slowStatementMilliseconds }: { name: string; engineVersion: string; slowStatementMilliseconds: number }): DbParameterGroup {
    // A group in use cannot be deleted, and its family cannot change: the next one is made first, under a name of its own.
    return new DbParameterGroup(this, "parameters", {
      namePrefix: `${name}-`,
      family: `postgres${majorOf(engineVersion)}`,
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
      name: `${name}-rds-monitoring`,
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
    const { name } = props;
    if (!/^[a-z](?!.*--)[a-z0-9-]{0,46}[a-z0-9]$/.test(name)) {
      fail(
        `name is "${name}"; RDS takes lower-case letters, digits and single dashes, beginning with a letter, 2 to 48 of them here.`,
        'Give a name such as "specweave-prod".',
      );
    }
    if (!/^[a-z_][a-z0-9_-]*$/.test(props.address)) {
      fail(`address is "${props.address}"; a name in Terraform has lower-case letters, digits, _ and -, and begins with a letter.`, 'Give an address such as "database".');
    }
    const { backupRetentionDays, storageGb, maxStorageGb } = props;
    if (!Number.isInteger(backupRetentionDays) || backupRetentionDays < 1 || backupRetentionDays > 35) {
      fail(
        `backupRetentionDays is ${backupRetentionDays}; RDS keeps automated backups for 1 to 35 days${backupRetentionDays === 0 ? ", and 0 turns them off: no restore, and no read replica" : ""}.`,
        "Give a number in that range, or leave it out for 7.",
      );
    }
    if (!/^\d{2}(\.\d{1,2})?$/.test(props.engineVersion)) {
      fail(`engineVersion is "${props.engineVersion}"; a version of PostgreSQL is a major one, or a major and a minor one.`, 'Write, for example, "17" or "17.6".');
    }
    if (!/^db\.[a-z0-9-]+\.[a-z0-9]+$/.test(props.instanceClass)) {
      fail(`instanceClass is "${props.instanceClass}", which is none of RDS.`, 'Write, for example, "db.t4g.micro".');
    }
    if (!Number.isInteger(storageGb) || storageGb < 20 || storageGb > 65536) {
      fail(`storageGb is ${storageGb}; gp3 storage of PostgreSQL is 20 to 65536 GB.`, "Give a number in that range, or leave it out for 20.");
    }
    if (!Number.isInteger(maxStorageGb) || maxStorageGb < storageGb * 1.1 || maxStorageGb > 65536) {
      fail(
        `maxStorageGb is ${maxStorageGb} and storageGb is ${storageGb}; RDS enlarges storage by itself only up to a limit that is at least a tenth above what there is, and at most 65536 GB.`,
        "Give a higher maxStorageGb.",
      );
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
    if (!Number.isInteger(props.port) || props.port < 1150 || props.port > 65535) {
      fail(`port is ${props.port}; RDS takes 1150 to 65535.`, "Leave it out for 5432.");
    }
    if (props.network.dataSubnetIds.length < 2) {
      fail(`the network has ${props.network.dataSubnetIds.length} data subnets; RDS wants two zones at least, even for one instance.`, "Give a network over two zones or more.");
    }
  }
}

/** "17" of "17.6". */
function majorOf(version: string): string {
  return version.split(".", 1)[0]!;
}

/** GiB by the sizes of the families that run PostgreSQL; of others nothing is known here. */
function memoryOf(instanceClass: string): number | undefined {
  const [, family = "", size = ""] = instanceClass.split(".");
  const times = /^(\d+)xlarge$/.exec(size);
  const large = { t: 8, m: 8, r: 16 }[family[0] ?? ""];
  if (large === undefined || !/^[tmr]\d/.test(family)) return undefined;
  const small: Readonly<Record<string, number>> = { micro: large / 8, small: large / 4, medium: large / 2, large, xlarge: large * 2 };
  return times ? large * 2 * Number(times[1]) : small[size];
}

/** RDS' default for `max_connections`, LEAST(DBInstanceClassMemory / 9531392, 5000); a fifth of the memory is the system's own. */
function connectionsAllowed(memoryGib: number): number {
  return Math.min((memoryGib * GIB * 0.8) / 9531392, 5000);
}
