/** What can be taken away by words. A cluster has a stack of its own, which is destroyed, not forgotten. */
export const REMOVABLE = ["server", "fleet", "read-replica", "database", "aurora"] as const;
export type Removable = (typeof REMOVABLE)[number];
