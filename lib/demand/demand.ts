import type { Location } from "../increment/fault";
import type { Priority } from "../increment/increment";

/** The vocabulary: what infrastructure can be asked to do. */
export const CAPABILITIES = [
  "access", "alerts", "approval", "autoscaling", "availability-target", "backups", "budget", "cache", "capacity-target", "cdn",
  "cluster", "compute", "containers", "dashboards", "database", "dns", "encryption", "environments", "gitops", "health-check",
  "high-availability", "load-balancer", "logs", "metrics", "network", "object-storage", "pipeline", "queue", "read-replica",
  "registry", "scheduled-job", "secrets", "state-backend", "tagging", "tls", "tracing", "waf", "workload",
] as const;
export type CapabilityId = (typeof CAPABILITIES)[number];

/** A value that a criterion states. Two values of one parameter become a list, in the order of the text. */
export type ParameterValue = string | number | boolean | readonly (string | number)[];

/** What one criterion asks of one capability. The unit of a number stands in its name: `retentionDays`, `maxMonthlyUsd`. */
export interface Demand {
  readonly kind: CapabilityId;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** The words of the criterion that led to it, as they stand there: the answer to "why was this understood so?". */
  readonly words: readonly string[];
}

/** The criterion that a demand, and later a value of the blueprint, goes back to. */
export interface Origin {
  /** Id of the increment. */
  readonly increment: string;
  readonly criterion: string;
  readonly text: string;
  readonly priority?: Priority;
  readonly location: Location;
}

export type Status = "understood" | "unsupported" | "not-infrastructure";

/** How one criterion's text is understood. */
export interface Reading {
  readonly status: Status;
  /** Empty unless understood; in the order of the vocabulary. */
  readonly demands: readonly Demand[];
  /** For people: why it is unsupported or no matter of infrastructure, and what to write instead. */
  readonly message?: string;
}
