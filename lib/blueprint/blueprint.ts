import type { CapabilityId, Origin } from "../demand/demand";
import type { Removable } from "../demand/removable";
import type { Settings } from "./settings";

export type { Removable } from "../demand/removable";

/** A value and the criteria that demanded it; with none, it follows from another choice or from the settings. */
export interface Chosen<T> {
  readonly value: T;
  readonly because: readonly Origin[];
}

/** The three ways to run an application, one a phase. */
export type Platform = "server" | "fleet" | "cluster";

export interface NetworkChoice {
  readonly cidr: string;
  readonly zones: number;
  /** One NAT gateway outlives no zone; one a zone does. */
  readonly natGateways: "none" | "one" | "per-az";
}

export interface ClusterChoice {
  readonly name: string;
  readonly version: string;
  readonly nodes: { readonly min: number; readonly desired: number; readonly max: number; readonly instanceType: string };
}

/** One EC2 instance that deploys from git. */
export interface ServerChoice {
  readonly instanceType?: string;
  readonly rootVolumeGb?: number;
}

/** EC2 instances behind a load balancer that run containers with Docker Compose. */
export interface FleetChoice {
  readonly min: number;
  readonly desired: number;
  readonly max: number;
  readonly instanceType?: string;
  /** Absent: the number of instances stays. */
  readonly cpuTargetPercent?: number;
}

/** PostgreSQL on RDS. */
export interface DatabaseChoice {
  readonly engineVersion?: string;
  readonly instanceClass?: string;
  readonly storageGb?: number;
  readonly backupRetentionDays: number;
  /** A standby in another zone. */
  readonly multiAz: boolean;
  readonly readReplica: boolean;
}

/** PostgreSQL on Aurora: a writer and readers over the zones, on storage that grows by itself. */
export interface AuroraChoice {
  readonly engineVersion?: string;
  readonly instanceClass?: string;
  readonly backupRetentionDays: number;
  readonly readReplicas?: number;
  /** Up to how many readers there may be, where their number follows the load. */
  readonly maxReadReplicas?: number;
  /** The CPU of the readers that their number follows, in percent. */
  readonly readerCpuPercent?: number;
}

/** CloudWatch alarms: of servers and databases, and of the availability that a load balancer sees. */
export interface AlarmsChoice {
  /** Objective of availability in percent, where one is stated. */
  readonly objectivePercent?: number;
  /** How fast the load balancer is answered, where that is stated. */
  readonly latencyTargets?: readonly LatencyTarget[];
  /** Use above which it is alerted, in percent. */
  readonly cpuPercent?: number;
  readonly memoryPercent?: number;
  readonly diskPercent?: number;
}

/** What may be spent, and at which shares of it somebody is told. */
export interface BudgetChoice {
  readonly monthlyUsd?: number;
  readonly dailyUsd?: number;
  /** Shares of a limit that are spent, in percent. */
  readonly actualPercents: readonly number[];
  /** Shares of a month's limit that will be spent, in percent. */
  readonly forecastPercents: readonly number[];
  /** Whether an SNS topic is told, too. */
  readonly topic: boolean;
}

/** The time within which a share of the requests is answered. */
export interface LatencyTarget {
  readonly percentile: number;
  readonly milliseconds: number;
}

/** The load of one criterion, and how fast it is to be answered. */
export interface LoadTarget {
  /** Name of its test: unique, of letters, digits, dots, hyphens and underscores. */
  readonly name: string;
  readonly origin: Origin;
  readonly users?: number;
  readonly requestsPerSecond?: number;
  readonly latencies: readonly LatencyTarget[];
}

/** What CloudFront serves. */
export interface CdnChoice {
  /** Files of a bucket. */
  readonly assets: boolean;
  /** The application behind the fleet's load balancer. */
  readonly application: boolean;
  readonly indexForAll: boolean;
}

/** How many requests one address may make; more are refused, as attacks are. */
export interface FirewallChoice {
  readonly requests: number;
  readonly windowMinutes: 1 | 2 | 5 | 10;
}

/** Where Terraform's states are kept: an S3 bucket, with a lock file beside each state. */
export interface StateChoice {
  readonly bucket: string;
  readonly region: string;
  /** In front of the states' keys. */
  readonly prefix: string;
  /** The key's ARN or alias. Absent: the bucket decides. */
  readonly kmsKeyId?: string;
  /** Who makes the bucket: this environment, now or already, or somebody else. */
  readonly made: "now" | "before" | "elsewhere";
}

export interface WorkloadChoice {
  readonly replicas: number;
  readonly port: number;
  readonly healthPath: string;
  readonly cpuRequest: string;
  readonly cpuLimit: string;
  readonly memoryRequest: string;
  readonly memoryLimit: string;
}

export interface AutoscalingChoice {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly cpuTargetPercent: number;
  readonly memoryTargetPercent?: number;
}

export type MonitoringTool = "cloudwatch" | "prometheus" | "datadog";

export interface MonitoringChoice {
  /** What measures on each platform, in the order in which it came: an older tool keeps what it measured, beside a newer one. */
  readonly tools: Readonly<Record<Platform, readonly MonitoringTool[]>>;
  /** Beside Prometheus. */
  readonly grafana: boolean;
  /** 95th percentile of the answers above which it is alerted, where one is stated. */
  readonly latencyMilliseconds?: number;
  /** Whether Datadog, where it stands, gets the pods' logs. */
  readonly datadogLogs: boolean;
  /** Objective of availability in percent, where one is stated. */
  readonly objectivePercent?: number;
}

