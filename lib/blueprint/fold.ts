import type { Demand, Origin } from "../demand/demand";
import type { StackPreferences } from "../demand/stack";
import { FaultsError, place, type Fault } from "../increment/fault";
import type {
  AuroraChoice,
  AutoscalingChoice,
  Blueprint,
  Chosen,
  ClusterChoice,
  DatabaseChoice,
  FleetChoice,
  MonitoringChoice,
  NetworkChoice,
  PipelineChoice,
  Platform,
  Supersession,
  WorkloadChoice,
} from "./blueprint";
import { RETENTION_DAYS } from "./retention";
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

  const platforms = platformsOf(layers);
  /** The criteria that ask for one of these on that platform. */
  const on = (platform: Platform, ...kinds: readonly Demand["kind"][]): readonly Origin[] =>
    unique(all.filter((demanded) => kinds.includes(demanded.demand.kind) && platforms.get(demanded) === platform).map(({ origin }) => origin));

  const autoscaling = chooseAutoscaling(all.filter((demanded) => platforms.get(demanded) === "cluster"), stated, faults);
  const onServer = on("server", ...RUN_BY_PLATFORM);
  const onFleet = on("fleet", ...RUN_BY_PLATFORM);
  const onCluster = on("cluster", ...RUN_BY_PLATFORM);
  const delivers = on("cluster", "pipeline", "approval");

  const server = choice(onServer.length > 0, on("server", "compute", "workload"), () => ({
    ...present({ instanceType: stated<string>("compute", "instanceType"), rootVolumeGb: stated<number>("compute", "storageGb") }),
  }));
  const fleet = choice(onFleet.length > 0, on("fleet", "compute", "load-balancer", "autoscaling", "containers"), () => chooseFleet(all, stated, faults));
  const cluster = choice(onCluster.length > 0, because("cluster"), () => chooseCluster(settings, stated));
  const workload = choice(
    on("cluster", "workload", "health-check", "containers", "registry", "gitops", "load-balancer").length > 0 || autoscaling !== undefined || delivers.length > 0,
    on("cluster", "workload", "health-check", "gitops"),
    () => chooseWorkload(settings, autoscaling?.value, stated, faults, because("workload")),
  );
  const available = because("high-availability").length > 0;
  const databases = databasesOf(layers);
  const ofRds = (demand: Demand) => databases.get(demand) === "rds";
  const ofAurora = (demand: Demand) => databases.get(demand) === "aurora";
  const asking = (about: (demand: Demand) => boolean, ...kinds: readonly Demand["kind"][]): readonly Origin[] =>
    unique(all.filter(({ demand }) => about(demand) && kinds.includes(demand.kind)).map(({ origin }) => origin));
  const backedUp = stated<number>("backups", "retentionDays", ofRds) ?? 7;
  const database = choice(asking(ofRds, ...OF_DATABASES).length > 0, asking(ofRds, ...OF_DATABASES), (): DatabaseChoice => ({
    ...present({
      engineVersion: stated<string>("database", "engineVersion", ofRds),
      instanceClass: stated<string>("database", "instanceType", ofRds),
      storageGb: stated<number>("database", "storageGb", ofRds),
    }),
    backupRetentionDays: backedUp,
    // One server is lost with its zone anyway; what several servers share must not be.
    multiAz: available || fleet !== undefined || cluster !== undefined,
    readReplica: asking(ofRds, "read-replica").length > 0,
  }));
  const aurora = choice(asking(ofAurora, ...OF_DATABASES).length > 0, asking(ofAurora, ...OF_DATABASES), (): AuroraChoice => ({
    ...present({
      engineVersion: stated<string>("database", "engineVersion", ofAurora),
      instanceClass: stated<string>("database", "instanceType", ofAurora),
      readReplicas: stated<number>("read-replica", "readReplicas", ofAurora),
    }),
    backupRetentionDays: stated<number>("backups", "retentionDays", ofAurora) ?? backedUp,
  }));
  const cidr = stated<string | readonly string[]>("network", "cidr");
  const network = choice(
    server !== undefined || fleet !== undefined || cluster !== undefined || database !== undefined || aurora !== undefined || because("network").length > 0,
    because("network"),
    (): NetworkChoice => ({
      cidr: (typeof cidr === "string" ? cidr : cidr?.[0]) ?? settings.network.cidr,
      zones: stated<number>("network", "azCount") ?? stated<number>("high-availability", "azCount") ?? settings.network.zones,
      natGateways: cluster ? "per-az" : fleet ? "one" : "none",
    }),
  );
  const measured = because("metrics", "dashboards");
  const measuredOn = (["cluster", "fleet", "server"] as const).find((platform) => on(platform, "metrics", "dashboards").length > 0);
  const objective = present({ objectivePercent: stated<number>("availability-target", "uptimePercent") });
  const monitoring = choice(measuredOn !== undefined, measured, (): MonitoringChoice => ({
    on: measuredOn ?? "cluster",
    grafana: measuredOn === "fleet" || because("dashboards").length > 0 || preference("grafana") === true,
    ...objective,
  }));
  const alarms = choice(
    [...on("server", "alerts", "logs", "metrics", "dashboards"), ...on("fleet", "alerts", "availability-target", "capacity-target", "metrics", "dashboards")].length > 0 ||
      ((database ?? aurora) !== undefined && because("alerts").length > 0),
    because("alerts", "availability-target"),
    () => ({ ...objective, ...thresholds(all) }),
  );
  const pipelineOn = delivers.length > 0 ? "cluster" : on("fleet", "pipeline", "approval").length > 0 ? "fleet" : undefined;
  const pipeline = choice(pipelineOn !== undefined, because("pipeline", "approval"), (): PipelineChoice => ({
    on: pipelineOn ?? "cluster",
    through: pipelineOn === "cluster" && (because("gitops").length > 0 || preference("gitops") === "argocd") ? "gitops" : "pipeline",
    ci: "github-actions",
    branch: stated<string>("pipeline", "branch") ?? settings.branch,
  }));
  const kept = stated<number>("logs", "retentionDays", ({ parameters }) => (parameters as { tool?: string }).tool !== "flow-logs");
  const logs = choice(kept !== undefined, because("logs"), () => ({ retentionDays: retentionOf(kept!, because("logs"), faults) }));
  const nothing = () => ({});
  const gitops = choice(cluster !== undefined && (because("gitops").length > 0 || preference("gitops") === "argocd"), because("gitops"), nothing);
  const ingress = choice(on("cluster", "load-balancer", "tls", "dns").length > 0, on("cluster", "load-balancer", "tls", "dns"), nothing);
  const scalesNodes = all.filter(({ demand }) => ofNodes(demand)).map(({ origin }) => origin);
  const nodeScaling = choice(cluster !== undefined && scalesNodes.length > 0, unique(scalesNodes), nothing);
  const clusterSecrets = choice(cluster !== undefined && ((database ?? aurora) !== undefined || on("cluster", "secrets").length > 0), because("secrets", "database"), nothing);
  const registry = choice(workload !== undefined || fleet !== undefined || because("registry").length > 0, because("registry", "containers"), () => ({}));

  if (faults.length > 0) throw new FaultsError(faults);
  return {
    settings,
    increments: layers.map((layer) => layer.increment),
    superseded,
    ...present({ network, server, fleet, cluster, registry, workload, autoscaling, database, aurora, monitoring, alarms, logs, pipeline, gitops, ingress, nodeScaling, clusterSecrets }),
  };
}

