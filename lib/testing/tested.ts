import { SIGNS, WORDS } from "../artifacts/report";
import { runNames, saying, testFile } from "../artifacts/tftest";
import { BLOCKING, shorten, type Trace, type TracedCriterion } from "../artifacts/trace";
import { place } from "../increment/fault";
import type { Increment } from "../increment/increment";
import type { RunResult } from "./terraform-test";

/** A criterion, held against what lies in the output directory, and what Terraform's tests say of it. */
export interface TestedCriterion {
  readonly traced: TracedCriterion;
  readonly runs: readonly RunResult[];
  readonly verdict: "passes" | "fails" | "not-tested";
  /** Why the tests that are there are not its own. */
  readonly stale?: string;
}

/**
 * Brings together what is known of each criterion. It passes if its proof holds and all its runs pass.
 *
 * @param earlier `traceability.json` of the synth that wrote the tests
 * @param runs of all test files
 */
export function tested(increments: readonly Increment[], trace: Trace, earlier: string, runs: readonly RunResult[]): readonly TestedCriterion[] {
  const known = new Map(criteriaOf(earlier).map(({ increment, id, text, demands }) => [key(increment, id), JSON.stringify([text, asked(demands)])]));
  return increments.flatMap((increment) => {
    const names = runNames(increment.criteria.map(({ id }) => id));
    const file = testFile(increment.id);
    return trace.criteria
      .filter((traced) => traced.increment === increment.id)
      .map((traced): TestedCriterion => {
        const own = runs.filter((result) => result.file === file && result.run === names.get(traced.id));
        const then = known.get(key(traced.increment, traced.id));
        const asks = traced.demands.length > 0;
        const stale = !asks || then === JSON.stringify([traced.text, asked(traced.demands)]) ? undefined : then === undefined ? "it is not in the output" : "it was written otherwise when the output was made";
        return { traced, runs: own, verdict: verdictOf(traced, own, stale), ...(stale === undefined ? {} : { stale }) };
      });
  });
}

function verdictOf({ outcome, priority, demands }: TracedCriterion, runs: readonly RunResult[], stale: string | undefined): TestedCriterion["verdict"] {
  if (outcome === "failed") return "fails";
  // A synth would refuse these.
  if (outcome === "not-provisioned" || outcome === "unsupported") return priority !== undefined && BLOCKING.has(priority) ? "fails" : "not-tested";
  if (outcome !== "proven" || demands.length === 0) return "not-tested";
  return stale === undefined && runs.every(({ status }) => status === "pass") ? "passes" : "fails";
}

/** For people. */
export function testedText(increments: readonly Increment[], criteria: readonly TestedCriterion[]): string {
  const lines: string[] = [];
  for (const { id, title } of increments) {
    lines.push(title === id ? id : `${id} · ${shorten(title)}`, ...criteria.filter(({ traced }) => traced.increment === id).flatMap(linesOf), "");
  }
  const count = (verdict: TestedCriterion["verdict"]) => criteria.filter((each) => each.verdict === verdict).length;
  const parts = [[count("passes"), "met"], [count("fails"), "not met"], [count("not-tested"), "not tested"]].filter(([number]) => number !== 0).map((part) => part.join(" "));
  lines.push(`${criteria.length} ${criteria.length === 1 ? "criterion" : "criteria"}: ${parts.join(", ")}`);
  return `${lines.join("\n")}\n`;
}

function linesOf({ traced, runs, verdict, stale }: TestedCriterion): string[] {
  const { id, priority, text, outcome, message, demands, location } = traced;
  const sign = verdict === "passes" ? "✓" : verdict === "fails" ? "✗" : SIGNS[outcome];
  const lines = [`  ${sign} ${id}${priority === undefined ? "" : ` (${priority})`} ${shorten(text)}`];
  if (verdict === "fails") lines.push(`      ${place(location)}`);
  if (verdict === "not-tested" || outcome === "unsupported") lines.push(`      ${WORDS[outcome]}${message === undefined || outcome === "deferred" ? "" : `: ${message}`}`);
  if (stale !== undefined && verdict === "fails") lines.push(`      ${stale}: run \`npm run synth\``);
  for (const { kind, verdict: held, proof } of demands) {
    if (held === "fails" || held === "not-provisioned") lines.push(`      ${kind}: ${proof.found}; wanted: ${proof.wanted}`);
  }
  for (const { stack, status, messages } of runs) {
    if (status === "pass") continue;
    for (const told of messages) lines.push(`      ${stack}: ${status === "not-run" ? "not run: " : ""}${told.replace(saying(traced), "")}`);
  }
  if (verdict === "passes") {
    const stacks = [...new Set(runs.map(({ stack }) => stack))];
    lines.push(`      ${["proof holds", ...(stacks.length > 0 ? [`terraform test passes in ${stacks.join(" and ")}`] : [])].join(", ")}`);
  }
  return lines;
}

/** For programs: stable keys, no absolute path. */
export function testedJson(criteria: readonly TestedCriterion[]): object {
  const count = (verdict: TestedCriterion["verdict"]) => criteria.filter((each) => each.verdict === verdict).length;
  return {
    criteria: criteria.map(({ traced, runs, verdict, stale }) => ({ ...traced, location: place(traced.location), verdict, ...(stale === undefined ? {} : { stale }), runs })),
    tally: { passes: count("passes"), fails: count("fails"), "not-tested": count("not-tested") },
  };
}

interface Earlier {
  readonly increment: string;
  readonly id: string;
  readonly text: string;
  readonly demands: readonly { readonly kind: string; readonly parameters: object }[];
}

function criteriaOf(earlier: string): readonly Earlier[] {
  try {
    return (JSON.parse(earlier) as { readonly criteria?: readonly Earlier[] }).criteria ?? [];
  } catch {
    return [];
  }
}

function asked(demands: Earlier["demands"]): unknown {
  return demands.map(({ kind, parameters }) => [kind, parameters]);
}

function key(increment: string, id: string): string {
  return JSON.stringify([increment, id]);
}
