import type { Demand } from "../demand/demand";
import type { Removable } from "../demand/removable";
import { place, type Fault } from "../increment/fault";
import type { Platform, Supersession } from "./blueprint";
import { RUN_BY_PLATFORM } from "./compute";
import { databasesOf } from "./databases";
import type { Demanded, Layer } from "./layer";
import { ofReaders, platformsOf } from "./platforms";

/** What is left of the increments when that which later ones remove is taken out of earlier ones. */
export interface Standing {
  readonly layers: readonly Layer[];
  /** Of all demands, of those too that are taken out: what an increment is about does not change by a removal. */
  readonly platforms: ReadonlyMap<Demanded, Platform>;
  readonly superseded: readonly Supersession[];
  /** What loses its protection, so that it can be removed. */
  readonly unprotected: ReadonlySet<Removable>;
  readonly removed: ReadonlySet<Removable>;
  readonly faults: readonly Fault[];
}

/** What AWS refuses to delete while it is protected; a server's protection Terraform lifts by itself. */
const PROTECTED: ReadonlySet<Removable> = new Set(["fleet", "read-replica", "database", "aurora"]);
const HOLDS_DATA: ReadonlySet<Removable> = new Set(["database", "aurora"]);
const NAMES: Readonly<Record<Removable, string>> = { server: "server", fleet: "fleet", "read-replica": "read replica", database: "RDS instance", aurora: "Aurora cluster" };

/** What is said of the way to a platform, and of what may run on it. Everything else (networks, buckets, secrets, images) stays. */
const GOES_ALONG: readonly Demand["kind"][] = ["approval", "dns", "tls"];
/** Who is told, and what is remembered: the database's matter too, where there is one. */
const WATCHES: readonly Demand["kind"][] = ["alerts", "logs"];
/** What may stand before another platform as well, and be met there. */
const STANDS_BEFORE: readonly Demand["kind"][] = ["waf", "cdn"];

