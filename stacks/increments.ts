import type { IConstruct } from "constructs";
import type { Blueprint, Chosen } from "../lib/blueprint/blueprint";
import { tagAll } from "../lib/constructs/tags";

/**
 * Tags resources with the increment that first demanded them, or, where a choice only follows from others, with the first one
 * folded. A tag that is there already stays: the innermost construct is to be tagged first.
 */
export function tagIncrements(scope: IConstruct, blueprint: Blueprint, choice?: Chosen<unknown>): void {
  const { increment } = incrementOf(choice, blueprint);
  if (increment !== undefined) tagAll(scope, { Increment: increment });
}

/** The increment of a choice, as a prop. */
export function incrementOf(choice: Chosen<unknown> | undefined, blueprint: Blueprint): { readonly increment?: string } {
  const increment = choice?.because[0]?.increment ?? blueprint.increments[0];
  return increment === undefined ? {} : { increment };
}
