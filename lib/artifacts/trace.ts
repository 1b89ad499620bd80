import type { Blueprint, Supersession } from "../blueprint/blueprint";
import type { Demand, Origin, Reading } from "../demand/demand";
import { Evidence, type Address, type Proof, type Synthesized } from "../demand/synthesized";
import { namesOf, plainName } from "../demand/environments";
import { prove, regionsOf } from "../demand/prove";
import type { ReadIncrement } from "../demand/read-increment";
import { FaultsError, place, type Fault, type Location } from "../increment/fault";
import type { CriterionState } from "../increment/increment";

/** What became of a criterion. */
export type Outcome = "proven" | "failed" | "not-provisioned" | "superseded" | "unsupported" | "not-infrastructure" | "deferred";

export interface TracedDemand {
  readonly kind: Demand["kind"];
  readonly parameters: Demand["parameters"];
  readonly words: readonly string[];
  readonly addresses: readonly Address[];
  readonly files: readonly string[];
  readonly verdict: "holds" | "fails" | "not-provisioned" | "superseded";
  readonly proof: { readonly wanted: string; readonly found: string };
  /** The later criterion whose value stands instead. */
  readonly supersededBy?: string;
}

export interface TracedCriterion {
  readonly increment: string;
  readonly id: string;
  readonly priority?: string;
  readonly text: string;
  readonly state: CriterionState;
  readonly location: Location;
  readonly outcome: Outcome;
  readonly message?: string;
  readonly demands: readonly TracedDemand[];
}

/** Criterion → demand → Terraform addresses → proof, of one environment. */
export interface Trace {
  readonly environment: string;
  readonly increments: readonly { readonly id: string; readonly title: string; readonly file: string }[];
  readonly criteria: readonly TracedCriterion[];
}

/** One environment, as it is to be and as it was synthesized. */
export interface TracedEnvironment {
  readonly blueprint: Blueprint;
  readonly synthesized: Synthesized;
}

/** What the proofs look at. */
export function synthesizedOf({ settings, pipeline }: Blueprint, made: Omit<Synthesized, "subject">): Synthesized {
  const { service, cluster, repository, environment } = settings;
  return { ...made, subject: { service: service.name, cluster: cluster.name, repository, environment, branch: pipeline?.value.branch ?? settings.branch } };
}

/**
 * Holds every criterion against what was synthesized: in each of the environments that it is about, where there are several.
 *
 * @param environments in the order in which a version passes through them; the last one names the trace
 */
export function trace(increments: readonly ReadIncrement[], environments: readonly TracedEnvironment[]): Trace {
  const inEach = environments.map(({ blueprint, synthesized }) => ({ blueprint, evidence: new Evidence(synthesized), name: blueprint.settings.environment }));
  return {
    environment: inEach.map(({ name }) => name).join(", "),
    increments: increments.map(({ increment: { id, title, file } }) => ({ id, title, file })),
    criteria: increments.flatMap(({ increment, criteria }) =>
      criteria.map(({ criterion, reading }): TracedCriterion => {
        const { id, text, state, location, priority } = criterion;
        const base = { increment: increment.id, id, ...(priority === undefined ? {} : { priority }), text, state, location };
        if (state === "deferred") return { ...base, outcome: "deferred", message: "deferred by its author", demands: [] };
        if (reading.status !== "understood") {
          return { ...base, outcome: reading.status, ...(reading.message === undefined ? {} : { message: reading.message }), demands: [] };
        }
        const about = environmentsOf(reading, inEach);
        if (reading.demands.length === 0) return { ...base, ...inGeneral(reading, about), demands: [] };
        const demands = reading.demands.map((demand) => together(about.map(({ blueprint, evidence, name }) => ({ name, traced: traceDemand(demand, base, blueprint.superseded, evidence) }))));
        return { ...base, outcome: outcomeOf(demands), demands };
      }),
    ),
  };
}

/** The environments that a criterion is about: those that it names, or all. */
export function environmentsOf<E extends { readonly name: string }>({ demands }: Pick<Reading, "demands">, all: readonly E[]): readonly E[] {
  const named = demands.flatMap((demand) => (demand.kind === "environments" ? namesOf(demand) : []));
  const about = all.filter(({ name }) => named.includes(plainName(name)));
  return about.length > 0 ? about : all;
}

/** A criterion that asks for AWS in general is met by whatever is written, in the region that it names. */
function inGeneral({ message, regions = [] }: Reading, about: readonly { readonly evidence: Evidence }[]): Pick<TracedCriterion, "outcome" | "message"> {
  const configured = [...new Set(about.flatMap(({ evidence }) => regionsOf(evidence)))];
  if (regions.every((region) => configured.includes(region))) return { outcome: "proven", ...(message === undefined ? {} : { message }) };
  return { outcome: "failed", message: `it asks for ${regions.join(" and ")}, and the stacks are in ${configured.join(" and ")}` };
}

