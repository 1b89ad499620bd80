import { Construct } from "constructs";
import type { ComposeApplicationProps } from "../render/compose";
import { composeFiles, DEFAULTS as COMPOSE_DEFAULTS } from "../render/compose";
import { type FleetWorkflowProps, fleetWorkflow } from "../render/fleet-workflow";
import type { RenderedFile } from "../render/kubernetes-yaml";
import type { GeneratedHeader } from "../render/yaml";
import { ALARM_PUBLISHERS, AlarmTopic, type IAlarmTopic } from "./alarm-topic";
import { AvailabilityAlarms, type AvailabilityAlarmsProps } from "./availability-alarms";
import { ConstructError } from "./construct-error";
import { ContainerRegistry } from "./container-registry";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { GithubDeployRole, type GithubDeployRoleProps } from "./github-deploy-role";
import { type Endpoint, LoadBalancer, type LoadBalancerProps } from "./load-balancer";
import { type GrafanaDoor, MetricsHost, type MetricsHostProps } from "./metrics-host";
import { type INetwork, Network, type NetworkProps } from "./network";
import { type PostgresAlarmsProps, PostgresInstance, type PostgresInstanceProps } from "./postgres-instance";
import { ReadReplica, type ReadReplicaProps } from "./read-replica";
import { type FleetScaling, type FleetSize, ServerFleet, type ServerFleetProps } from "./server-fleet";

/** Monitoring by Prometheus and Grafana. */
export interface GrowthMonitoring extends Pick<MetricsHostProps, "instanceType" | "imageId" | "volumeSizeGb" | "retentionDays" | "watch" | "adminPasswordVersion"> {
  /** Leads a host name of the load balancer to Grafana. @default - by port forwarding only */
  readonly grafana?: { readonly hostName: string; readonly allowedCidrs?: readonly string[] };
}

/** How GitHub Actions deploys. */
export interface GrowthPipeline extends Pick<GithubDeployRoleProps, "repository" | "immutableIds" | "existingProviderArn"> {
  /** The GitHub environment whose jobs may deploy. @default "production" */
  readonly environment?: string;
  /** Branch whose pushes are deployed. @default "main" */
  readonly branch?: string;
}

export interface GrowthPhaseProps {
  /** First part of all names, and unique in the account and region: lower-case letters, digits and dashes, at most 32. The same as in `MvpPhase`. */
  readonly name: string;
  /** How the world reaches the application; leaving out TLS must be said. */
  readonly endpoint: Endpoint;
  /**
   * A network that you have, or what to change of the one that is made.
   * @default - 10.0.0.0/16 over three zones, with one NAT gateway (its zone's failure costs the others the way out, not the way in: enough at 99.5 %)
   */
  readonly network?: INetwork | Omit<NetworkProps, "name" | "encryptionKey">;
  /**
   * Encrypts everything. A key of yours must let CloudWatch publish to encrypted topics, and CloudWatch Logs and EC2 Auto Scaling use it.
   * @default - a key of its own
   */
  readonly encryptionKey?: IEncryptionKey;
  /** The application, as its image runs. @default - port 3000, /health */
  readonly application?: ComposeApplicationProps;
  /** Name of the ECR repository. @default - `NAME-api` */
  readonly registryName?: string;
  /** @default - 3 instances, from 2 to 6 */
  readonly size?: FleetSize;
  /** @default - the number of instances stays */
  readonly scaling?: FleetScaling;
  /** @default - t4g.small, 30 GB */
  readonly servers?: Pick<ServerFleetProps, "instanceType" | "imageId" | "rootVolumeGb" | "containersUseRole" | "egressPorts" | "gracePeriodSeconds">;
  /**
   * What to change of the database, or `"none"` for an application without.
   * @default - db.t4g.medium with a standby in another zone
   */
  readonly database?: Omit<PostgresInstanceProps, "network" | "name" | "encryptionKey" | "deletionProtection"> | "none";
  /** `false`: none. @default - one of the class of the database, in another zone */
  readonly readReplica?: Pick<ReadReplicaProps, "instanceClass" | "availabilityZone" | "multiAz"> | false;
  /** `false`: CloudWatch alone. @default - a t4g.medium with 50 GB */
  readonly monitoring?: GrowthMonitoring | false;
  /** @default - 99.5 % of requests within 30 days, 95 % of them within a second */
  readonly availability?: Pick<AvailabilityAlarmsProps, "objectivePercent" | "minimumRequests" | "latencyMilliseconds" | "minimumHealthyHosts">;
  /** @default - no role and no workflow: deploy with the document yourself */
  readonly pipeline?: GrowthPipeline;
  /** @default - those of `LoadBalancer` */
  readonly loadBalancer?: Pick<LoadBalancerProps, "tlsPolicy" | "allowedCidrs" | "accessLogDays" | "webAclArn" | "idleTimeoutSeconds" | "deregistrationDelaySeconds" | "healthCheckIntervalSeconds">;
  /** @default - those of `PostgresInstance` */
  readonly databaseAlarms?: PostgresAlarmsProps;
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
   * AWS and Terraform refuse to delete what holds data or names that others know.
   * @default true
   */
  readonly deletionProtection?: boolean;
}

