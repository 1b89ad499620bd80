import type { Demand } from "../demand/demand";
import type { Blueprint } from "./blueprint";
import { fold } from "./fold";
import type { Demanded, Layer } from "./layer";
import { settingsOf, type Settings } from "./settings";

/** In the order in which a version passes through them; others come first, by name. */
const ORDER = ["development", "test", "staging", "production"] as const;

/** What people write for the same: an environment that the settings call `prod` is the criteria's production. */
const SHORT: Readonly<Record<string, string>> = { dev: "development", qa: "test", uat: "test", stage: "staging", "pre-prod": "staging", preprod: "staging", prod: "production", live: "production" };

/**
 * Folds increments into the environments that they ask for: that of the settings, and every other that a criterion names. All of them
 * are made of the same criteria, but for those that name environments: these are about those that they name.
 *
 * @returns the blueprints in the order in which a version passes through them
 * @throws FaultsError as `fold` does
 */
export function foldEnvironments(layers: readonly Layer[], settings: Settings): readonly Blueprint[] {
  const own = plainName(settings.environment);
  const named = new Set(layers.flatMap(({ demands }) => demands.flatMap(({ demand }) => namesOf(demand))));
  const others = [...named].filter((name) => name !== own);
  return [own, ...others].sort(byOrder).map((name) => {
    const about = aboutEnvironment(layers, name);
    return name === own ? fold(about, settings) : fold(about, settingsOf(settings, name), settings);
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
  return demands.map(({ demand, origin }) => ({ criterion: origin.criterion, names: namesOf(demand) })).filter(({ names }) => names.length > 0);
}

/** The environments that a demand names. */
export function namesOf(demand: Demand): readonly string[] {
  return demand.kind === "environments" ? (demand.parameters.names ?? []).map(plainName) : [];
}

/** `prod` is production. */
export function plainName(name: string): string {
  return SHORT[name] ?? name;
}

function byOrder(one: string, other: string): number {
  const place = (name: string) => (ORDER as readonly string[]).indexOf(name);
  return place(one) - place(other) || (one < other ? -1 : 1);
}
