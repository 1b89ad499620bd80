import type { Evidence, Resource } from "./synthesized";
import type { CapabilityId, ParameterValue } from "./vocabulary";

/** What an annotation may give for a parameter: a number, a flag, a free word, or one word out of a list. */
export type ValueKind = "number" | "boolean" | "string" | readonly string[];

/** Two things a criterion says that cannot both be met. */
export interface Contradiction {
  readonly message: string;
  readonly remedy: string;
}

/** A line as a user may write it, and what it is read as: documentation that the tests run. */
export interface Example<P> {
  readonly text: string;
  readonly parameters: P;
  /** The other capabilities that the same line asks for. @default - none */
  readonly with?: readonly CapabilityId[];
}

/** One way in which a demand may be met, held against what was synthesized. */
export interface Claim {
  readonly wanted: string;
  /** What was found, said when nothing is missing. */
  readonly found: string;
  /** What was looked at. */
  readonly resources: readonly (Resource | undefined)[];
  /** What has to hold, by what is said when it does not. */
  readonly unless: Readonly<Record<string, boolean>>;
  /** Generated files that were looked at. @default - none */
  readonly files?: readonly string[];
}

/**
 * One capability: how people ask for it, what they say about it, and what proves that they have it.
 *
 * All patterns run over folded text (see `fold` in text.ts): lower case, without accents, `_` read as a space, every dash as `-`.
 */
export interface Capability<Id extends CapabilityId = CapabilityId, P extends object = object> {
  readonly id: Id;
  /** For people: "Autoscaling". */
  readonly title: string;
  /** Words that can hardly mean anything else: product names and terms of the field. */
  readonly names: readonly RegExp[];
  /** Words that mean this only in the company of other signs of infrastructure ("backup", "queue", "scale"). */
  readonly hints: readonly RegExp[];
  /** Uses of the same words that mean something else ("rollback the transaction"): they take the hints away. */
  readonly otherSenses?: readonly RegExp[];
  /** Reads the parameters that the folded text states; absent ones are left out. */
  readonly read: (text: string) => P;
  /** What an annotation may set. */
  readonly keys: { readonly [K in keyof Required<P>]: ValueKind };
  /** The first rule that the parameters break, in the folded text that they were read from. @default - nothing can contradict */
  readonly contradiction?: (parameters: P, text: string) => Contradiction | undefined;
  /** What proves it; of several ways one is enough. @default - phaseline does not provision it */
  readonly prove?: (parameters: P, evidence: Evidence) => Claim | readonly Claim[];
  readonly examples: readonly Example<P>[];
}

/** Gives a capability its types; the object is returned as it is. */
export function capability<P extends object>() {
  return <const Id extends CapabilityId>(definition: Capability<Id, P>): Capability<Id, P> => definition;
}

/** An object without its undefined values: `{min: undefined, max: 3}` is `{max: 3}`. */
export function stated<P extends object>(parameters: { readonly [K in keyof P]: P[K] | undefined }): P {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)) as P;
}

/** A parameter that was stated must be so; one that was not may be anything. */
export function agrees(stated: unknown, actual: unknown): boolean {
  return stated === undefined || String(stated) === String(actual);
}

/** A demand for something that phaseline has another choice for: nothing that was synthesized proves it. */
export function refused(wanted: string, because: string): Claim {
  return { wanted, found: because, resources: [], unless: { [because]: false } };
}

/** Parameters as any code that only lists them sees them. */
export type AnyParameters = Readonly<Record<string, ParameterValue>>;
