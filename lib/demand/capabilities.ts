import type { Capability } from "./capability";
import { CAPABILITIES, type CapabilityId } from "./vocabulary";

import type { AccessParameters } from "./access";
import type { AlertsParameters } from "./alerts";
import type { ApprovalParameters } from "./approval";
import type { AutoscalingParameters } from "./autoscaling";
import type { AvailabilityTargetParameters } from "./availability-target";
import type { BackupsParameters } from "./backups";
import type { BudgetParameters } from "./budget";
import type { CacheParameters } from "./cache";
import type { CapacityTargetParameters } from "./capacity-target";
import type { CdnParameters } from "./cdn";
import type { ClusterParameters } from "./cluster";
import type { ComputeParameters } from "./compute";
import type { ContainersParameters } from "./containers";
import type { DashboardsParameters } from "./dashboards";
import type { DatabaseParameters } from "./database";
import type { DnsParameters } from "./dns";
import type { EncryptionParameters } from "./encryption";
import type { EnvironmentsParameters } from "./environments";
import type { GitopsParameters } from "./gitops";
import type { HealthCheckParameters } from "./health-check";
import type { HighAvailabilityParameters } from "./high-availability";
import type { LoadBalancerParameters } from "./load-balancer";
import type { LogsParameters } from "./logs";
import type { MetricsParameters } from "./metrics";
import type { NetworkParameters } from "./network";
import type { ObjectStorageParameters } from "./object-storage";
import type { PipelineParameters } from "./pipeline";
import type { QueueParameters } from "./queue";
import type { ReadReplicaParameters } from "./read-replica";
import type { RegistryParameters } from "./registry";
import type { RemovalParameters } from "./removal";
import type { ScheduledJobParameters } from "./scheduled-job";
import type { SecretsParameters } from "./secrets";
import type { StateBackendParameters } from "./state-backend";
import type { TaggingParameters } from "./tagging";
import type { TlsParameters } from "./tls";
import type { TracingParameters } from "./tracing";
import type { WafParameters } from "./waf";
import type { WorkloadParameters } from "./workload";

/** What each capability can be told, by its id. */
export interface ParametersOf {
  readonly access: AccessParameters;
  readonly alerts: AlertsParameters;
  readonly approval: ApprovalParameters;
  readonly autoscaling: AutoscalingParameters;
  readonly "availability-target": AvailabilityTargetParameters;
  readonly backups: BackupsParameters;
  readonly budget: BudgetParameters;
  readonly cache: CacheParameters;
  readonly "capacity-target": CapacityTargetParameters;
  readonly cdn: CdnParameters;
  readonly cluster: ClusterParameters;
  readonly compute: ComputeParameters;
  readonly containers: ContainersParameters;
  readonly dashboards: DashboardsParameters;
  readonly database: DatabaseParameters;
  readonly dns: DnsParameters;
  readonly encryption: EncryptionParameters;
  readonly environments: EnvironmentsParameters;
  readonly gitops: GitopsParameters;
  readonly "health-check": HealthCheckParameters;
  readonly "high-availability": HighAvailabilityParameters;
  readonly "load-balancer": LoadBalancerParameters;
  readonly logs: LogsParameters;
  readonly metrics: MetricsParameters;
  readonly network: NetworkParameters;
  readonly "object-storage": ObjectStorageParameters;
  readonly pipeline: PipelineParameters;
  readonly queue: QueueParameters;
  readonly "read-replica": ReadReplicaParameters;
  readonly registry: RegistryParameters;
  readonly removal: RemovalParameters;
  readonly "scheduled-job": ScheduledJobParameters;
  readonly secrets: SecretsParameters;
  readonly "state-backend": StateBackendParameters;
  readonly tagging: TaggingParameters;
  readonly tls: TlsParameters;
  readonly tracing: TracingParameters;
  readonly waf: WafParameters;
  readonly workload: WorkloadParameters;
}

type Capabilities = { readonly [Id in CapabilityId]: Capability<Id, ParametersOf[Id]> };

/** Each file is loaded when its capability is first asked for (see stems.ts). */
const LOAD: { readonly [Id in CapabilityId]: () => Capabilities[Id] } = {
  access: () => (require("./access") as typeof import("./access")).access,
  alerts: () => (require("./alerts") as typeof import("./alerts")).alerts,
  approval: () => (require("./approval") as typeof import("./approval")).approval,
  autoscaling: () => (require("./autoscaling") as typeof import("./autoscaling")).autoscaling,
  "availability-target": () => (require("./availability-target") as typeof import("./availability-target")).availabilityTarget,
  backups: () => (require("./backups") as typeof import("./backups")).backups,
  budget: () => (require("./budget") as typeof import("./budget")).budget,
  cache: () => (require("./cache") as typeof import("./cache")).cache,
  "capacity-target": () => (require("./capacity-target") as typeof import("./capacity-target")).capacityTarget,
  cdn: () => (require("./cdn") as typeof import("./cdn")).cdn,
  cluster: () => (require("./cluster") as typeof import("./cluster")).cluster,
  compute: () => (require("./compute") as typeof import("./compute")).compute,
  containers: () => (require("./containers") as typeof import("./containers")).containers,
  dashboards: () => (require("./dashboards") as typeof import("./dashboards")).dashboards,
  database: () => (require("./database") as typeof import("./database")).database,
  dns: () => (require("./dns") as typeof import("./dns")).dns,
  encryption: () => (require("./encryption") as typeof import("./encryption")).encryption,
  environments: () => (require("./environments") as typeof import("./environments")).environments,
  gitops: () => (require("./gitops") as typeof import("./gitops")).gitops,
  "health-check": () => (require("./health-check") as typeof import("./health-check")).healthCheck,
  "high-availability": () => (require("./high-availability") as typeof import("./high-availability")).highAvailability,
  "load-balancer": () => (require("./load-balancer") as typeof import("./load-balancer")).loadBalancer,
  logs: () => (require("./logs") as typeof import("./logs")).logs,
  metrics: () => (require("./metrics") as typeof import("./metrics")).metrics,
  network: () => (require("./network") as typeof import("./network")).network,
  "object-storage": () => (require("./object-storage") as typeof import("./object-storage")).objectStorage,
  pipeline: () => (require("./pipeline") as typeof import("./pipeline")).pipeline,
  queue: () => (require("./queue") as typeof import("./queue")).queue,
  "read-replica": () => (require("./read-replica") as typeof import("./read-replica")).readReplica,
  registry: () => (require("./registry") as typeof import("./registry")).registry,
  removal: () => (require("./removal") as typeof import("./removal")).removal,
  "scheduled-job": () => (require("./scheduled-job") as typeof import("./scheduled-job")).scheduledJob,
  secrets: () => (require("./secrets") as typeof import("./secrets")).secrets,
  "state-backend": () => (require("./state-backend") as typeof import("./state-backend")).stateBackend,
  tagging: () => (require("./tagging") as typeof import("./tagging")).tagging,
  tls: () => (require("./tls") as typeof import("./tls")).tls,
  tracing: () => (require("./tracing") as typeof import("./tracing")).tracing,
  waf: () => (require("./waf") as typeof import("./waf")).waf,
  workload: () => (require("./workload") as typeof import("./workload")).workload,
};

/** Every capability, by its id, in the order of the vocabulary. */
export const CAPABILITY: Capabilities = Object.defineProperties({} as Capabilities, Object.fromEntries(
  CAPABILITIES.map((id) => [id, { enumerable: true, get: LOAD[id] }]),
));
