import type { Demand, Origin } from "../demand/demand";
import type { StackPreferences } from "../demand/stack";
import { FaultsError, place, type Fault } from "../increment/fault";
import type { AutoscalingChoice, Blueprint, Chosen, ClusterChoice, MonitoringChoice, NetworkChoice, PipelineChoice, Supersession, WorkloadChoice } from "./blueprint";
import type { Settings } from "./settings";

/** A demand together with the criterion that makes it. */
export interface Demanded {
  readonly demand: Demand;
  readonly origin: Origin;
}

/** One increment's part in the fold. */
export interface Layer {
  readonly increment: string;
  readonly demands: readonly Demanded[];
  readonly preferences: StackPreferences;
}

/**
 * Folds increments, in order, into what the environment is to be. A later increment supersedes an earlier one's value; two
 * criteria of one increment that contradict each other are faults.
 *
 * @throws FaultsError with every contradiction, and every demand that another choice rules out
 */
export function fold(layers: readonly Layer[], settings: Settings): Blueprint {
  const faults: Fault[] = [];
  const superseded: Supersession[] = [];
  const all = layers.flatMap((layer) => layer.demands);
  const because = (...kinds: readonly Demand["kind"][]): readonly Origin[] =>
    unique(all.filter(({ demand }) => kinds.includes(demand.kind)).map(({ origin }) => origin));
  const preference = <K extends keyof StackPreferences>(axis: K): StackPreferences[K] | undefined =>
    layers.map((layer) => layer.preferences[axis]).findLast((value) => value !== undefined);

  /** The value of one parameter: of the last increment that states it. */
  const stated: Stated = <T>(kind: Demand["kind"], parameter: string, about: (demand: Demand) => boolean = () => true): T | undefined => {
    let standing: { value: T; demanded: Demanded } | undefined;
    for (const demanded of all) {
      if (demanded.demand.kind !== kind || !about(demanded.demand)) continue;
      const value = (demanded.demand.parameters as Readonly<Record<string, unknown>>)[parameter] as T | undefined;
      if (value === undefined) continue;
      if (standing && JSON.stringify(standing.value) !== JSON.stringify(value)) {
        const { origin } = standing.demanded;
        if (origin.increment === demanded.origin.increment) {
          faults.push({
            location: demanded.origin.location,
            message: `${demanded.origin.criterion} asks for ${kind} with ${parameter} ${String(value)}, but ${origin.criterion} at ${place(origin.location)} asks for ${String(standing.value)}.`,
            remedy: "Let the two criteria agree, or defer one of them.",
          });
          continue;
        }
        superseded.push({ kind, parameter, from: origin, by: demanded.origin });
      }
      standing = { value, demanded };
    }
    return standing?.value;
  };

  const autoscaling = chooseAutoscaling(all, because, stated, faults);
  const workloadBecause = because("workload", "health-check");
  const wantsMonitoring = because("metrics", "dashboards").length > 0;
  const pipelineBecause = because("pipeline", "approval");
  const needsWorkload = workloadBecause.length > 0 || autoscaling !== undefined;
  const needsCluster = needsWorkload || wantsMonitoring || because("cluster").length > 0;
  const needsNetwork = needsCluster || because("network").length > 0;
  // A pipeline has to deliver something somewhere.
  const delivers = pipelineBecause.length > 0;

  const workload: Chosen<WorkloadChoice> | undefined =
    needsWorkload || delivers
      ? { value: chooseWorkload(settings, autoscaling?.value, stated, faults, because("workload")), because: workloadBecause }
      : undefined;
  const cluster: Chosen<ClusterChoice> | undefined =
    needsCluster || delivers ? { value: chooseCluster(settings, stated), because: because("cluster") } : undefined;
  const network: Chosen<NetworkChoice> | undefined =
    needsNetwork || delivers
      ? {
          value: {
            cidr: stated<string>("network", "cidr") ?? settings.network.cidr,
            zones: stated<number>("network", "azCount") ?? settings.network.zones,
            natGateways: cluster ? "per-az" : "none",
          },
          because: because("network", "high-availability"),
        }
      : undefined;
  const monitoring: Chosen<MonitoringChoice> | undefined = wantsMonitoring
    ? {
        value: { tool: "prometheus", grafana: because("dashboards").length > 0 || preference("grafana") === true },
        because: because("metrics", "dashboards"),
      }
    : undefined;
  const pipeline: Chosen<PipelineChoice> | undefined = delivers
    ? {
        value: { ci: "github-actions", branch: stated<string>("pipeline", "branch") ?? settings.branch },
        because: pipelineBecause,
      }
    : undefined;
  const registry = workload ? { value: {}, because: because("registry", "containers") } : undefined;

  if (faults.length > 0) throw new FaultsError(faults);
  return {
    settings,
    increments: layers.map((layer) => layer.increment),
    superseded,
    ...present({ network, cluster, registry, workload, autoscaling, monitoring, pipeline }),
  };
}