/** What is asked of whatever runs the application, rather than of the network, the data or the account. */
const RUN_BY_PLATFORM: readonly Demand["kind"][] = [
  "autoscaling", "availability-target", "capacity-target", "cluster", "compute", "containers", "dashboards", "gitops", "health-check", "load-balancer", "metrics", "pipeline", "workload",
];

/**
 * Which platform each demand is about: the one that its increment speaks of, or else the one that stands from the increments before,
 * or, where none was ever named, a cluster. Of two in one increment the later phase's stands.
 */
function platformsOf(layers: readonly Layer[]): ReadonlyMap<Demanded, Platform> {
  const platforms = new Map<Demanded, Platform>();
  let standing: Platform = "cluster";
  for (const layer of layers) {
    standing = platformNamed(layer) ?? standing;
    for (const demanded of layer.demands) platforms.set(demanded, standing);
  }
  return platforms;
}

function platformNamed({ demands, preferences }: Layer): Platform | undefined {
  const says = (kind: Demand["kind"], about: (parameters: Readonly<Record<string, unknown>>) => boolean) =>
    demands.some(({ demand }) => demand.kind === kind && about(demand.parameters as Readonly<Record<string, unknown>>));
  const counted = (pattern: RegExp) => says("autoscaling", ({ of }) => pattern.test(String(of)));
  if (
    preferences.platform === "kubernetes" ||
    says("cluster", ({ platform }) => platform !== "ecs") ||
    says("workload", ({ platform }) => platform === "kubernetes") ||
    says("load-balancer", ({ type }) => type === "ingress") ||
    says("gitops", () => true) ||
    counted(/pod|replica|node|worker/)
  ) {
    return "cluster";
  }
  if (says("load-balancer", () => true) || says("compute", ({ instances }) => Number(instances) > 1) || says("containers", ({ tool }) => tool === "compose") || counted(/instance|server|machine/)) return "fleet";
  if (says("compute", () => true) || preferences.platform === "instances") return "server";
  return undefined;
}

