import type { Demand } from "../demand/demand";
import { choice, present, unique, type About, type Asked } from "./asked";
import type { AutoscalingChoice, Chosen, ClusterChoice, FleetChoice, ServerChoice, WorkloadChoice } from "./blueprint";
import { loadOn, MADE_FOR } from "./capacity";
import type { Demanded } from "./layer";

/** What is asked of whatever runs the application, rather than of the network, the data or the account. */
export const RUN_BY_PLATFORM: readonly Demand["kind"][] = [
  "autoscaling", "availability-target", "capacity-target", "cluster", "compute", "containers", "dashboards", "gitops", "health-check", "load-balancer", "metrics", "pipeline", "workload",
];

/** What runs the application: an older way stays beside a newer one. */
export function chooseCompute(asked: Asked): {
  readonly server?: Chosen<ServerChoice>;
  readonly fleet?: Chosen<FleetChoice>;
  readonly cluster?: Chosen<ClusterChoice>;
  readonly workload?: Chosen<WorkloadChoice>;
  readonly autoscaling?: Chosen<AutoscalingChoice>;
} {
  const asks = (platform: "server" | "fleet" | "cluster") => asked.on(platform, ...RUN_BY_PLATFORM).length > 0;
  const autoscaling = chooseAutoscaling(asked);
  return present({
    server: choice(asks("server"), asked.on("server", "compute", "workload"), () =>
      present({ instanceType: asked.stated<string>("compute", "instanceType"), rootVolumeGb: asked.stated<number>("compute", "storageGb") }),
    ),
    fleet: choice(asks("fleet"), asked.on("fleet", "compute", "load-balancer", "autoscaling", "containers"), () => chooseFleet(asked)),
    cluster: choice(asks("cluster"), asked.because("cluster"), () => chooseCluster(asked)),
    workload: choice(
      asked.on("cluster", "workload", "health-check", "containers", "registry", "gitops", "load-balancer", "pipeline", "approval").length > 0 || autoscaling !== undefined,
      asked.on("cluster", "workload", "health-check", "gitops"),
      () => chooseWorkload(asked, autoscaling?.value),
    ),
    autoscaling,
  });
}

/** Two survive the loss of a node; ten is what a phase's nodes carry. */
const BOUNDS = { min: 2, max: 10 } as const;

function bounds(asked: Asked, asking: readonly Demanded[], about: About): { readonly min: number; readonly max: number } {
  const statedMin = asked.stated<number>("autoscaling", "min", about);
  const statedMax = asked.stated<number>("autoscaling", "max", about);
  const min = statedMin ?? Math.min(BOUNDS.min, statedMax ?? BOUNDS.min);
  const max = statedMax ?? Math.max(BOUNDS.max, min);
  if (min > max) {
    const last = asking.at(-1);
    asked.fault(last?.origin, {
      message: `autoscaling is asked to keep at least ${min} and at most ${max}.`,
      remedy: "State both bounds, the smaller first: `Configure auto-scaling (2-10 pods)`.",
    });
  }
  return { min, max };
}

/** A new instance takes minutes: the others must carry the load so long. */
const FLEET_CPU_TARGET_PERCENT = 60;

function chooseFleet(asked: Asked): FleetChoice {
  const ofInstances = ({ kind, parameters }: Demand) => kind === "autoscaling" && !/pod|replica|node/.test(String((parameters as { of?: string }).of));
  const asking = asked.all.filter(({ demand }) => ofInstances(demand));
  const instances = asked.stated<number>("compute", "instances", ({ parameters }) => Number((parameters as { instances?: number }).instances) > 1);
  const instanceType = asked.stated<string>("compute", "instanceType");
  const type = instanceType === undefined ? {} : { instanceType };
  // Three, one a zone: the loss of a zone leaves two.
  if (asking.length === 0) return { min: Math.min(2, instances ?? 2), desired: instances ?? 3, max: Math.max((instances ?? 3) * 2, 2), ...(loadOn(asked, "fleet") > MADE_FOR.server ? { cpuTargetPercent: FLEET_CPU_TARGET_PERCENT } : {}), ...type };
  const { min, max } = bounds(asked, asking, ofInstances);
  return { min, max, desired: Math.min(Math.max(instances ?? 3, min), max), cpuTargetPercent: asked.stated<number>("autoscaling", "cpuTargetPercent", ofInstances) ?? FLEET_CPU_TARGET_PERCENT, ...type };
}

