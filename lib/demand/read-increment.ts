import type { Criterion, Increment } from "../increment/increment";
import type { Demand, Origin, Reading } from "./demand";
import { readStack, type StackPreferences } from "./stack";
import { understand } from "./understand";
import type { Fault } from "../increment/fault";

/** An increment with the meaning of its criteria. */
export interface ReadIncrement {
  readonly increment: Increment;
  readonly criteria: readonly { readonly criterion: Criterion; readonly reading: Reading }[];
  readonly preferences: StackPreferences;
  /** What is wrong with its infrastructure stack section. */
  readonly faults: readonly Fault[];
}

export function understandIncrement(increment: Increment): ReadIncrement {
  return {
    increment,
    criteria: increment.criteria.map((criterion) => ({
      criterion,
      reading: understand(criterion.text, criterion.annotation === undefined ? {} : { annotation: criterion.annotation }),
    })),
    ...readStack(increment.stack),
  };
}

/** The demands that stand: those of deferred criteria do not. */
export function demandsOf({ increment, criteria }: ReadIncrement): readonly { readonly demand: Demand; readonly origin: Origin }[] {
  return criteria
    .filter(({ criterion }) => criterion.state !== "deferred")
    .flatMap(({ criterion: { id, text, location, priority }, reading }) => {
      const origin: Origin = { increment: increment.id, criterion: id, text, location, ...(priority === undefined ? {} : { priority }) };
      return reading.demands.map((demand) => ({ demand, origin }));
    });
}