/** CloudWatch keeps logs for some numbers of days and no others. */
function retentionOf(days: number, because: readonly Origin[], faults: Fault[]): number {
  const nearest = RETENTION_DAYS.find((each) => each >= days);
  if (nearest !== days) {
    const origin = because.at(-1);
    faults.push({
      ...(origin ? { location: origin.location } : {}),
      message: `logs are to be kept for ${days} days, which CloudWatch cannot; it knows ${RETENTION_DAYS.slice(0, 12).join(", ")} days and some longer times.`,
      remedy: nearest === undefined ? `Write ${RETENTION_DAYS.at(-1)} days at the most.` : `Write ${nearest} days.`,
    });
  }
  return days;
}

/** What each threshold is of: the criterion's own word next to it, or else the CPU, of which people speak most. */
function thresholds(all: readonly Demanded[]): { cpuPercent?: number; memoryPercent?: number; diskPercent?: number } {
  const found: { cpuPercent?: number; memoryPercent?: number; diskPercent?: number } = {};
  for (const { demand, origin } of all) {
    if (demand.kind !== "alerts") continue;
    for (const percent of [demand.parameters.thresholdPercent ?? []].flat()) {
      const before = origin.text.slice(0, origin.text.search(new RegExp(`\\b${percent}(?!\\d)`)));
      const word = [...before.matchAll(/\b(cpu|memory|ram|disk|storage)\b/gi)].at(-1)?.[1]?.toLowerCase() ?? "cpu";
      if (word === "cpu") found.cpuPercent = percent;
      else if (/memory|ram/.test(word)) found.memoryPercent = percent;
      // "falls below 10 %" is said of what is free.
      else found.diskPercent = /\b(free|below|less|under|remaining)\b/i.test(before) ? 100 - percent : percent;
    }
  }
  return found;
}

/** What is asked of a database, whichever it is. */
const OF_DATABASES: readonly Demand["kind"][] = ["database", "read-replica", "backups"];

/**
 * Which database each demand is about: the one that it names itself, or else the one that its increment speaks of, or else the one that
 * stands from the increments before. So Aurora takes no RDS instance's place: the demands for that one go on.
 */
