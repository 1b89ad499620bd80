import type { Capability } from "./capability";
import type { CapabilityId } from "./vocabulary";

import { access, type AccessParameters } from "./access";
import { alerts, type AlertsParameters } from "./alerts";
import { approval, type ApprovalParameters } from "./approval";
import { autoscaling, type AutoscalingParameters } from "./autoscaling";
import { availabilityTarget, type AvailabilityTargetParameters } from "./availability-target";
import { backups, type BackupsParameters } from "./backups";
import { budget, type BudgetParameters } from "./budget";
import { cache, type CacheParameters } from "./cache";
import { capacityTarget, type CapacityTargetParameters } from "./capacity-target";
import { cdn, type CdnParameters } from "./cdn";
import { cluster, type ClusterParameters } from "./cluster";
import { compute, type ComputeParameters } from "./compute";
import { containers, type ContainersParameters } from "./containers";
import { dashboards, type DashboardsParameters } from "./dashboards";
import { database, type DatabaseParameters } from "./database";
import { dns, type DnsParameters } from "./dns";
import { encryption, type EncryptionParameters } from "./encryption";
import { environments, type EnvironmentsParameters } from "./environments";
import { gitops, type GitopsParameters } from "./gitops";
import { healthCheck, type HealthCheckParameters } from "./health-check";
import { highAvailability, type HighAvailabilityParameters } from "./high-availability";
import { loadBalancer, type LoadBalancerParameters } from "./load-balancer";
import { logs, type LogsParameters } from "./logs";
import { metrics, type MetricsParameters } from "./metrics";
import { network, type NetworkParameters } from "./network";
import { objectStorage, type ObjectStorageParameters } from "./object-storage";
import { pipeline, type PipelineParameters } from "./pipeline";
import { queue, type QueueParameters } from "./queue";
import { readReplica, type ReadReplicaParameters } from "./read-replica";
import { registry, type RegistryParameters } from "./registry";
import { scheduledJob, type ScheduledJobParameters } from "./scheduled-job";
import { secrets, type SecretsParameters } from "./secrets";
import { stateBackend, type StateBackendParameters } from "./state-backend";
import { tagging, type TaggingParameters } from "./tagging";
import { tls, type TlsParameters } from "./tls";
import { tracing, type TracingParameters } from "./tracing";
import { waf, type WafParameters } from "./waf";
import { workload, type WorkloadParameters } from "./workload";

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
  readonly "scheduled-job": ScheduledJobParameters;
  readonly secrets: SecretsParameters;
  readonly "state-backend": StateBackendParameters;
  readonly tagging: TaggingParameters;
  readonly tls: TlsParameters;
  readonly tracing: TracingParameters;
  readonly waf: WafParameters;
  readonly workload: WorkloadParameters;
}

/** Every capability, by its id, in the order of the vocabulary. */
export const CAPABILITY: { readonly [Id in CapabilityId]: Capability<Id, ParametersOf[Id]> } = {
  access,
  alerts,
  approval,
  autoscaling,
  "availability-target": availabilityTarget,
  backups,
  budget,
  cache,
  "capacity-target": capacityTarget,
  cdn,
  cluster,
  compute,
  containers,
  dashboards,
  database,
  dns,
  encryption,
  environments,
  gitops,
  "health-check": healthCheck,
  "high-availability": highAvailability,
  "load-balancer": loadBalancer,
  logs,
  metrics,
  network,
  "object-storage": objectStorage,
  pipeline,
  queue,
  "read-replica": readReplica,
  registry,
  "scheduled-job": scheduledJob,
  secrets,
  "state-backend": stateBackend,
  tagging,
  tls,
  tracing,
  waf,
  workload,
};
