import { createHash } from "node:crypto";
import type { ReadIncrement } from "../demand/read-increment";
import { decisive } from "./decisive";
import { runNames, testFile, tftest, type Run } from "./tftest";
import { environmentsOf, type Trace, type TracedEnvironment } from "./trace";

/** The tests of one increment in one environment. */
export interface AcceptanceTests {
  /** The increment's file. */
  readonly source: string;
  /** The name of the test file, in each stack. */
  readonly name: string;
  /** The stacks that may have one. */
  readonly stacks: readonly string[];
  /** What they are made from, as a digest: the same key, the same text. */
  readonly key: string;
  /** Their text by stack, where the increment's proofs look at anything in it. */
  readonly make: () => ReadonlyMap<string, string>;
}

/**
 * Terraform's own tests of every increment: in each stack one file, in it a run for each proven criterion, with what its proof depends
 * on there. Making them takes many trials, so they are made on request.
 */
export function acceptance(increments: readonly ReadIncrement[], environments: readonly TracedEnvironment[], traced: Trace): readonly AcceptanceTests[] {
  const all = environments.map((each) => ({ ...each, name: each.blueprint.settings.environment, key: digest(each.synthesized) }));
  return increments.flatMap((read) => {
    const { id: increment, file } = read.increment;
    const names = runNames(read.increment.criteria.map(({ id }) => id));
    const criteria = traced.criteria.filter((each) => each.increment === increment && each.outcome === "proven" && each.demands.length > 0);
    if (criteria.length === 0) return [];
    return all.map(({ name, synthesized, key }): AcceptanceTests => {
      const stacks = Object.keys(synthesized.stacks);
      return {
        source: file,
        name: testFile(increment),
        stacks,
        key: digest([key, file, criteria.map(({ id, text, location, demands }) => [id, text, location, demands.map(({ kind, parameters }) => [kind, parameters])])]),
        make: () => {
          const runs = criteria.flatMap((criterion): Run[] => {
            const { reading } = read.criteria.find(({ criterion: { id } }) => id === criterion.id)!;
            if (!environmentsOf(reading, all).some((each) => each.name === name)) return [];
            return [{ name: names.get(criterion.id)!, criterion, facts: reading.demands.flatMap((demand) => decisive(demand, synthesized)) }];
          });
          const texts = stacks.map((stack) => [stack, tftest(synthesized.stacks[stack]!, runs.map((run) => ({ ...run, facts: run.facts.filter((fact) => fact.stack === stack) })))] as const);
          return new Map(texts.filter(([, text]) => text !== ""));
        },
      };
    });
  });
}

export function digest(value: unknown): string {
  return createHash("sha256").update(typeof value === "string" ? value : JSON.stringify(value)).digest("hex").slice(0, 16);
}
