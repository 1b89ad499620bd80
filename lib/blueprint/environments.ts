import type { Demand } from "../demand/demand";
import { namesOf, plainName } from "../demand/environments";
import { FaultsError, type Fault } from "../increment/fault";
import type { Blueprint } from "./blueprint";
import { fold } from "./fold";
import { refuseLosses } from "./losses";
import type { Demanded, Layer } from "./layer";
import { settingsOf, type Settings } from "./settings";

/** In the order in which a version passes through them; others come first, by name. */
const ORDER = ["development", "test", "staging", "production"] as const;

/**
 * Folds increments into the environments that they ask for: that of the settings, and every other that a criterion names. All of them
 * are made of the same criteria, but for those that name environments: these are about those that they name.
 *
 * @returns the blueprints in the order in which a version passes through them
 * @throws FaultsError as `fold` does, and where one increment takes back what holds data without consent
 */
export function foldEnvironments(layers: readonly Layer[], settings: Settings): readonly Blueprint[] {
  const own = plainName(settings.environment);
  const names = new Set(layers.flatMap(({ demands }) => demands.flatMap(({ demand }) => named(demand))));
  const others = [...names].filter((name) => name !== own);
  const unusable = others.filter((name) => !/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/.test(name));
  if (unusable.length > 0) {
    throw new FaultsError(
      unusable.map((name) => ({
        ...locationOf(layers, name),
        message: `the environment "${name}" cannot be: resources are named after it, in 2 to 20 lower-case letters, digits and hyphens, beginning with a letter.`,
        remedy: "Give it another name, such as staging.",
      })),
    );
  }
  return [own, ...others].sort(byOrder).map((name) => {
    const about = aboutEnvironment(layers, name);
    const folding: Parameters<typeof fold> = name === own ? [about, settings] : [about, settingsOf(settings, name), settings];
    const blueprint = fold(...folding);
    refuseLosses(...folding);
    return blueprint;
  });
}

/** The criteria that are about that environment. */
function aboutEnvironment(layers: readonly Layer[], name: string): readonly Layer[] {
  return layers.map((layer) => {
    const elsewhere = new Set(criteriaNaming(layer.demands).filter(({ names }) => !names.includes(name)).map(({ criterion }) => criterion));
    return elsewhere.size === 0 ? layer : { ...layer, demands: layer.demands.filter(({ origin }) => !elsewhere.has(origin.criterion)) };
  });
}

function criteriaNaming(demands: readonly Demanded[]): readonly { readonly criterion: string; readonly names: readonly string[] }[] {
  return demands.map(({ demand, origin }) => ({ criterion: origin.criterion, names: named(demand) })).filter(({ names }) => names.length > 0);
}

/** The environments that a demand names. */
function named(demand: Demand): readonly string[] {
  return demand.kind === "environments" ? namesOf(demand) : [];
}

function locationOf(layers: readonly Layer[], name: string): Pick<Fault, "location"> {
  const origin = layers.flatMap(({ demands }) => demands).find(({ demand }) => named(demand).includes(name))?.origin;
  return origin ? { location: origin.location } : {};
}

function byOrder(one: string, other: string): number {
  const place = (name: string) => (ORDER as readonly string[]).indexOf(name);
  return place(one) - place(other) || (one < other ? -1 : 1);
}
