import type { Demand } from "../demand/demand";
import type { Platform } from "./blueprint";
import type { Demanded, Layer } from "./layer";

/**
 * Which platform each demand is about: the one that its increment speaks of, or else the one that stands from the increments before,
 * or, where none was ever named, a cluster. Of two in one increment the later phase's stands.
 */
export function platformsOf(layers: readonly Layer[]): ReadonlyMap<Demanded, Platform> {
  const platforms = new Map<Demanded, Platform>();
  let standing: Platform = "cluster";
  for (const layer of layers) {
    standing = platformNamed(layer) ?? standing;
    for (const demanded of layer.demands) if (!ofReaders(demanded.demand)) platforms.set(demanded, standing);
  }
  return platforms;
}

/** Whether it is about the number of a database's readers, which no platform runs. */
export function ofReaders({ kind, parameters }: Demand): boolean {
  return kind === "autoscaling" && parameters.of === "readers";
}

function platformNamed({ demands, preferences }: Layer): Platform | undefined {
  const says = (kind: Demand["kind"], about: (parameters: Readonly<Record<string, unknown>>) => boolean) =>
    demands.some(({ demand }) => demand.kind === kind && about(demand.parameters as Readonly<Record<string, unknown>>));
  const counted = (pattern: RegExp) => says("autoscaling", ({ of }) => pattern.test(String(of)));
  if (
    preferences.platform === "kubernetes" ||
    says("cluster", ({ platform }) => platform !== "ecs") ||
    says("workload", ({ platform }) => platform === "kubernetes") ||
    says("load-balancer", ({ type }) => type === "ingress") ||
    says("gitops", () => true) ||
    counted(/pod|replica|node|worker/)
  ) {
    return "cluster";
  }
  if (says("load-balancer", () => true) || says("compute", ({ instances }) => Number(instances) > 1) || says("containers", ({ tool }) => tool === "compose") || counted(/instance|server|machine/)) return "fleet";
  if (says("compute", () => true) || preferences.platform === "instances") return "server";
  return undefined;
}
