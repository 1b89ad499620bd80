import type { Blueprint } from "../lib/blueprint/blueprint";
import type { Shared } from "./shared";
import { zoneOf } from "./zone";

/**
 * What outlives that which was removed: the key, without which nobody could read the last snapshot of a database, and the zone of the
 * domain, whose name servers somebody has entered and in which others may have records.
 */
export function keepOutliving(stack: Shared, { settings, removed = [] }: Blueprint): void {
  void stack.encryptionKey;
  if (settings.domain && removed.some((thing) => thing === "server" || thing === "fleet")) zoneOf(stack, settings.domain);
}
