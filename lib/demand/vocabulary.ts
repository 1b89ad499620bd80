/** The vocabulary: what infrastructure can be asked to do. */
export const CAPABILITIES = [
  "access", "alerts", "approval", "autoscaling", "availability-target", "backups", "budget", "cache", "capacity-target", "cdn",
  "cluster", "compute", "containers", "dashboards", "database", "dns", "encryption", "environments", "gitops", "health-check",
  "high-availability", "load-balancer", "logs", "metrics", "network", "object-storage", "pipeline", "queue", "read-replica",
  "registry", "removal", "scheduled-job", "secrets", "state-backend", "tagging", "tls", "tracing", "waf", "workload",
] as const;
export type CapabilityId = (typeof CAPABILITIES)[number];

/** A value that a criterion states. Two values of one parameter become a list, in the order of the text. */
export type ParameterValue = string | number | boolean | readonly (string | number)[];

/** One value, or the values in the order of the text where a criterion states several. */
export type OneOrMany<T extends string | number> = T | readonly T[];