export interface PipelineChoice {
  readonly on: Platform;
  /** Who changes what runs on the cluster: the pipeline itself, or Argo CD from what the pipeline writes to Git. */
  readonly through: "pipeline" | "gitops";
  readonly ci: "github-actions";
  readonly branch: string;
}

/** Buckets for the application's files. */
export interface ObjectStorageChoice {
  /** What each holds; part of its name, and of the variable that tells the application of it. */
  readonly buckets: readonly string[];
  /** Days until an object moves to `storageClass`, and until it is deleted. */
  readonly transitionDays?: number;
  readonly storageClass?: "STANDARD_IA" | "GLACIER_IR" | "GLACIER" | "DEEP_ARCHIVE" | "INTELLIGENT_TIERING";
  readonly expireDays?: number;
  /** Origins whose pages use the buckets from a browser. */
  readonly corsOrigins: readonly string[];
}

/** A command of the application that runs by the clock. */
export interface JobChoice {
  readonly name: string;
  readonly command: readonly string[];
  readonly schedule: { readonly cron: string; readonly timeZone: string };
  /** The same as EventBridge Scheduler writes it, where that tells the time. */
  readonly expression?: string;
  /** The newest platform that runs the application, or a workflow of GitHub Actions. */
  readonly on: Platform | "workflow";
}

/** A cache that ElastiCache runs. */
export interface CacheChoice {
  readonly engine: "redis" | "valkey";
  readonly engineVersion?: string;
  readonly nodeType?: string;
  /** Nodes that stand by in other zones. */
  readonly replicas: number;
}

/** A queue for the application's work, with dead letters. */
export interface QueueChoice {
  /** As a criterion names it. Absent: named after the environment. */
  readonly name?: string;
  readonly fifo: boolean;
  readonly visibilityTimeoutSeconds?: number;
  readonly maxReceiveCount?: number;
  readonly retentionDays?: number;
  /** Messages that wait, above which it is alerted. */
  readonly alarmMessages?: number;
}

/** An earlier increment's value that a later one replaced. */
export interface Supersession {
  readonly kind: CapabilityId;
  readonly parameter: string;
  readonly from: Origin;
  readonly by: Origin;
}

/** What one environment is to be: one choice an axis, absent where nothing demands it. */
export interface Blueprint {
  readonly settings: Settings;
  /** Settings of the environment that this one stands beside: that one owns what an account has once, the images and GitHub's provider of identities. */
  readonly beside?: Settings;
  /** Ids of the increments folded, in order. */
  readonly increments: readonly string[];
  readonly superseded: readonly Supersession[];
  /** What stands without protection from deletion, because a criterion asks for that before its removal. */
  readonly unprotected?: readonly Removable[];
  /** What stood and was removed. */
  readonly removed?: readonly Removable[];
  readonly network?: Chosen<NetworkChoice>;
  /** What runs the application; an older way stays beside a newer one until its removal is asked for in words. */
  readonly server?: Chosen<ServerChoice>;
  readonly fleet?: Chosen<FleetChoice>;
  readonly cluster?: Chosen<ClusterChoice>;
  /** What holds the data; the older one stays beside the newer one, and the application with it, until its removal is asked for in words. */
  readonly database?: Chosen<DatabaseChoice>;
  readonly aurora?: Chosen<AuroraChoice>;
  readonly alarms?: Chosen<AlarmsChoice>;
  /** What load is carried: a test for each criterion. */
  readonly capacity?: Chosen<readonly LoadTarget[]>;
  readonly cdn?: Chosen<CdnChoice>;
  /** WAF before every load balancer, and before CloudFront. */
  readonly firewall?: Chosen<FirewallChoice>;
  readonly budget?: Chosen<BudgetChoice>;
  /** Absent: Terraform's states lie beside the project. */
  readonly state?: Chosen<StateChoice>;
  /** Days that logs are kept for, where that is stated. */
  readonly logs?: Chosen<{ readonly retentionDays: number }>;
  /** Argo CD deploys the API from Git; Terraform makes no Deployment. */
  readonly gitops?: Chosen<Record<string, never>>;
  /** The way from the internet to the API on the cluster. */
  readonly ingress?: Chosen<Record<string, never>>;
  /** What the API's namespace may reach and use, and who may reach it. */
  readonly guard?: Chosen<Record<string, never>>;
  /** More nodes when pods find no room. */
  readonly nodeScaling?: Chosen<Record<string, never>>;
  /** Settings of the database, and other secrets of the account, on the cluster. */
  readonly clusterSecrets?: Chosen<Record<string, never>>;
  readonly registry?: Chosen<Record<string, never>>;
  readonly workload?: Chosen<WorkloadChoice>;
  readonly autoscaling?: Chosen<AutoscalingChoice>;
  readonly monitoring?: Chosen<MonitoringChoice>;
  /** The pods' logs to CloudWatch. */
  readonly podLogs?: Chosen<Record<string, never>>;
  /** The pods' traces to X-Ray. */
  readonly traces?: Chosen<Record<string, never>>;
  readonly pipeline?: Chosen<PipelineChoice>;
  readonly objectStorage?: Chosen<ObjectStorageChoice>;
  readonly cache?: Chosen<CacheChoice>;
  readonly jobs?: Chosen<readonly JobChoice[]>;
  readonly queues?: Chosen<readonly QueueChoice[]>;
}
