import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { IAlarmTopic } from "./alarm-topic";
import { ConstructError } from "./construct-error";
import { fixAddress } from "./fixed-address";
import { LogGroup } from "./log-group";
import { MetricAlarm } from "./metric-alarm";
import type { INetwork } from "./network";
import type { PostgresInstance } from "./postgres-instance";
import type { IConnectable, SecurityGroup } from "./security-group";

export interface ReadReplicaProps {
  /** The instance whose data it follows; its automated backups must be on. */
  readonly source: PostgresInstance;
  /**
   * The network of the source, for its zones.
   * @default - AWS chooses the zone
   */
  readonly network?: Pick<INetwork, "vpcId"> & { readonly availabilityZones?: readonly string[] };
  /**
   * The zone that it stands in.
   * @default - when it is made, the first zone of the network that the source is not in
   */
  readonly availabilityZone?: string;
  /**
   * The replica's identifier.
   * @default - that of the source, with `-replica` behind it
   */
  readonly name?: string;
  /**
   * Terraform's name for it (`aws_db_instance.<address>`). It must never change.
   * @default - that of the source, with `_replica` behind it
   */
  readonly address?: string;
  /**
   * A smaller class falls behind when much is written.
   * @default - as the source
   */
  readonly instanceClass?: string;
  /**
   * A standby of the replica itself: twice the price, for readers that cannot fall back to the source.
   * @default false
   */
  readonly multiAz?: boolean;
  /**
   * As for the source. A replica can be made again from the source, but those who read from it cannot wait for that.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * Writes the replica's host into the source's connection settings as `reader_host`.
   * @default true
   */
  readonly announce?: boolean;
}

export const DEFAULTS = { multiAz: false, deletionProtection: true, announce: true } as const;

/** From when on the alarms of a replica speak. */
export interface ReplicaAlarmsProps {
  /**
   * How far it may be behind, for five minutes.
   * @default 60
   */
  readonly lagSeconds?: number;
  /** @default 80 */
  readonly cpuPercent?: number;
  /**
   * How much storage must be left, of what the source began with.
   * @default 8
   */
  readonly freeStoragePercent?: number;
}

export const ALARM_DEFAULTS = { lagSeconds: 60, cpuPercent: 80, freeStoragePercent: 8 } as const;

const GIB = 1024 ** 3;

/**
 * A second PostgreSQL instance that follows the first and answers queries which only read, at an endpoint of its own. Costs as much as the
 * source without a standby.
 *
 * What it does not get from the source by being its replica is set here alike: monitoring, logs, parameters, protection, minor upgrades.
 * The storage key is the source's, as AWS wants it in one region. So is the security group: the settings that name the one name the other, and
 * whoever may reach the source (`database.allowFrom(fleet)`) may reach the replica.
 *
 * @example
 * new ReadReplica(stack, "replica", { source: database, network });
 *
 * @throws ConstructError when the source keeps no backups, or the name or the address is that of the source.
 */
export class ReadReplica extends Construct implements IConnectable {
  /** That of the source. */
  readonly securityGroup: SecurityGroup;
  readonly instanceIdentifier: string;
  readonly instanceArn: string;
  /** Where queries that only read may go. */
  readonly host: string;
  readonly port: number;
  /** The resource itself, for what must wait for it. */
  readonly resource: DbInstance;

  private readonly name: string;
  private readonly storageGb: number;

