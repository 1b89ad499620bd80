import { capability, refused, type Claim } from "./capability";
import { REMOVABLE, type Removable } from "./removable";
import type { Evidence, Resource } from "./synthesized";

export interface RemovalParameters {
  readonly of?: Removable;
  /** Before what AWS protects can go, its protection has to be lifted, in an apply of its own. @default - it goes */
  readonly step?: "unprotect";
}

/** What it is called in sentences where it is found, and by which argument AWS protects it. */
const THINGS: Readonly<Record<Removable, { readonly name: string; readonly find: (evidence: Evidence) => readonly (Resource | undefined)[]; readonly protection?: string }>> = {
  server: { name: "server", find: (evidence) => [evidence.server()] },
  fleet: { name: "fleet", find: (evidence) => [...evidence.resources("aws_lb"), evidence.fleet()], protection: "enable_deletion_protection" },
  "read-replica": { name: "read replica", find: (evidence) => evidence.replicas(), protection: "deletion_protection" },
  database: { name: "RDS instance", find: (evidence) => [...evidence.databases(), ...evidence.replicas()], protection: "deletion_protection" },
  aurora: { name: "Aurora cluster", find: (evidence) => evidence.resources("aws_rds_cluster"), protection: "deletion_protection" },
};

/** That something which an earlier increment asked for is taken away; the words for it are in removing.ts. */
export const removal = capability<RemovalParameters>()({
  id: "removal",
  title: "Removal",
  names: [],
  hints: [],
  read: () => ({}),
  keys: { of: REMOVABLE, step: ["unprotect"] },
  contradiction: ({ of, step }) =>
    of !== undefined && step !== undefined && THINGS[of].protection === undefined ? { message: `the ${of} needs no step of its own`, remedy: `write removal of=${of}` } : undefined,
  prove: ({ of, step }, evidence): Claim => {
    if (of === undefined) return refused("that something goes", "it is not said what");
    const { name, find, protection } = THINGS[of];
    const found = find(evidence).filter((resource) => resource !== undefined);
    if (step === undefined) return { wanted: `no ${name}`, found: `no ${name}`, resources: found, unless: { [`the ${name} is still there`]: found.length === 0 } };
    const guarded = found.filter((resource) => protection !== undefined && resource.get(protection) !== undefined);
    return {
      wanted: `the ${name} without protection, so that it can be removed`,
      found: `the ${name} can be removed`,
      resources: found,
      unless: {
        [`no ${name}`]: found.length > 0,
        "AWS protects it": guarded.every((resource) => resource.get(protection!) === false),
        "Terraform protects it": guarded.every((resource) => resource.get("lifecycle.prevent_destroy") !== true),
      },
    };
  },
  examples: [
    { text: "Decommission the EC2 server", parameters: { of: "server" } },
    { text: "The read replica is removed", parameters: { of: "read-replica" } },
    { text: "Lift the deletion protection of the RDS instance", parameters: { of: "database", step: "unprotect" } },
  ],
});