export const DEFAULTS = {
  instanceClass: "db.t4g.medium",
  multiAz: true,
  environment: "production",
  branch: "main",
  alarmEmails: [],
  deletionProtection: true,
} as const;

/**
 * Months 3 to 12, up to 10,000 users, 99.5 %: three servers over three zones behind a load balancer, which run the application with Docker Compose
 * and heal themselves; PostgreSQL with a standby and a read replica; Prometheus and Grafana; deployments by GitHub Actions without a key.
 *
 * About 300 USD a month (us-east-1): NAT 37, load balancer 24, three servers 43, database with standby and replica 150, monitoring 30, keys, logs
 * and alarms the rest.
 *
 * What it shares with `MvpPhase` has the same ids: put it in the place of an `MvpPhase` with the same id and name, and network, key, alarms and
 * database stay what they are; the name in DNS moves from the server to the load balancer.
 *
 * @example
 * new GrowthPhase(stack, "shop", {
 *   name: "shop-prod",
 *   endpoint: { kind: "domain", domainName: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" },
 *   pipeline: { repository: "example/shop" },
 * });
 *
 * @throws ConstructError when a prop breaks a rule.
 */
export class GrowthPhase extends Construct {
  readonly encryptionKey: IEncryptionKey;
  readonly network: INetwork;
  readonly alarmTopic: IAlarmTopic;
  /** Absent where the application has none. */
  readonly database: PostgresInstance | undefined;
  readonly readReplica: ReadReplica | undefined;
  readonly registry: ContainerRegistry;
  readonly loadBalancer: LoadBalancer;
  readonly fleet: ServerFleet;
  readonly metricsHost: MetricsHost | undefined;
  readonly availabilityAlarms: AvailabilityAlarms;
  readonly deployRole: GithubDeployRole | undefined;

  private readonly props: GrowthPhaseProps;
  private readonly registryName: string;