function databasesOf(layers: readonly Layer[]): ReadonlyMap<Demand, "rds" | "aurora"> {
  const databases = new Map<Demand, "rds" | "aurora">();
  let standing: "rds" | "aurora" = "rds";
  for (const { demands, preferences } of layers) {
    const asked = demands.map(({ demand }) => demand).filter(({ kind }) => OF_DATABASES.includes(kind));
    const named = asked.map(databaseNamed);
    if (named.includes("aurora") || preferences.database === "aurora") standing = "aurora";
    else if (named.includes("rds")) standing = "rds";
    asked.forEach((demand, index) => databases.set(demand, named[index] ?? standing));
  }
  return databases;
}

/** "PostgreSQL" alone may be either. */
function databaseNamed({ kind, parameters, words }: Demand): "rds" | "aurora" | undefined {
  if (kind !== "database") return undefined;
  if (/aurora/.test(String((parameters as { engine?: unknown }).engine))) return "aurora";
  return words.some((word) => /\brds\b/i.test(word)) ? "rds" : undefined;
}

function choice<T>(wanted: boolean, because: readonly Origin[], choose: () => T): Chosen<T> | undefined {
  return wanted ? { value: choose(), because } : undefined;
}

type Stated = <T>(kind: Demand["kind"], parameter: string, about?: (demand: Demand) => boolean) => T | undefined;

/** Two survive the loss of a node; ten is what a phase's nodes carry. */
const BOUNDS = { min: 2, max: 10 } as const;

function bounds(asking: readonly Demanded[], stated: Stated, about: (demand: Demand) => boolean, faults: Fault[]): { readonly min: number; readonly max: number } {
  const statedMin = stated<number>("autoscaling", "min", about);
  const statedMax = stated<number>("autoscaling", "max", about);
  const min = statedMin ?? Math.min(BOUNDS.min, statedMax ?? BOUNDS.min);
  const max = statedMax ?? Math.max(BOUNDS.max, min);
  if (min > max) {
    const last = asking.at(-1);
    faults.push({
      ...(last ? { location: last.origin.location } : {}),
      message: `autoscaling is asked to keep at least ${min} and at most ${max}.`,
      remedy: "State both bounds, the smaller first: `Configure auto-scaling (2-10 pods)`.",
    });
  }
  return { min, max };
}

function chooseFleet(all: readonly Demanded[], stated: Stated, faults: Fault[]): FleetChoice {
  const ofInstances = ({ kind, parameters }: Demand) => kind === "autoscaling" && !/pod|replica|node/.test(String((parameters as { of?: string }).of));
  const asking = all.filter(({ demand }) => ofInstances(demand));
  const instances = stated<number>("compute", "instances", ({ parameters }) => Number((parameters as { instances?: number }).instances) > 1);
  const instanceType = stated<string>("compute", "instanceType");
  const type = instanceType === undefined ? {} : { instanceType };
  // Three, one a zone: the loss of a zone leaves two.
  if (asking.length === 0) return { min: Math.min(2, instances ?? 2), desired: instances ?? 3, max: Math.max((instances ?? 3) * 2, 2), ...type };
  const { min, max } = bounds(asking, stated, ofInstances, faults);
  return { min, max, desired: Math.min(Math.max(instances ?? 3, min), max), cpuTargetPercent: stated<number>("autoscaling", "cpuTargetPercent", ofInstances) ?? 60, ...type };
}

/** A CPU target as the Kubernetes documentation uses in its walk-through is 50 %; 70 % leaves headroom and wastes less. */
const CPU_TARGET_PERCENT = 70;

function chooseAutoscaling(all: readonly Demanded[], stated: Stated, faults: Fault[]): Chosen<AutoscalingChoice> | undefined {
  const asking = all.filter(({ demand }) => demand.kind === "autoscaling" && !ofNodes(demand));
  const origins = unique(asking.map(({ origin }) => origin));
  if (origins.length === 0) return undefined;
  const about = (demand: Demand) => asking.some((demanded) => demanded.demand === demand);
  const { min: minReplicas, max: maxReplicas } = bounds(asking, stated, about, faults);
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