const WORST: readonly TracedDemand["verdict"][] = ["fails", "not-provisioned", "superseded", "holds"];

/** One demand over its environments: what holds, holds in all of them. */
function together(parts: readonly { readonly name: string; readonly traced: TracedDemand }[]): TracedDemand {
  const worst = WORST.map((verdict) => parts.find(({ traced }) => traced.verdict === verdict)).find((part) => part !== undefined)!;
  if (parts.length === 1) return worst.traced;
  const { wanted, found } = worst.traced.proof;
  const alike = parts.every(({ traced }) => traced.proof.found === found);
  return {
    ...worst.traced,
    addresses: parts.flatMap(({ traced }) => traced.addresses),
    files: [...new Set(parts.flatMap(({ traced }) => traced.files))],
    proof: { wanted, found: alike ? found : worst.traced.verdict === "holds" ? parts.map(({ name, traced }) => `${name}: ${traced.proof.found}`).join("; ") : `${worst.name}: ${found}` },
  };
}

function traceDemand(
  demand: Demand,
  criterion: { readonly increment: string; readonly id: string },
  superseded: readonly Supersession[],
  evidence: Evidence,
): TracedDemand {
  const later = superseded.find(
    ({ kind, from }) => kind === demand.kind && from.increment === criterion.increment && from.criterion === criterion.id,
  );
  const proof: Proof | undefined = prove(demand, evidence);
  const { kind, parameters, words } = demand;
  return {
    kind,
    parameters,
    words,
    addresses: proof?.addresses ?? [],
    files: proof?.files ?? [],
    verdict: proof?.holds ? "holds" : later ? "superseded" : proof ? "fails" : "not-provisioned",
    proof: proof
      ? { wanted: proof.wanted, found: proof.found }
      : { wanted: kind, found: "nothing: this version understands the capability, but does not provision it" },
    ...(later ? { supersededBy: `${later.by.increment}/${later.by.criterion}` } : {}),
  };
}

/** The worst verdict of its demands. */
function outcomeOf(demands: readonly TracedDemand[]): Outcome {
  const has = (verdict: TracedDemand["verdict"]) => demands.some((demand) => demand.verdict === verdict);
  if (has("fails")) return "failed";
  if (has("not-provisioned")) return "not-provisioned";
  return has("superseded") ? "superseded" : "proven";
}

/** Priorities whose criteria must be met for anything to be written. */
export const BLOCKING: ReadonlySet<string> = new Set(["P0", "P1"]);

/** @throws FaultsError naming every P0 or P1 criterion that is not understood, or whose proof fails */
export function requireProven(traced: Trace): void {
  const faults = traced.criteria.filter(({ priority }) => priority !== undefined && BLOCKING.has(priority)).flatMap(faultsOf);
  if (faults.length > 0) throw new FaultsError(faults);
}

function faultsOf(criterion: TracedCriterion): Fault[] {
  const { id, priority, text, location, outcome } = criterion;
  const what = `${id} (${priority}) "${shorten(text)}"`;
  if (outcome === "unsupported") {
    return [{ location, message: `${what} is not supported: ${criterion.message ?? "it is not understood"}`, remedy: "Reword it, defer it with `[-]`, or give it a priority below P1." }];
  }
  if (outcome !== "failed" && outcome !== "not-provisioned") return [];
  if (criterion.demands.length === 0) return [{ location, message: `${what} is not met: ${criterion.message ?? "nothing is there"}.`, remedy: "Set context.phaseline.region in cdktf.json, or correct the criterion." }];
  return criterion.demands
    .filter(({ verdict }) => verdict === "fails" || verdict === "not-provisioned")
    .map(({ kind, proof }) => ({
      location,
      message: `${what} asks for ${kind}. Wanted: ${proof.wanted}. Found: ${proof.found}.`,
      remedy:
        outcome === "not-provisioned"
          ? "Defer it with `[-]` or give it a priority below P1, and provide it outside phaseline until then."
          : `Correct the stack, or the criterion at ${place(location)}; \`npx phaseline explain\` tells how it is understood.`,
    }));
}

/** Long texts are cut in messages; the trace has them whole. */
export function shorten(text: string, most = 120): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** The increments and criteria behind a choice, for the head of a generated file. */
export function cite(because: readonly Origin[]): readonly string[] {
  return because.map(({ increment, criterion }) => `${increment}/${criterion}`);
}
