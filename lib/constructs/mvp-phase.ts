import { Construct } from "constructs";
import type { HostApplicationProps } from "../render/host-application";
import { ALARM_PUBLISHERS, AlarmTopic, type IAlarmTopic } from "./alarm-topic";
import { Domain, type DomainProps } from "./domain";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { HostMonitoring, type HostMonitoringProps } from "./host-monitoring";
import type { INetwork } from "./network";
import { Network, type NetworkProps } from "./network";
import { PostgresInstance, type PostgresInstanceProps } from "./postgres-instance";
import { SingleServer, type SingleServerProps } from "./single-server";

export interface MvpPhaseProps {
  /** First part of all names, and unique in the account and region: lower-case letters, digits and dashes, at most 40. */
  readonly name: string;
  /** What runs on the server; its repository is all that must be given. */
  readonly application: HostApplicationProps;
  /**
   * Name that the application is reached by over HTTPS, in a hosted zone of Route 53 that you have.
   * @default - by address, over HTTP
   */
  readonly domain?: Pick<DomainProps, "domainName" | "zoneId" | "zoneName"> & Pick<SingleServerProps, "certificateEmail">;
  /**
   * Addresses that get the alarms.
   * @default [] - nobody is told
   */
  readonly alarmEmails?: readonly string[];
  /**
   * Where alarms go, if you have a topic; `alarmEmails` is not looked at then.
   * @default - a topic of its own
   */
  readonly alarmTopic?: IAlarmTopic;
  /**
   * Whether the database and the server refuse to be destroyed. To take the environment down: set false, apply, destroy.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * A network that you have, or what to change of the one that is made. It has no NAT gateway (37 USD a month), since nothing needs one yet.
   * @default - 10.0.0.0/16 over three zones
   */
  readonly network?: INetwork | Omit<NetworkProps, "name" | "encryptionKey">;
  /**
   * Encrypts everything; one for all at 1 USD a month. A key of yours must let CloudWatch publish to encrypted topics, and CloudWatch Logs use it.
   * @default - a key of its own
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * What to change of the server. About 18 USD a month.
   * @default - see `SingleServer`
   */
  readonly server?: Omit<SingleServerProps, "network" | "application" | "name" | "encryptionKey" | "database" | "domain" | "certificateEmail" | "terminationProtection">;
  /**
   * What to change of the database, or `"none"` for an application without. About 16 USD a month.
   * @default - see `PostgresInstance`
   */
  readonly database?: Omit<PostgresInstanceProps, "network" | "name" | "encryptionKey" | "deletionProtection"> | "none";
  /**
   * What to change of the monitoring. About 1 USD a month, and 0.50 USD for each GB of logs.
   * @default - see `HostMonitoring`
   */
  readonly monitoring?: Omit<HostMonitoringProps, "server" | "topic" | "encryptionKey" | "database">;
}

export const DEFAULTS = { alarmEmails: [], deletionProtection: true } as const satisfies Partial<MvpPhaseProps>;

/**
 * The first phase of a startup, up to three months and a hundred users: one EC2 instance that deploys from git by SSH or Session Manager, a PostgreSQL
 * database that RDS runs, CloudWatch.
 *
 * It is cheap where that can be undone later, and right where it cannot. Cheap: one server, one zone for the database, no NAT gateway, no load
 * balancer. Right from the first day, since it could not be changed in place: three zones of subnets, encryption, a password that RDS does not manage
 * (read replicas need that), addresses in Terraform that the later phases take over.
 *
 * About 38 USD a month in us-east-1: server 18, database 16, flow logs, logs and metrics about 2, key 1.
 *
 * @example
 * new MvpPhase(stack, "mvp", { name: "shop-prod", application: { repository: "acme/shop" } });
 */
export class MvpPhase extends Construct {
  readonly encryptionKey: IEncryptionKey;
  readonly network: INetwork;
  readonly server: SingleServer;
  /** Absent where the application has none. */
  readonly database: PostgresInstance | undefined;
  readonly alarmTopic: IAlarmTopic;
  readonly monitoring: HostMonitoring;

  constructor(scope: Construct, id: string, given: MvpPhaseProps) {
    super(scope, id);
    const props = { ...DEFAULTS, ...given };
    const { name, deletionProtection, domain } = props;
    // `address`: the key must be found again by the next phase, wherever that stands.
    this.encryptionKey =
      props.encryptionKey ?? new EncryptionKey(this, "key", { alias: name, description: `Encrypts the data of ${name}`, address: "data", topicPublishers: ALARM_PUBLISHERS });
    const { encryptionKey } = this;
    this.network = isNetwork(props.network) ? props.network : new Network(this, "network", { natGateways: "none", ...props.network, name, encryptionKey });
    const { network } = this;
    this.database = props.database === "none" ? undefined : new PostgresInstance(this, "database", { ...props.database, name, network, encryptionKey, deletionProtection });
    this.server = new SingleServer(this, "server", {
      ...props.server,
      // Not the name that a fleet of the next phase will have: for a while both stand side by side.
      name: `${name}-server`,
      network,
      encryptionKey,
      application: props.application,
      terminationProtection: deletionProtection,
      ...(this.database ? { database: this.database } : {}),
      ...(domain ? { domain: domain.domainName, ...(domain.certificateEmail === undefined ? {} : { certificateEmail: domain.certificateEmail }) } : {}),
    });
    if (domain) {
      const { certificateEmail: _certificateEmail, ...record } = domain;
      new Domain(this, "domain", { ...record, target: { ipv4: this.server.publicIp } });
    }
    this.alarmTopic = props.alarmTopic ?? new AlarmTopic(this, "alarms", { name: `${name}-alarms`, encryptionKey, emails: props.alarmEmails });
    this.monitoring = new HostMonitoring(this, "monitoring", {
      ...props.monitoring,
      server: this.server,
      topic: this.alarmTopic,
      encryptionKey,
      ...(this.database ? { database: this.database } : {}),
    });
  }
}

function isNetwork(network: MvpPhaseProps["network"]): network is INetwork {
  return network !== undefined && "vpcId" in network;
}
