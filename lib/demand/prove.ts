import { CAPABILITY } from "./capabilities";
import type { Capability, Claim } from "./capability";
import type { CapabilityId } from "./demand";
import type { Evidence, Proof } from "./synthesized";

/**
 * Holds a demand against what was synthesized. Of several ways to meet it, the first that holds is told; if none does, the first that
 * found anything. `undefined`: phaseline does not provision this capability.
 */
export function prove({ kind, parameters }: { readonly kind: CapabilityId; readonly parameters: object }, evidence: Evidence): Proof | undefined {
  const ways = (CAPABILITY[kind] as Capability).prove?.(parameters, evidence);
  if (!ways) return undefined;
  const proofs = [ways].flat().map(judge);
  return proofs.find(({ holds }) => holds) ?? proofs.find(({ addresses }) => addresses.length > 0) ?? proofs[0];
}

function judge({ wanted, found, resources, unless, files = [] }: Claim): Proof {
  const missing = Object.entries(unless).filter(([, holds]) => !holds).map(([failure]) => failure);
  const holds = missing.length === 0;
  const addresses = resources.filter((resource) => resource !== undefined).map(({ stack, address }) => ({ stack, address }));
  return { holds, wanted, found: holds ? found : missing.join(", "), addresses, files };
}