/** Takes out of earlier increments what later ones remove in words. */
export function withoutRemoved(layers: readonly Layer[]): Standing {
  const platforms = platformsOf(layers);
  const removing = layers.some(({ demands }) => demands.some(isRemoval));
  if (!removing) return { layers, platforms, superseded: [], unprotected: new Set(), removed: new Set(), faults: [] };
  const databases = databasesOf(layers);
  const keepsData = layers.some(({ demands }) => demands.some(({ demand }) => demand.kind === "database"));

  /** Whether a demand is for the thing itself, or for something that stands or falls with it. */
  const isFor = (of: Removable, demanded: Demanded): "asks" | "concerns" | undefined => {
    const { demand } = demanded;
    const { kind } = demand;
    if (kind === "removal") return undefined;
    if (ofReaders(demand)) return of === "aurora" ? "asks" : undefined;
    if (of === "database" || of === "aurora") return databases.get(demand) === (of === "aurora" ? "aurora" : "rds") ? "asks" : undefined;
    if (of === "read-replica") return kind === "read-replica" && databases.get(demand) === "rds" ? "asks" : undefined;
    if (platforms.get(demanded) !== of) return undefined;
    return RUN_BY_PLATFORM.includes(kind) ? "asks" : [...GOES_ALONG, ...WATCHES, ...STANDS_BEFORE].includes(kind) ? "concerns" : undefined;
  };

  const faults: Fault[] = [];
  const superseded: Supersession[] = [];
  const gone = new Set<Demanded>();
  const removed = new Set<Removable>();
  const lifted = new Map<Removable, Demanded>();
  for (const [index, layer] of layers.entries()) {
    for (const removal of layer.demands.filter(isRemoval)) {
      const { origin } = removal;
      const { of, step } = (removal.demand as Demand<"removal">).parameters;
      const fault = (message: string, remedy: string) => void faults.push({ location: origin.location, message: `${origin.criterion} ${message}`, remedy });
      if (of === undefined) {
        fault("asks for a removal, but does not say of what.", "Write, for example, <!-- phaseline: removal of=server -->.");
        continue;
      }
      const name = NAMES[of];
      const earlier = layers.slice(0, index).flatMap(({ demands }) => demands).filter((demanded) => !gone.has(demanded) && isFor(of, demanded) !== undefined);
      const asking = earlier.filter((demanded) => isFor(of, demanded) === "asks");
      const beside = layer.demands.find((demanded) => isFor(of, demanded) === "asks");
      if (asking.length === 0) {
        fault(`${step ? "unprotects" : "removes"} the ${name}, but no earlier increment asks for one that still stands.`, "Leave it out, or write it into an increment after the one that asks for it.");
        continue;
      }
      if (beside) {
        fault(
          `${step ? "unprotects" : "removes"} the ${name}, but ${beside.origin.criterion} at ${place(beside.origin.location)} of the same increment asks for ${beside.demand.kind} on it.`,
          "Keep one of the two, or say in the other what it is about.",
        );
        continue;
      }
      const supersede = (demanded: readonly Demanded[]) =>
        superseded.push(...demanded.map(({ demand, origin: from }) => ({ kind: demand.kind, parameter: "removal", from, by: origin })));
      if (step) {
        lifted.set(of, removal);
        supersede(asking);
        continue;
      }
      const unprotection = lifted.get(of);
      if (PROTECTED.has(of) && (!unprotection || layer.demands.includes(unprotection))) {
        fault(
          `removes the ${name}, which AWS refuses to delete while it is protected; that would end an apply halfway.`,
          `Write an increment before this one, "Lift the deletion protection of the ${name}" or <!-- phaseline: removal of=${of} step=unprotect -->, and apply it first.`,
        );
        continue;
      }
      if (HOLDS_DATA.has(of) && !origin.consents?.includes("delete-data")) {
        fault(
          `removes the ${name} and all that is in it, which ${asking[0]!.origin.criterion} at ${place(asking[0]!.origin.location)} asks for.`,
          "Move the data first; then consent beside the criterion: <!-- phaseline: consent=delete-data -->.",
        );
        continue;
      }
      if (unprotection) {
        // What it superseded, the removal supersedes.
        superseded.splice(0, superseded.length, ...superseded.filter(({ by }) => by !== unprotection.origin));
        supersede([unprotection]);
      }
      supersede(earlier);
      lifted.delete(of);
      removed.add(of);
      for (const demanded of earlier) {
        const { kind } = demanded.demand;
        if (!STANDS_BEFORE.includes(kind) && (!keepsData || !WATCHES.includes(kind))) gone.add(demanded);
      }
    }
    // What is asked for again supersedes its removal.
    for (const demanded of layer.demands) {
      for (const before of layers.slice(0, index).flatMap(({ demands }) => demands.filter(isRemoval))) {
        const { of } = (before.demand as Demand<"removal">).parameters;
        if (of !== undefined && isFor(of, demanded) === "asks") superseded.push({ kind: "removal", parameter: "of", from: before.origin, by: demanded.origin });
      }
    }
  }
  return {
    layers: layers.map((layer) => ({ ...layer, demands: layer.demands.filter((demanded) => !gone.has(demanded)) })),
    platforms,
    superseded,
    unprotected: new Set(lifted.keys()),
    removed,
    faults,
  };
}

/** A stack that is not synthesized any more is not destroyed either. */
export function nothingLeft(superseded: readonly Supersession[]): Fault {
  const { by } = superseded.at(-1)!;
  return {
    location: by.location,
    message: `${by.criterion} removes the last that stands; what is not synthesized any more would be left running, and paid for.`,
    remedy: "Take the environment down with `npx cdktf destroy '*'`, and keep the increments as they are until then.",
  };
}

function isRemoval({ demand }: Demanded): boolean {
  return demand.kind === "removal";
}
