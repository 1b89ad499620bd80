import type { Demand, Origin } from "../demand/demand";
import { phaseIn } from "../demand/phase";
import { greatest } from "../demand/quantities";
import type { OneOrMany } from "../demand/vocabulary";
import { place } from "../increment/fault";
import { choice, unique, type Asked } from "./asked";
import type { Chosen, MonitoringChoice, MonitoringTool, Platform } from "./blueprint";
import type { Demanded, Layer } from "./layer";

/** What Datadog, where it stands, does all of. */
const OBSERVED: readonly Demand["kind"][] = ["metrics", "dashboards", "logs", "tracing", "alerts"];

/** What there is a tool for, by platform; the first is what stands where nobody says anything. */
const ON: Readonly<Record<Platform, readonly MonitoringTool[]>> = {
  server: ["cloudwatch"],
  fleet: ["prometheus", "cloudwatch"],
  cluster: ["prometheus", "datadog"],
};

/** Which tool each phase has, where the increment that names the phase names no tool. */
const OF_PHASE = { mvp: "cloudwatch", growth: "prometheus", scale: "datadog" } as const;

/** Where the pods' logs and traces go, unless to Datadog. */
export interface ClusterTelemetry {
  /** The pods' logs to CloudWatch. */
  readonly podLogs?: Chosen<Record<string, never>>;
  /** The pods' traces to X-Ray, by a collector on the cluster. */
  readonly traces?: Chosen<Record<string, never>>;
}

/**
 * Who measures what runs: what a criterion names, else what the increment's stack section names, else what the phase that it names has, else
 * what stands on the platform from the increments before.
 *
 * A tool that stands is not taken away by another one: it holds what it measured, until its removal is asked for in words.
 */
export function chooseMonitoring(
  asked: Asked,
  { cluster, ...latency }: { readonly cluster: boolean; readonly latencyMilliseconds?: number },
): { readonly monitoring?: Chosen<MonitoringChoice> } & ClusterTelemetry {
  const tools: Record<Platform, MonitoringTool[]> = { server: [], fleet: [], cluster: [] };
  const podLogs: Origin[] = [];
  const datadogLogs: Origin[] = [];
  const traces: Origin[] = [];
  const demandsOn = { server: new Set(asked.demandsOn("server")), fleet: new Set(asked.demandsOn("fleet")), cluster: new Set(asked.demandsOn("cluster")) };
  let grafana = asked.preference("grafana") === true;
  for (const layer of asked.layers) {
    const observed = layer.demands.filter(({ demand }) => OBSERVED.includes(demand.kind) || demand.kind === "availability-target");
    faultTwoTools(asked, observed);
    for (const platform of ["server", "fleet", "cluster"] as const) {
      const here = observed.filter((demanded) => demandsOn[platform].has(demanded));
      const stood = tools[platform];
      const usual = toolOf(asked, layer, here, platform, stood);
      for (const { demand, origin } of here) {
        const { tool: said } = demand.parameters as { readonly tool?: string };
        // A host's dashboards are Grafana's, unless CloudWatch's are asked for.
        const open = demand.kind === "dashboards" && usual === "cloudwatch" && platform === "fleet" ? "prometheus" : usual;
        // What names another tool than these is nobody's here.
        const tool = toolNamed(demand, origin) ?? (said === undefined ? open : undefined);
        if (tool !== undefined && (measuring(demand, platform) || (tool === "datadog" && platform === "cluster")) && ON[platform].includes(tool) && !stood.includes(tool)) stood.push(tool);
        if (demand.kind === "dashboards" && tool !== "datadog") grafana = true;
        if (platform !== "cluster") continue;
        // How long Datadog keeps logs is not ours to say: those that are to be kept for a time go to CloudWatch.
        const timed = demand.kind === "logs" && demand.parameters.retentionDays !== undefined && toolNamed(demand, origin) !== "datadog";
        if (demand.kind === "logs" && tool !== undefined) (tool === "datadog" && !timed ? datadogLogs : podLogs).push(origin);
        if (demand.kind === "tracing" && (said === "x-ray" || said === "opentelemetry" || (tool !== undefined && tool !== "datadog"))) traces.push(origin);
      }
    }
  }
  const nothing = () => ({});
  const objectivePercent = greatest(asked.stated<OneOrMany<number>>("availability-target", "uptimePercent"));
  if (tools.cluster.includes("datadog") && objectivePercent !== undefined && (objectivePercent <= 90 || objectivePercent >= 100)) {
    asked.fault(asked.because("availability-target").at(-1), {
      message: `an availability of ${objectivePercent} % is asked for, and an objective in Datadog is more than 90 % and less than 100 %.`,
      remedy: "State one such as 99.95 %.",
    });
  }
  const monitored = Object.values(tools).some((standing) => standing.length > 0);
  const because = unique([...asked.because("metrics", "dashboards"), ...asked.on("cluster", "availability-target"), ...asked.all.filter(({ demand, origin }) => OBSERVED.includes(demand.kind) && toolNamed(demand, origin) === "datadog").map(({ origin }) => origin)]);
  const chosen = {
    monitoring: choice(monitored, because, () => ({
      tools,
      grafana: grafana || tools.fleet.includes("prometheus"),
      // Logs that somebody wants in CloudWatch, and nobody in Datadog, are not paid for twice.
      datadogLogs: podLogs.length === 0 || datadogLogs.length > 0,
      ...latency,
      ...(objectivePercent === undefined ? {} : { objectivePercent }),
    })),
    podLogs: choice(cluster && podLogs.length > 0, unique(podLogs), nothing),
    traces: choice(cluster && traces.length > 0, unique(traces), nothing),
  };
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
}

