import type { Location } from "../increment/fault";
import type { Priority } from "../increment/increment";
import type { Consent } from "./consent";
import type { ParametersOf } from "./capabilities";
import type { CapabilityId, OneOrMany } from "./vocabulary";

export { CAPABILITIES } from "./vocabulary";
export type { CapabilityId, OneOrMany, ParameterValue } from "./vocabulary";
export type { ParametersOf } from "./capabilities";

/**
 * What one criterion asks of one capability: `kind` tells which, and with it which parameters there are.
 * The unit of a number stands in its name: `retentionDays`, `maxMonthlyUsd`.
 */
export type Demand<Id extends CapabilityId = CapabilityId> = {
  readonly [Kind in Id]: {
    readonly kind: Kind;
    readonly parameters: ParametersOf[Kind] & Placed;
    /** The words of the criterion that led to it, as they stand there: the answer to "why was this understood so?". */
    readonly words: readonly string[];
  };
}[Id];

/** What any demand may say: where the thing is to be. */
export interface Placed {
  /** The AWS region that the criterion names, such as `eu-central-1`. */
  readonly region?: OneOrMany<string>;
}

/** The criterion that a demand, and later a value of the blueprint, goes back to. */
export interface Origin {
  /** Id of the increment. */
  readonly increment: string;
  readonly criterion: string;
  readonly text: string;
  readonly priority?: Priority;
  readonly location: Location;
  /** What its author consents to. @default - nothing */
  readonly consents?: readonly Consent[];
}

export type Status = "understood" | "unsupported" | "not-infrastructure";

/** How one criterion's text is understood. */
export interface Reading {
  readonly status: Status;
  /** Empty unless understood; in the order of the vocabulary. */
  readonly demands: readonly Demand[];
  /** For people: why it is unsupported or no matter of infrastructure, and what to write instead. */
  readonly message?: string;
  /** AWS regions that a criterion names which asks for AWS in general: it has no demand that could say so. @default - none is named */
  readonly regions?: readonly string[];
  /** What its author consents to, beside it. @default - nothing */
  readonly consents?: readonly Consent[];
}
