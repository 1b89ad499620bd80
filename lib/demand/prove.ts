import { CAPABILITY } from "./capabilities";
import type { Capability, Claim } from "./capability";
import type { CapabilityId, Placed } from "./demand";
import type { Evidence, Proof } from "./synthesized";

/**
 * Holds a demand against what was synthesized. Of several ways to meet it, the one is told that holds or, where none does, that lacks
 * least of those of which anything is there. `undefined`: phaseline does not provision this capability.
 */
export function prove({ kind, parameters }: { readonly kind: CapabilityId; readonly parameters: object }, evidence: Evidence): Proof | undefined {
  const ways = (CAPABILITY[kind] as Capability).prove?.(parameters, evidence);
  if (!ways) return undefined;
  const judged = [ways].flat().map((way) => judge(inRegion(way, parameters, evidence))).sort((one, other) => one.missing - other.missing);
  return (judged.find(({ missing, proof }) => missing === 0 || proof.addresses.length > 0) ?? judged[0])?.proof;
}

/** A region that a criterion names has to be one that a provider of AWS is configured for. */
function inRegion(claim: Claim, { region }: Placed, evidence: Evidence): Claim {
  if (region === undefined) return claim;
  const named = [region].flat();
  const configured = regionsOf(evidence);
  return {
    ...claim,
    wanted: `${claim.wanted}, in ${named.join(" and ")}`,
    unless: { ...claim.unless, [`the region is ${configured.join(" and ")}`]: named.every((each) => configured.includes(each)) },
  };
}

/** The regions that the stacks' providers of AWS are configured for. */
export function regionsOf(evidence: Evidence): readonly string[] {
  return [...new Set(evidence.providers("aws").map((provider) => String(provider.get("region"))))];
}

function judge({ wanted, found, resources, unless, files = [] }: Claim): { readonly missing: number; readonly proof: Proof } {
  const missing = Object.entries(unless).filter(([, holds]) => !holds).map(([failure]) => failure);
  const holds = missing.length === 0;
  const addresses = resources.filter((resource) => resource !== undefined).map(({ stack, address }) => ({ stack, address }));
  return { missing: missing.length, proof: { holds, wanted, found: holds ? found : missing.join(", "), addresses, files } };
}
