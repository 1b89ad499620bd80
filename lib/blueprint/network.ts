import { choice, type Asked } from "./asked";
import type { Blueprint, Chosen, NetworkChoice } from "./blueprint";

/** The network that all of it stands in; there is one where anything does. */
export function chooseNetwork(
  asked: Asked,
  { server, fleet, cluster, database, aurora, cache }: Pick<Blueprint, "server" | "fleet" | "cluster" | "database" | "aurora" | "cache">,
): Chosen<NetworkChoice> | undefined {
  const because = asked.because("network");
  const inhabited = [server, fleet, cluster, database, aurora, cache].some((part) => part !== undefined);
  const { settings } = asked;
  const cidr = asked.stated<string | readonly string[]>("network", "cidr");
  return choice(inhabited || because.length > 0, because, () => ({
    cidr: (typeof cidr === "string" ? cidr : cidr?.[0]) ?? settings.network.cidr,
    zones: asked.stated<number>("network", "azCount") ?? asked.stated<number>("high-availability", "azCount") ?? settings.network.zones,
    natGateways: cluster ? "per-az" : fleet ? "one" : "none",
  }));
}
