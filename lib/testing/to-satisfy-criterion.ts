import { App, Testing, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { shorten } from "../artifacts/trace";
import type { TerraformJson } from "../demand/synthesized";
import { place } from "../increment/fault";
import { holdCriterion, stacksIn, type CriterionOptions, type HeldCriterion, type Stacks } from "./criterion";

export type { CriterionOptions } from "./criterion";

/** What a criterion can be held against: an app or a stack, an output directory, a stack's directory, or Terraform JSON. */
export type Infrastructure = App | TerraformStack | string | Readonly<Record<string, unknown>>;

/**
 * A jest matcher: whether infrastructure meets an acceptance criterion of a spec. Importing this file adds it to jest's `expect`.
 *
 * @example
 * import "phaseline/lib/testing/to-satisfy-criterion";
 *
 * test("the API scales as the spec says", () => {
 *   expect(app).toSatisfyCriterion("AC-US1-02");
 * });
 *
 * @param received an app, a stack, the directory of a synth, or Terraform JSON
 * @param id of the criterion; with its increment where several have it, `0012/AC-US1-02`
 * @param options where the spec is, and what its words stand for here
 * @throws Error where there is no such criterion, or no telling which is meant
 */
export function toSatisfyCriterion(received: unknown, id: string, options: CriterionOptions = {}): { readonly pass: boolean; readonly message: () => string } {
  const held = holdCriterion(madeOf(received), id, options);
  const asks = held.demands.length > 0;
  // What asks for nothing is neither met nor not met; `.not` must not pass either.
  if (!asks) throw new Error(`${headOf(held)}\n\nThis criterion is ${held.reading.status === "unsupported" ? "unsupported" : "no matter of infrastructure"}: nothing can prove it. ${held.reading.message ?? ""}`.trimEnd());
  const pass = held.demands.every(({ proof }) => proof?.holds === true);
  return { pass, message: () => messageOf(held, pass) };
}

function messageOf(held: HeldCriterion, pass: boolean): string {
  const lines = held.demands
    .filter(({ proof }) => pass || proof?.holds !== true)
    .flatMap(({ kind, proof }) => [
      "",
      kind,
      `  wanted: ${proof?.wanted ?? "a capability that phaseline provisions"}`,
      `  found:  ${proof?.found ?? "nothing: phaseline understands the capability, but does not provision it"}`,
      ...(proof?.addresses ?? []).map(({ stack, address }) => `  looked at ${stack}: ${address}`),
      ...(proof?.files ?? []).map((file) => `  looked at ${file}`),
    ]);
  return [headOf(held), ...(pass ? ["", "It should not be met, but it is."] : []), ...lines].join("\n");
}

function headOf({ criterion: { id, priority, text, location } }: HeldCriterion): string {
  return `${id}${priority === undefined ? "" : ` (${priority})`} ${shorten(text, 400)}\n  ${place(location)}`;
}

function madeOf(received: unknown): Stacks {
  if (typeof received === "string") return stacksIn(received);
  if (isConstruct(received)) {
    const stacks = TerraformStack.isStack(received) ? [received] : received.node.findAll().filter((each): each is TerraformStack => TerraformStack.isStack(each));
    if (stacks.length > 0) {
      // A reference to another stack is made of an output there, which is added when that stack is prepared.
      const all = stacks[0]!.node.root.node.findAll().filter((each): each is TerraformStack => TerraformStack.isStack(each));
      for (const stack of all) stack.prepareStack();
      return { stacks: Object.fromEntries(stacks.map((stack) => [stack.node.id, JSON.parse(Testing.synth(stack)) as TerraformJson])), artifacts: {} };
    }
  }
  if (typeof received === "object" && received !== null && !isConstruct(received) && ["resource", "data", "provider", "terraform", "output"].some((block) => block in received)) {
    return { stacks: { stack: received as Readonly<Record<string, unknown>> }, artifacts: {} };
  }
  throw new Error("toSatisfyCriterion takes an app with stacks, a stack, the directory of a synth, a stack's directory, or Terraform JSON.");
}

function isConstruct(value: unknown): value is IConstruct {
  return typeof value === "object" && value !== null && "node" in value;
}

/** What the matcher adds to `expect`; with `expect` of `@jest/globals`, declare it there: `interface Matchers<R> extends CriterionMatchers<R> {}`. */
export interface CriterionMatchers<R> {
  /** The infrastructure meets this acceptance criterion. */
  toSatisfyCriterion(id: string, options?: CriterionOptions): R;
}

declare global {
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars
    interface Matchers<R, T> extends CriterionMatchers<R> {}
  }
}

const { expect } = globalThis as { readonly expect?: { readonly extend?: (matchers: object) => void } };
expect?.extend?.({ toSatisfyCriterion });
