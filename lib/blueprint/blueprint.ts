import type { CapabilityId, Origin } from "../demand/demand";
import type { Settings } from "./settings";

/** A value and the criteria that demanded it; with none, it follows from another choice or from the settings. */
export interface Chosen<T> {
  readonly value: T;
  readonly because: readonly Origin[];
}

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

export interface MonitoringChoice {
  readonly tool: "prometheus";
  readonly grafana: boolean;
}

export interface PipelineChoice {
  readonly ci: "github-actions";
  readonly branch: string;
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
  /** Ids of the increments folded, in order. */
  readonly increments: readonly string[];
  readonly superseded: readonly Supersession[];
  readonly network?: Chosen<NetworkChoice>;
  readonly cluster?: Chosen<ClusterChoice>;
  readonly registry?: Chosen<Record<string, never>>;
  readonly workload?: Chosen<WorkloadChoice>;
  readonly autoscaling?: Chosen<AutoscalingChoice>;
  readonly monitoring?: Chosen<MonitoringChoice>;
  readonly pipeline?: Chosen<PipelineChoice>;
}