  constructor(scope: Construct, id: string, given: ReadReplicaProps) {
    super(scope, id);
    const { source } = given;
    const of = source.props;
    const props = { ...DEFAULTS, name: `${of.name}-replica`, address: `${of.address}_replica`, instanceClass: of.instanceClass, ...given };
    const { name } = props;
    if (of.backupRetentionDays < 1) {
      throw new ConstructError(this, `the source keeps backups for ${of.backupRetentionDays} days; RDS makes replicas of instances with automated backups only.`, "Give the source backupRetentionDays from 1.");
    }
    if (!/^[a-z](?!.*--)[a-z0-9-]{0,61}[a-z0-9]$/.test(name) || name === of.name) {
      throw new ConstructError(
        this,
        `name is "${name}"; RDS takes 2 to 63 lower-case letters, digits and single dashes, beginning with a letter, and another name than the source's.`,
        'Give a name such as "specweave-prod-replica".',
      );
    }
    this.name = name;
    this.port = of.port;
    this.storageGb = of.storageGb;
    this.securityGroup = source.securityGroup;
    const logs = (["postgresql", "upgrade"] as const).map((kind) => ({
      kind,
      group: new LogGroup(this, `${kind}-logs`, { name: `/aws/rds/instance/${name}/${kind}`, encryptionKey: source.encryptionKey, retentionDays: of.logRetentionDays }),
    }));

    const zones = props.network?.availabilityZones;
    const otherZone = () => zones && Fn.element(Fn.tolist(Fn.setsubtract(Fn.toset([...zones]), Fn.toset([source.resource.availabilityZone]))), 0);
    // With a standby, two zones, which AWS chooses.
    const zone = props.multiAz ? undefined : (props.availabilityZone ?? otherZone());

    this.resource = new DbInstance(this, "instance", {
      identifier: name,
      // The ARN, not the identifier: with a subnet group RDS takes no other.
      replicateSourceDb: source.instanceArn,
      dbSubnetGroupName: source.subnetGroupName,
      vpcSecurityGroupIds: [this.securityGroup.securityGroupId],
      ...(zone === undefined ? {} : { availabilityZone: zone }),
      instanceClass: props.instanceClass,
      // CKV_AWS_157 (no standby): the replica is no copy that anything depends on; readers fall back to the source. A typed choice, `multiAz`.
      multiAz: props.multiAz,
      storageType: "gp3",
      maxAllocatedStorage: of.maxStorageGb,
      storageEncrypted: true,
      kmsKeyId: source.encryptionKey.keyArn,
      port: of.port,
      publiclyAccessible: false,
      // The same group: a replica must allow at least as many connections as the source, and force TLS as it does.
      parameterGroupName: source.parameterGroupName,
      iamDatabaseAuthenticationEnabled: true,
      autoMinorVersionUpgrade: of.autoMinorVersionUpgrade,
      maintenanceWindow: of.maintenanceWindow,
      // CKV_AWS_133 (backups): those of the source are backups of the same data.
      backupRetentionPeriod: 0,
      copyTagsToSnapshot: true,
      deletionProtection: props.deletionProtection,
      // RDS makes no final snapshot of a replica.
      skipFinalSnapshot: true,
      enabledCloudwatchLogsExports: logs.map(({ kind }) => kind),
      performanceInsightsEnabled: of.performanceInsights,
      ...(of.performanceInsights ? { performanceInsightsKmsKeyId: source.encryptionKey.keyArn, performanceInsightsRetentionPeriod: 7 } : {}),
      monitoringInterval: of.monitoringIntervalSeconds,
      ...(source.monitoringRoleArn === undefined ? {} : { monitoringRoleArn: source.monitoringRoleArn }),
      applyImmediately: of.applyImmediately,
      tags: { Name: name },
      // RDS makes a log group that it does not find by itself: unencrypted, and forever.
      dependsOn: logs.map(({ group }) => group.resource),
      // The source moves to another zone when it fails over: that must not replace the replica at the next apply.
      lifecycle: { preventDestroy: props.deletionProtection, ignoreChanges: props.availabilityZone === undefined ? ["availability_zone"] : [] },
    });
    fixAddress(this.resource, props.address, "Give the replica an `address` of its own.");
    this.instanceIdentifier = this.resource.identifier;
    this.instanceArn = this.resource.arn;
    this.host = this.resource.address;
    if (props.announce) source.settings.setReaderHost(this.host);
  }

  /** Tells the topic when the replica falls behind, is busy, or has no room left. */
  addAlarms(topic: IAlarmTopic, given: ReplicaAlarmsProps = {}): void {
    const props = { ...ALARM_DEFAULTS, ...given };
    const alarm = (what: string, metricName: string, when: "above" | "below", threshold: number, description: string) =>
      new MetricAlarm(this, `${what}-alarm`, {
        name: `${this.name}-${what}`,
        topic,
        namespace: "AWS/RDS",
        dimensions: { DBInstanceIdentifier: this.instanceIdentifier },
        metricName,
        when,
        threshold,
        periodSeconds: 60,
        evaluationPeriods: 5,
        description,
      });
    alarm("lag", "ReplicaLag", "above", props.lagSeconds, `The replica ${this.name} has been more than ${props.lagSeconds} seconds behind for five minutes: readers see old data. See its class and long queries.`);
    alarm("cpu", "CPUUtilization", "above", props.cpuPercent, `The CPU of the replica ${this.name} has been above ${props.cpuPercent} % for five minutes. Performance Insights shows the queries.`);
    alarm("storage", "FreeStorageSpace", "below", Math.round((this.storageGb * GIB * props.freeStoragePercent) / 100), `The replica ${this.name} has less than ${props.freeStoragePercent} % of ${this.storageGb} GB free.`);
  }
}
