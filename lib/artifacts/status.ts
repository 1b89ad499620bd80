import { resolve } from "node:path";
import { FaultsError, place } from "../increment/fault";
import type { Criterion, Increment } from "../increment/increment";
import { SIGNS, tally, WORDS } from "./report";
import { shorten, type Outcome, type Trace, type TracedCriterion } from "./trace";

/** What a criterion's check box says: nothing yet, that it is met, or something else (`[~]`, `[-]`). */
export type BoxState = "open" | "ticked" | "other" | "none";

export interface CriterionStatus {
  readonly traced: TracedCriterion;
  readonly box: BoxState;
  /** The character in it. */
  readonly mark?: string;
  /** Its box is ticked, although what it asks for is not there. */
  readonly tickedWithoutProof: boolean;
}

export interface IncrementStatus {
  readonly increment: Increment;
  readonly criteria: readonly CriterionStatus[];
}

/** What was ticked in a file, and why not more. Ids of criteria. */
export interface Written {
  readonly file: string;
  readonly ticked: readonly string[];
  /** Proven, but there is no box to tick. */
  readonly withoutBox: readonly string[];
  /** Proven, but the author says otherwise than `[ ]`: `[~]` in progress. */
  readonly otherwiseMarked: readonly string[];
}

/** Every criterion's outcome beside what its box says. */
export function statusOf(trace: Trace, increments: readonly Increment[]): readonly IncrementStatus[] {
  const traced = new Map(trace.criteria.map((criterion) => [JSON.stringify([criterion.increment, criterion.id]), criterion]));
  return increments.map((increment) => ({
    increment,
    criteria: increment.criteria.flatMap((criterion) => {
      const found = traced.get(JSON.stringify([increment.id, criterion.id]));
      const box = boxOf(criterion);
      return found ? [{ traced: found, box, ...(criterion.box && { mark: criterion.box.mark }), tickedWithoutProof: box === "ticked" && NOT_THERE.has(found.outcome) }] : [];
    }),
  }));
}

/** What was superseded was there once, and what is no infrastructure is not ours to judge. */
const NOT_THERE: ReadonlySet<Outcome> = new Set(["failed", "not-provisioned", "unsupported"]);

function boxOf({ box }: Criterion): BoxState {
  if (!box) return "none";
  return box.mark === " " ? "open" : /^[xX]$/.test(box.mark) ? "ticked" : "other";
}

/** Whether something was asked for, and all of it is there. */
export function isProven({ outcome, demands }: TracedCriterion): boolean {
  return outcome === "proven" && demands.length > 0;
}

/**
 * The increment that a person means by its id, its number, its folder or its `spec.md`.
 *
 * @throws FaultsError where there is none
 */
export function find(named: string, increments: readonly Increment[]): Increment {
  const number = (id: string): string | undefined => /^0*(\d+[A-Za-z]?)(?:-|$)/.exec(id)?.[1]?.toUpperCase();
  const path = resolve(named);
  const found =
    increments.find(({ id, file }) => id === named || resolve(file) === path || resolve(file, "..") === path) ??
    (/^\d+[A-Za-z]?$/.test(named) ? increments.find(({ id }) => number(id) === number(named)) : undefined);
  if (found) return found;
  const some = increments.slice(0, 8).map(({ id }) => id);
  throw new FaultsError([
    {
      message: `there is no increment "${named}", and no file of that name.`,
      remedy: `Name one of ${some.join(", ")}${increments.length > some.length ? ` and ${increments.length - some.length} more` : ""}.`,
    },
  ]);
}

/** For people. */
export function statusText(statuses: readonly IncrementStatus[], written?: readonly Written[]): string {
  const lines = statuses.flatMap(({ increment: { id, title }, criteria }) => [
    title === id ? id : `${id} · ${shorten(title)}`,
    ...criteria.flatMap(criterionLines),
    "",
  ]);
  lines.push(tally({ criteria: statuses.flatMap(({ criteria }) => criteria.map(({ traced }) => traced)) }));
  for (const { file, ticked, withoutBox, otherwiseMarked } of written ?? []) {
    lines.push(`${file}: ${ticked.length === 0 ? "nothing to tick" : `ticked ${ticked.join(", ")}`}`);
    if (withoutBox.length > 0) lines.push(`  proven, without a check box, left alone: ${withoutBox.join(", ")}`);
    if (otherwiseMarked.length > 0) lines.push(`  proven, but marked otherwise by its author, left alone: ${otherwiseMarked.join(", ")}`);
  }
  return `${lines.join("\n")}\n`;
}

function criterionLines({ traced, mark, tickedWithoutProof }: CriterionStatus): string[] {
  const { id, priority, text, outcome, message, demands, location } = traced;
  const lines = [`  ${SIGNS[outcome]} ${mark === undefined ? "" : `[${mark}] `}${id}${priority === undefined ? "" : ` (${priority})`} ${shorten(text)}`];
  if (outcome !== "proven") lines.push(`      ${place(location)}: ${WORDS[outcome]}${message === undefined || outcome === "deferred" ? "" : `: ${message}`}`);
  for (const { kind, verdict, proof, supersededBy } of demands) {
    if (verdict === "holds") continue;
    lines.push(`      ${kind}: ${supersededBy === undefined ? `${proof.found}; wanted: ${proof.wanted}` : `superseded by ${supersededBy}`}`);
  }
  if (tickedWithoutProof) lines.push("      its box is ticked, but it is not proven; it was left as it is");
  return lines;
}

/** For programs: stable keys, no absolute path. */
export function statusJson(trace: Trace, statuses: readonly IncrementStatus[], written?: readonly Written[]): object {
  const criteria = statuses.flatMap((status) => status.criteria);
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { traced } of criteria) counts[traced.outcome] = (counts[traced.outcome] ?? 0) + 1;
  return {
    environment: trace.environment,
    increments: statuses.map(({ increment: { id, title, file } }) => ({ id, title, file })),
    criteria: criteria.map(({ traced, box, tickedWithoutProof }) => ({ ...traced, location: place(traced.location), box, tickedWithoutProof })),
    tally: counts,
    ...(written === undefined ? {} : { written }),
  };
}
