import type { Consent } from "../demand/consent";
import { CONSENTS } from "../demand/consent";
import type { Demand, Origin } from "../demand/demand";
import { FaultsError, place, type Fault } from "../increment/fault";
import type { Blueprint } from "./blueprint";
import { databasesOf } from "./databases";
import { fold } from "./fold";
import type { Layer } from "./layer";
import type { Settings } from "./settings";

/** What the constructs take where nothing is stated. A test holds these against them. */
export const TAKEN = { storageGb: 20, rootVolumeGb: 20, postgresVersion: "17", logRetentionDays: 365, cacheVersion: { redis: "7.1", valkey: "8.1" } } as const;

type Value = string | number | boolean;

/** Something that holds data, or that what holds data depends on, and that must not shrink in silence. */
interface Guarded {
  /** "the storage of the RDS instance" */
  readonly name: string;
  readonly unit?: string;
  /** Its value; absent where there is no such thing. */
  readonly of: (blueprint: Blueprint) => Value | undefined;
  readonly shrinks: (before: Value, after: Value) => boolean;
  /** The demands that state it. */
  readonly states: readonly (readonly [kind: Demand["kind"], parameter: string, database?: "rds" | "aurora"])[];
  /** What makes it happen. Without it, AWS cannot do it: why, and what to do instead. */
  readonly consent?: Consent;
  readonly impossible?: { readonly why: string; readonly instead: string };
}

const less = (before: Value, after: Value) => Number(after) < Number(before);
const NO_WAY_BACK = (what: string) => ({ why: `${what} goes to no older version`, instead: "Keep the newer version; who needs the older one makes a new environment and moves the data." });

const GUARDED: readonly Guarded[] = [
  {
    name: "the storage of the RDS instance", unit: "GB", states: [["database", "storageGb", "rds"]],
    of: ({ database }) => database && (database.value.storageGb ?? TAKEN.storageGb), shrinks: less,
    impossible: { why: "RDS cannot make storage smaller", instead: "Keep the size; for less storage ask for Aurora, whose storage follows the data, and move the data." },
  },
  {
    name: "the volume of the server", unit: "GB", states: [["compute", "storageGb"]],
    of: ({ server }) => server && (server.value.rootVolumeGb ?? TAKEN.rootVolumeGb), shrinks: less,
    impossible: { why: "EBS cannot make a volume smaller", instead: "Keep the size." },
  },
  {
    name: "the version of PostgreSQL on RDS", states: [["database", "engineVersion", "rds"]],
    of: ({ database }) => database && (database.value.engineVersion ?? TAKEN.postgresVersion), shrinks: older, impossible: NO_WAY_BACK("RDS"),
  },
  {
    name: "the version of Aurora PostgreSQL", states: [["database", "engineVersion", "aurora"]],
    of: ({ aurora }) => aurora && (aurora.value.engineVersion ?? TAKEN.postgresVersion), shrinks: older, impossible: NO_WAY_BACK("Aurora"),
  },
  { name: "the version of Kubernetes", states: [["cluster", "engineVersion"]], of: ({ cluster }) => cluster?.value.version, shrinks: older, impossible: NO_WAY_BACK("EKS") },
  {
    // Redis becomes Valkey in place; Valkey goes on from 7.2, and never back.
    name: "the version of the cache", states: [["cache", "engineVersion"], ["cache", "engine"]],
    of: ({ cache }) => cache && (cache.value.engineVersion ?? TAKEN.cacheVersion[cache.value.engine]), shrinks: older, impossible: NO_WAY_BACK("ElastiCache"),
  },
  {
    name: "the address range of the network", states: [["network", "cidr"]], of: ({ network }) => network?.value.cidr, shrinks: (before, after) => before !== after,
    impossible: { why: "a VPC keeps its range, so that all that stands in it, the data too, would be made anew", instead: "Keep the range; another one takes a new environment, into which the data is moved." },
  },
  {
    name: "the number of availability zones", states: [["network", "azCount"], ["high-availability", "azCount"]], of: ({ network }) => network?.value.zones, shrinks: less,
    impossible: { why: "AWS deletes no subnet in which something stands", instead: "Keep the number or leave it out: what is in more zones is in these, too." },
  },
  { name: "the retention of backups on RDS", unit: "days", states: [["backups", "retentionDays", "rds"]], of: ({ database }) => database?.value.backupRetentionDays, shrinks: less, consent: "shorter-backups" },
  {
    name: "the retention of backups on Aurora", unit: "days", states: [["backups", "retentionDays", "aurora"], ["backups", "retentionDays", "rds"]],
    of: ({ aurora }) => aurora?.value.backupRetentionDays, shrinks: less, consent: "shorter-backups",
  },
  {
    name: "the retention of logs", unit: "days", states: [["logs", "retentionDays"]], shrinks: less, consent: "shorter-logs",
    of: ({ logs, server, fleet, database, aurora }) => (server ?? fleet ?? database ?? aurora) && (logs?.value.retentionDays ?? TAKEN.logRetentionDays),
  },
  {
    name: "the time after which objects in the buckets are deleted", unit: "days", states: [["object-storage", "retentionDays"]], shrinks: less, consent: "shorter-objects",
    of: ({ objectStorage }) => objectStorage?.value.expireDays,
  },
  { name: "the standby of the RDS instance", states: [], of: ({ database }) => database?.value.multiAz, shrinks: (before, after) => before === true && after === false, consent: "no-standby" },
];

