import { CAPABILITY } from "./capabilities";
import type { Capability, Claim } from "./capability";
import type { CapabilityId } from "./demand";
import type { Evidence, Proof } from "./synthesized";

/**
 * Holds a demand against what was synthesized. Of several ways to meet it, the one is told that holds or, where none does, that lacks
 * least of those of which anything is there. `undefined`: phaseline does not provision this capability.
 */
export function prove({ kind, parameters }: { readonly kind: CapabilityId; readonly parameters: object }, evidence: Evidence): Proof | undefined {
  const ways = (CAPABILITY[kind] as Capability).prove?.(parameters, evidence);
  if (!ways) return undefined;
  const judged = [ways].flat().map(judge).sort((one, other) => one.missing - other.missing);
  return (judged.find(({ missing, proof }) => missing === 0 || proof.addresses.length > 0) ?? judged[0])?.proof;
}

function judge({ wanted, found, resources, unless, files = [] }: Claim): { readonly missing: number; readonly proof: Proof } {
  const missing = Object.entries(unless).filter(([, holds]) => !holds).map(([failure]) => failure);
  const holds = missing.length === 0;
  const addresses = resources.filter((resource) => resource !== undefined).map(({ stack, address }) => ({ stack, address }));
  return { missing: missing.length, proof: { holds, wanted, found: holds ? found : missing.join(", "), addresses, files } };
}