  constructor(scope: Construct, id: string, props: GrowthPhaseProps) {
    super(scope, id);
    this.props = props;
    const { name } = props;
    const deletionProtection = props.deletionProtection ?? DEFAULTS.deletionProtection;
    const application = { ...COMPOSE_DEFAULTS, ...props.application };

    // These four, and the address of the key, are as in `MvpPhase`.
    const key = props.encryptionKey ?? new EncryptionKey(this, "key", { alias: name, description: `Encrypts the data of ${name}`, address: "data", topicPublishers: ALARM_PUBLISHERS });
    this.encryptionKey = key;
    this.network = isNetwork(props.network) ? props.network : new Network(this, "network", { ...props.network, name, encryptionKey: key });
    this.alarmTopic = props.alarmTopic ?? new AlarmTopic(this, "alarms", { name: `${name}-alarms`, encryptionKey: key, emails: props.alarmEmails ?? DEFAULTS.alarmEmails });
    if (props.database !== "none") {
      this.database = new PostgresInstance(this, "database", {
        instanceClass: DEFAULTS.instanceClass,
        multiAz: DEFAULTS.multiAz,
        ...props.database,
        deletionProtection,
        network: this.network,
        name,
        encryptionKey: key,
      });
      this.database.addAlarms(this.alarmTopic, props.databaseAlarms);
      if (props.readReplica !== false) {
        this.readReplica = new ReadReplica(this, "read-replica", { ...props.readReplica, source: this.database, network: this.network, deletionProtection });
        this.readReplica.addAlarms(this.alarmTopic);
      }
    }

    this.registryName = props.registryName ?? `${name}-api`;
    this.registry = new ContainerRegistry(this, "registry", { name: this.registryName, encryptionKey: key });

    const watch = props.monitoring === false ? undefined : { application: "api", applicationPort: application.port, ...props.monitoring?.watch };
    const metricsPath = watch === undefined || watch.metricsPath === false ? undefined : (watch.metricsPath ?? "/metrics");
    this.loadBalancer = new LoadBalancer(this, "load-balancer", {
      ...props.loadBalancer,
      network: this.network,
      endpoint: props.endpoint,
      name,
      targetPort: application.port,
      healthCheckPath: application.healthPath,
      // For the monitoring host, which asks the instances themselves.
      privatePaths: metricsPath === undefined ? [] : [metricsPath],
      deletionProtection,
    });
    this.fleet = new ServerFleet(this, "fleet", {
      ...props.servers,
      network: this.network,
      loadBalancer: this.loadBalancer,
      registry: this.registry,
      name,
      ...(props.size === undefined ? {} : { size: props.size }),
      ...(props.scaling === undefined ? {} : { scaling: props.scaling }),
      application,
      nodeExporter: props.monitoring !== false,
      encryptionKey: key,
    });
    if (this.database) this.fleet.useDatabase(this.database);

    this.availabilityAlarms = new AvailabilityAlarms(this, "availability", { ...props.availability, loadBalancer: this.loadBalancer, topic: this.alarmTopic, name });
    if (watch !== undefined) {
      const { grafana, watch: _watch, ...host } = props.monitoring || {};
      const door: GrafanaDoor = grafana === undefined ? { kind: "port-forwarding" } : { kind: "load-balancer", loadBalancer: this.loadBalancer, ...grafana };
      // Not "monitoring": that is the CloudWatch of the single server, in `MvpPhase`.
      this.metricsHost = new MetricsHost(this, "metrics-host", {
        ...host,
        network: this.network,
        fleet: this.fleet,
        topic: this.alarmTopic,
        name,
        watch: { availabilityPercent: this.availabilityAlarms.objectivePercent, ...watch },
        grafana: door,
        encryptionKey: key,
        deletionProtection,
      });
    }
    if (props.pipeline !== undefined) {
      const { environment = DEFAULTS.environment, branch: _branch, ...github } = props.pipeline;
      this.deployRole = new GithubDeployRole(this, "deploy-role", { ...github, subject: { environment }, name: `${name}-deploy` });
      this.fleet.allowDeploy(this.deployRole);
    }
  }

  /** The Compose files: what instances run, for a directory on a developer's machine. */
  composeFiles(header: GeneratedHeader): readonly RenderedFile[] {
    return composeFiles(this.props.application ?? {}, header);
  }

  /**
   * The text of `.github/workflows/deploy.yml`.
   *
   * @throws ConstructError when there is no pipeline.
   */
  workflow(options: Pick<FleetWorkflowProps, "header" | "region"> & Partial<Omit<FleetWorkflowProps, "autoScalingGroupName" | "ecrRepository" | "architecture">>): string {
    const { pipeline } = this.props;
    if (pipeline === undefined) throw new ConstructError(this, "it has no pipeline, and so no role that a workflow could take on.", "Give it `pipeline`.");
    return fleetWorkflow({
      environment: pipeline.environment ?? DEFAULTS.environment,
      branch: pipeline.branch ?? DEFAULTS.branch,
      ...options,
      autoScalingGroupName: this.fleet.groupName,
      ecrRepository: this.registryName,
      architecture: this.fleet.architecture,
    });
  }
}

function isNetwork(network: GrowthPhaseProps["network"]): network is INetwork {
  return network !== undefined && "vpcId" in network;
}
