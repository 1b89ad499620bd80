import type { Demand, Origin } from "../demand/demand";
import type { StackPreferences } from "../demand/stack";

/** A demand together with the criterion that makes it. */
export interface Demanded {
  readonly demand: Demand;
  readonly origin: Origin;
}

/** One increment's part in the fold. */
export interface Layer {
  readonly increment: string;
  readonly demands: readonly Demanded[];
  readonly preferences: StackPreferences;
}
