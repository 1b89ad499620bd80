import type { Demand, Origin } from "../demand/demand";
import type { StackPreferences } from "../demand/stack";
import { place, type Fault } from "../increment/fault";
import type { Chosen, Platform, Supersession } from "./blueprint";
import type { Demanded, Layer } from "./layer";
import { platformsOf } from "./platforms";
import type { Settings } from "./settings";

/** Which demands a question is about. */
export type About = (demand: Demand) => boolean;

/** All that the increments ask for, as each axis of the blueprint looks at it. Contradictions that it meets are gathered in `faults`. */
export class Asked {
  readonly all: readonly Demanded[];
  readonly faults: Fault[] = [];
  readonly superseded: Supersession[] = [];

  constructor(
    readonly layers: readonly Layer[],
    readonly settings: Settings,
    private readonly platforms: ReadonlyMap<Demanded, Platform> = platformsOf(layers),
  ) {
    this.all = layers.flatMap((layer) => layer.demands);
  }

  /** The criteria that ask for one of these. */
  because(...kinds: readonly Demand["kind"][]): readonly Origin[] {
    return this.of(() => true, ...kinds);
  }

  /** The criteria that ask for one of these, where it is about that. */
  of(about: About, ...kinds: readonly Demand["kind"][]): readonly Origin[] {
    return unique(this.all.filter(({ demand }) => kinds.includes(demand.kind) && about(demand)).map(({ origin }) => origin));
  }

  /** The criteria that ask for one of these on that platform. */
  on(platform: Platform, ...kinds: readonly Demand["kind"][]): readonly Origin[] {
    return unique(this.all.filter((demanded) => kinds.includes(demanded.demand.kind) && this.platforms.get(demanded) === platform).map(({ origin }) => origin));
  }

  /** The demands that are about that platform. */
  demandsOn(platform: Platform): readonly Demanded[] {
    return this.all.filter((demanded) => this.platforms.get(demanded) === platform);
  }

  /** What the last increment with an opinion chooses where the criteria leave it open. */
  preference<K extends keyof StackPreferences>(axis: K): StackPreferences[K] | undefined {
    return this.layers.map((layer) => layer.preferences[axis]).findLast((value) => value !== undefined);
  }

  /** The value of one parameter: of the last increment that states it. Two criteria of one increment that state different ones are a fault. */
  stated<T>(kind: Demand["kind"], parameter: string, about: About = () => true): T | undefined {
    let standing: { value: T; demanded: Demanded } | undefined;
    for (const demanded of this.all) {
      if (demanded.demand.kind !== kind || !about(demanded.demand)) continue;
      const value = (demanded.demand.parameters as Readonly<Record<string, unknown>>)[parameter] as T | undefined;
      if (value === undefined) continue;
      if (standing && JSON.stringify(standing.value) !== JSON.stringify(value)) {
        const { origin } = standing.demanded;
        if (origin.increment === demanded.origin.increment) {
          this.fault(demanded.origin, {
            message: `${demanded.origin.criterion} asks for ${kind} with ${parameter} ${String(value)}, but ${origin.criterion} at ${place(origin.location)} asks for ${String(standing.value)}.`,
            remedy: "Let the two criteria agree, or defer one of them.",
          });
          continue;
        }
        this.supersede({ kind, parameter, from: origin, by: demanded.origin });
      }
      standing = { value, demanded };
    }
    return standing?.value;
  }

  /** Notes a fault at the criterion, once: axes may ask for the same parameter. */
  fault(origin: Origin | undefined, fault: Pick<Fault, "message" | "remedy">): void {
    if (this.faults.some(({ message }) => message === fault.message)) return;
    this.faults.push({ ...(origin ? { location: origin.location } : {}), ...fault });
  }

  private supersede(supersession: Supersession): void {
    const { kind, parameter, from, by } = supersession;
    if (this.superseded.some((known) => known.kind === kind && known.parameter === parameter && known.from === from && known.by === by)) return;
    this.superseded.push(supersession);
  }
}

/** The choice with the criteria behind it, where it is wanted. */
export function choice<T>(wanted: boolean, because: readonly Origin[], choose: () => T): Chosen<T> | undefined {
  return wanted ? { value: choose(), because } : undefined;
}

export function unique(origins: readonly Origin[]): readonly Origin[] {
  return [...new Set(origins)];
}

/** An object without its undefined values. */
export function present<T extends object>(record: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };
}