/**
 * Refuses that an increment takes back what holds data, unless its author consents beside the criterion. What AWS cannot do at all is
 * refused in any case: it would end an apply halfway. The increments are folded one after the other, as they were applied.
 *
 * @throws FaultsError naming, of each loss, the criterion that causes it and the one that asked for more
 */
export function refuseLosses(layers: readonly Layer[], settings: Settings, beside?: Settings): void {
  const faults: Fault[] = [];
  let before: Blueprint | undefined;
  const speaking = layers.filter(speaks).length;
  for (const [index, layer] of layers.entries()) {
    if (speaking < 2 || !speaks(layer)) continue;
    const after = folded(layers.slice(0, index + 1), settings, beside);
    if (before && after) faults.push(...lossesOf(before, after, layers, index));
    before = after ?? before;
  }
  if (faults.length > 0) throw new FaultsError(faults);
}

function speaks({ demands, preferences }: Layer): boolean {
  return demands.length > 0 || Object.keys(preferences).length > 0;
}

/** What could not be synthesized when it was the last increment was never applied. */
function folded(layers: readonly Layer[], settings: Settings, beside: Settings | undefined): Blueprint | undefined {
  try {
    return fold(layers, settings, beside);
  } catch (error) {
    if (error instanceof FaultsError) return undefined;
    throw error;
  }
}

function lossesOf(before: Blueprint, after: Blueprint, layers: readonly Layer[], index: number): Fault[] {
  return GUARDED.flatMap((guarded) => {
    const [had, has] = [guarded.of(before), guarded.of(after)];
    if (had === undefined || has === undefined || !guarded.shrinks(had, has)) return [];
    const by = statedIn(guarded, layers, [index]);
    const consenting = by ? [by] : layers[index]!.demands.map(({ origin }) => origin);
    if (guarded.consent !== undefined && consenting.some(({ consents }) => consents?.includes(guarded.consent!))) return [];
    const earlier = statedIn(guarded, layers, Array.from({ length: index }, (_, at) => index - 1 - at));
    const origin = by ?? layers[index]!.demands.at(-1)?.origin;
    const said = (value: Value) => `${String(value)}${guarded.unit === undefined ? "" : ` ${guarded.unit}`}`;
    const from = typeof had === "boolean" ? "" : ` from ${said(had)} (${earlier ? `${earlier.criterion} at ${place(earlier.location)}` : "as it is where nothing is stated"}) to ${said(has)}`;
    const change = typeof had === "boolean" ? "takes away" : guarded.shrinks === less ? "lowers" : "changes";
    return [
      {
        ...(origin && { location: origin.location }),
        message: `${origin?.criterion ?? layers[index]!.increment} ${change} ${guarded.name}${from}; ${guarded.consent ? CONSENTS[guarded.consent] : guarded.impossible!.why}.`,
        remedy: guarded.consent ? `${by ? "Keep it as it is" : "Ask for it as it was"}, or consent beside the criterion: <!-- phaseline: consent=${guarded.consent} -->.` : guarded.impossible!.instead,
      },
    ];
  });
}

/** The last criterion of the first of these increments that states the value. */
function statedIn({ states }: Guarded, layers: readonly Layer[], indices: readonly number[]): Origin | undefined {
  const databases = databasesOf(layers);
  for (const index of indices) {
    const stating = layers[index]!.demands.findLast(({ demand }) =>
      states.some(([kind, parameter, database]) => demand.kind === kind && parameter in demand.parameters && (database === undefined || databases.get(demand) === database)),
    );
    if (stating) return stating.origin;
  }
  return undefined;
}

/** By the parts that both state: "17" is no older than "17.6", which it may be. */
function older(before: Value, after: Value): boolean {
  const [had, has] = [String(before).split("."), String(after).split(".")];
  for (let at = 0; at < Math.min(had.length, has.length); at++) {
    const difference = Number(has[at]) - Number(had[at]);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
