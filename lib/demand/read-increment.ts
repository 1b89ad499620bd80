import type { Criterion, Increment } from "../increment/increment";
import { splitConsents } from "./consent";
import type { Demand, Origin, Reading } from "./demand";
import { demandsOfPhase, phaseIn } from "./phase";
import { readStack, type StackPreferences } from "./stack";
import { understand, type UnderstandOptions } from "./understand";
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
      reading: read(criterion),
    })),
    ...readStack(increment.stack),
  };
}

function read({ text, annotation }: Criterion): Reading {
  if (annotation === undefined) return readText(text, {});
  const { consents, problem, ...rest } = splitConsents(annotation);
  if (problem !== undefined) return { status: "unsupported", demands: [], message: problem };
  return { ...readText(text, rest), ...(consents.length > 0 && { consents }) };
}

/** A phase that the text names adds what it consists of; what the text says itself stands. */
function readText(text: string, { annotation }: UnderstandOptions): Reading {
  const reading = understand(text, annotation === undefined ? {} : { annotation });
  const named = annotation === undefined && !reading.demands.some(({ kind }) => kind === "removal") ? phaseIn(text) : undefined;
  if (!named || (reading.status === "unsupported" && reading.demands.length === 0)) return reading;
  const said = new Set(reading.demands.map(({ kind }) => kind));
  return { status: "understood", demands: [...reading.demands, ...demandsOfPhase(named.phase, named.words).filter(({ kind }) => !said.has(kind))] };
}

/** The demands that stand: those of deferred criteria do not. */
export function demandsOf({ increment, criteria }: ReadIncrement): readonly { readonly demand: Demand; readonly origin: Origin }[] {
  return criteria
    .filter(({ criterion }) => criterion.state !== "deferred")
    .flatMap(({ criterion: { id, text, location, priority }, reading }) => {
      const origin: Origin = { increment: increment.id, criterion: id, text, location, ...(priority === undefined ? {} : { priority }), ...(reading.consents && { consents: reading.consents }) };
      return reading.demands.map((demand) => ({ demand, origin }));
    });
}