/** A CPU target as the Kubernetes documentation uses in its walk-through is 50 %; 70 % leaves headroom and wastes less. */
const CPU_TARGET_PERCENT = 70;

function chooseAutoscaling(asked: Asked): Chosen<AutoscalingChoice> | undefined {
  const stated = asked.demandsOn("cluster").filter(({ demand }) => demand.kind === "autoscaling" && !ofNodes(demand));
  // What one server could not carry needs pods that follow the load, whether or not a criterion says so.
  const asking = stated.length === 0 && loadOn(asked, "cluster") > MADE_FOR.server ? asked.demandsOn("cluster").filter(({ demand }) => demand.kind === "capacity-target") : stated;
  const origins = unique(asking.map(({ origin }) => origin));
  if (origins.length === 0) return undefined;
  const about = (demand: Demand) => asking.some((demanded) => demanded.demand === demand);
  const { min: minReplicas, max: maxReplicas } = bounds(asked, asking, about);
  const memoryTargetPercent = asked.stated<number>("autoscaling", "memoryTargetPercent", about);
  return {
    value: {
      minReplicas,
      maxReplicas,
      cpuTargetPercent: asked.stated<number>("autoscaling", "cpuTargetPercent", about) ?? CPU_TARGET_PERCENT,
      ...(memoryTargetPercent === undefined ? {} : { memoryTargetPercent }),
    },
    because: origins,
  };
}

function chooseWorkload(asked: Asked, autoscaling: AutoscalingChoice | undefined): WorkloadChoice {
  const { service } = asked.settings;
  const demanded = asked.stated<number>("workload", "replicas");
  const least = autoscaling?.minReplicas ?? 1;
  const most = autoscaling?.maxReplicas ?? Number.MAX_SAFE_INTEGER;
  // "At least two" is kept by any autoscaler that keeps more.
  const atLeast = asked.of(({ parameters, words }) => "replicas" in parameters && words.some((word) => /\b(?:at least|min(?:imum)?)\b/i.test(word)), "workload").length > 0;
  if (demanded !== undefined && ((demanded < least && !atLeast) || demanded > most)) {
    asked.fault(asked.because("workload").at(-1), {
      message: `${demanded} replicas are asked for, but autoscaling keeps between ${least} and ${most}.`,
      remedy: "Choose a number of replicas within the bounds of autoscaling, or leave it out.",
    });
  }
  return {
    replicas: Math.max(demanded ?? Math.min(service.replicas, most), least),
    port: asked.stated<number>("workload", "port") ?? service.port,
    healthPath: asked.stated<string>("health-check", "path") ?? service.healthPath,
    cpuRequest: asked.stated<string>("workload", "cpuRequest") ?? service.cpuRequest,
    cpuLimit: asked.stated<string>("workload", "cpuLimit") ?? service.cpuLimit,
    memoryRequest: asked.stated<string>("workload", "memoryRequest") ?? service.memoryRequest,
    memoryLimit: asked.stated<string>("workload", "memoryLimit") ?? service.memoryLimit,
  };
}

function chooseCluster(asked: Asked): ClusterChoice {
  const { settings } = asked;
  const { nodes } = settings;
  const min = asked.stated<number>("autoscaling", "min", ofNodes) ?? asked.stated<number>("cluster", "min") ?? nodes.min;
  const max = Math.max(asked.stated<number>("autoscaling", "max", ofNodes) ?? asked.stated<number>("cluster", "max") ?? nodes.max, min);
  const desired = asked.stated<number>("cluster", "desired") ?? asked.stated<number>("cluster", "nodes") ?? nodes.desired;
  return {
    name: settings.cluster.name,
    version: asked.stated<string>("cluster", "engineVersion") ?? settings.cluster.version,
    nodes: {
      min,
      desired: Math.min(Math.max(desired, min), max),
      max,
      instanceType: asked.stated<string>("cluster", "instanceType") ?? nodes.instanceType,
    },
  };
}

/** Whether it is about the number of nodes, rather than of pods. */
export function ofNodes({ kind, parameters }: Demand): boolean {
  return kind === "autoscaling" && "of" in parameters && /node|worker|server/.test(String(parameters.of));
}