type Stated = <T>(kind: Demand["kind"], parameter: string, about?: (demand: Demand) => boolean) => T | undefined;
type Because = (...kinds: readonly Demand["kind"][]) => readonly Origin[];

/** A CPU target as the Kubernetes documentation uses in its walk-through is 50 %; 70 % leaves headroom and wastes less. */
const CPU_TARGET_PERCENT = 70;

function chooseAutoscaling(all: readonly Demanded[], because: Because, stated: Stated, faults: Fault[]): Chosen<AutoscalingChoice> | undefined {
  const ofPods = (demand: Demand) => !ofNodes(demand);
  const origins = because("autoscaling").filter((origin) => all.some((demanded) => demanded.origin === origin && demanded.demand.kind === "autoscaling" && ofPods(demanded.demand)));
  if (origins.length === 0) return undefined;
  const statedMin = stated<number>("autoscaling", "min", ofPods);
  const statedMax = stated<number>("autoscaling", "max", ofPods);
  // Two replicas survive the loss of a node; ten is what the phase's node group carries.
  const minReplicas = statedMin ?? Math.min(2, statedMax ?? 2);
  const maxReplicas = statedMax ?? Math.max(10, minReplicas);
  if (minReplicas > maxReplicas) {
    const last = all.filter(({ demand }) => demand.kind === "autoscaling").at(-1);
    faults.push({
      ...(last ? { location: last.origin.location } : {}),
      message: `autoscaling is asked to keep at least ${minReplicas} and at most ${maxReplicas}.`,
      remedy: "State both bounds, the smaller first: `Configure auto-scaling (2-10 pods)`.",
    });
  }
  const memoryTargetPercent = stated<number>("autoscaling", "memoryTargetPercent");
  return {
    value: {
      minReplicas,
      maxReplicas,
      cpuTargetPercent: stated<number>("autoscaling", "cpuTargetPercent") ?? CPU_TARGET_PERCENT,
      ...(memoryTargetPercent === undefined ? {} : { memoryTargetPercent }),
    },
    because: origins,
  };
}

function chooseWorkload(
  settings: Settings,
  autoscaling: AutoscalingChoice | undefined,
  stated: Stated,
  faults: Fault[],
  origins: readonly Origin[],
): WorkloadChoice {
  const { service } = settings;
  const demanded = stated<number>("workload", "replicas");
  const least = autoscaling?.minReplicas ?? 1;
  const most = autoscaling?.maxReplicas ?? Number.MAX_SAFE_INTEGER;
  if (demanded !== undefined && (demanded < least || demanded > most)) {
    const origin = origins.at(-1);
    faults.push({
      ...(origin ? { location: origin.location } : {}),
      message: `${demanded} replicas are asked for, but autoscaling keeps between ${least} and ${most}.`,
      remedy: "Choose a number of replicas within the bounds of autoscaling, or leave it out.",
    });
  }
  return {
    replicas: demanded ?? Math.min(Math.max(service.replicas, least), most),
    port: stated<number>("workload", "port") ?? service.port,
    healthPath: stated<string>("health-check", "path") ?? service.healthPath,
    cpuRequest: stated<string>("workload", "cpuRequest") ?? service.cpuRequest,
    cpuLimit: stated<string>("workload", "cpuLimit") ?? service.cpuLimit,
    memoryRequest: stated<string>("workload", "memoryRequest") ?? service.memoryRequest,
    memoryLimit: stated<string>("workload", "memoryLimit") ?? service.memoryLimit,
  };
}

function chooseCluster(settings: Settings, stated: Stated): ClusterChoice {
  const { nodes } = settings;
  const min = stated<number>("autoscaling", "min", ofNodes) ?? stated<number>("cluster", "min") ?? nodes.min;
  const max = Math.max(stated<number>("autoscaling", "max", ofNodes) ?? stated<number>("cluster", "max") ?? nodes.max, min);
  const desired = stated<number>("cluster", "desired") ?? stated<number>("cluster", "nodes") ?? nodes.desired;
  return {
    name: settings.cluster.name,
    version: stated<string>("cluster", "version") ?? settings.cluster.version,
    nodes: {
      min,
      desired: Math.min(Math.max(desired, min), max),
      max,
      instanceType: stated<string>("cluster", "instanceType") ?? nodes.instanceType,
    },
  };
}

function ofNodes({ kind, parameters }: Demand): boolean {
  return kind === "autoscaling" && "of" in parameters && /node|worker|server/.test(String(parameters.of));
}

function unique(origins: readonly Origin[]): readonly Origin[] {
  return [...new Set(origins)];
}

function present<T extends object>(record: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };
}