/** The tool of what names none, in one increment on one platform. */
function toolOf(asked: Asked, layer: Layer, here: readonly Demanded[], platform: Platform, stood: readonly MonitoringTool[]): MonitoringTool {
  const named = new Set(here.map(({ demand, origin }) => toolNamed(demand, origin)).filter((tool) => tool !== undefined && ON[platform].includes(tool)));
  const [only] = named;
  if (named.size === 1) return only!;
  const { metrics, grafana } = layer.preferences;
  const preferred = metrics ?? (grafana ? "prometheus" : undefined);
  if (preferred !== undefined && faultForeign(asked, here, platform, preferred)) return preferred;
  const ofPhase = layer.demands.map(({ origin }) => phaseIn(origin.text)?.phase).find((phase) => phase !== undefined);
  const choices = [preferred, ofPhase && OF_PHASE[ofPhase], stood.at(-1)];
  return choices.find((tool) => tool !== undefined && ON[platform].includes(tool)) ?? ON[platform][0]!;
}

/** A stack section that names what there is not on the platform; CloudWatch has a cluster's logs, and no more of it. */
function faultForeign(asked: Asked, here: readonly Demanded[], platform: Platform, preferred: MonitoringTool): boolean {
  const foreign = (preferred === "datadog" && platform !== "cluster") || (preferred === "cloudwatch" && platform === "cluster");
  const open = here.find(({ demand, origin }) => toolNamed(demand, origin) === undefined && (preferred === "datadog" || measuring(demand, platform)));
  if (foreign && open) {
    const [name, where] = preferred === "datadog" ? ["Datadog", "on a Kubernetes cluster only"] : ["CloudWatch", "for logs of a Kubernetes cluster, not for its metrics"];
    asked.fault(open.origin, {
      message: `the infrastructure stack of ${open.origin.increment} names ${name} for monitoring, which phaseline has ${where}.`,
      remedy: preferred === "datadog" ? 'Write "Prometheus + Grafana" or "CloudWatch" there, or run the application on Kubernetes.' : 'Write "Prometheus + Grafana" or "Datadog" there.',
    });
  }
  return foreign;
}

/**
 * What needs something that measures. On a cluster an availability does, and an alert on errors or slow answers: the load balancer there is its controller's, and no alarm
 * of Terraform's can name it.
 */
function measuring({ kind, parameters }: Demand, platform: Platform): boolean {
  if (kind === "metrics" || kind === "dashboards") return true;
  const { errorRatePercent, latencyMs } = parameters as { readonly errorRatePercent?: unknown; readonly latencyMs?: unknown };
  return platform === "cluster" && (kind === "availability-target" || (kind === "alerts" && (errorRatePercent !== undefined || latencyMs !== undefined)));
}

/** The tool that a criterion names: for this demand, or, where it says nothing of one, Datadog for all that it asks. */
function toolNamed({ parameters }: Demand, { text }: Origin): MonitoringTool | undefined {
  const { tool } = parameters as { readonly tool?: string };
  if (tool === "prometheus" || tool === "grafana") return "prometheus";
  if (tool === "datadog") return "datadog";
  if (tool === "cloudwatch") return "cloudwatch";
  if (tool !== undefined) return undefined;
  return /(?<!\b(?:no|not|without|from|replac\w+|instead of|rather than) )\bdatadog\b/i.test(text) ? "datadog" : undefined;
}

/** Prometheus and Datadog for one and the same, in one increment: what is asked of each must be plain. */
function faultTwoTools(asked: Asked, observed: readonly Demanded[]): void {
  for (const kind of ["metrics", "dashboards"] as const) {
    const naming = observed.filter(({ demand }) => demand.kind === kind).map((demanded) => ({ ...demanded, tool: toolNamed(demanded.demand, demanded.origin) }));
    const one = naming.find(({ tool }) => tool === "prometheus" || tool === "datadog");
    const other = naming.find(({ tool }) => tool !== undefined && tool !== "cloudwatch" && one !== undefined && tool !== one.tool);
    if (!one || !other) continue;
    asked.fault(other.origin, {
      message: `${other.origin.criterion} asks for ${kind} by ${other.tool}, but ${one.origin.criterion} at ${place(one.origin.location)} asks for ${kind} by ${one.tool}.`,
      remedy: "Let the two criteria agree, or defer one of them.",
    });
  }
}

/** Whether that tool watches what runs on that platform. */
export function watches(monitoring: Chosen<MonitoringChoice> | undefined, platform: Platform, tool: MonitoringTool): boolean {
  return monitoring?.value.tools[platform].includes(tool) ?? false;
}
