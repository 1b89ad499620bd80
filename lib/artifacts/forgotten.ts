import type { Synthesized } from "../demand/synthesized";

/**
 * What an earlier run made for increments that are not read any more (archived, abandoned, deleted) and that nothing asks for now. The
 * next apply removes it.
 *
 * @param earlier the `traceability.json` of that run; anything else is passed over
 */
export function forgotten(earlier: string, increments: readonly string[], stacks: Synthesized["stacks"]): readonly string[] {
  const lost = new Map<string, Set<string>>();
  for (const { increment, demands } of criteriaOf(earlier)) {
    if (typeof increment !== "string" || increments.includes(increment) || !Array.isArray(demands)) continue;
    for (const { stack, address } of demands.flatMap(({ addresses }) => (Array.isArray(addresses) ? addresses : []))) {
      const [type = "", id = ""] = String(address).split(".");
      if (type === "data" || stacks[stack]?.resource?.[type]?.[id] !== undefined) continue;
      lost.set(increment, (lost.get(increment) ?? new Set()).add(`${stack}: ${address}`));
    }
  }
  return [...lost].map(
    ([increment, addresses]) =>
      `${increment} is not read any more, and nothing else asks for what it made. The next apply removes:\n${[...addresses].map((address) => `        ${address}\n`).join("")}` +
      "    → If that is not meant, bring the increment back, or include archived ones (context.phaseline.increments.archived); otherwise look at the plan first.\n",
  );
}

function criteriaOf(earlier: string): readonly { increment?: unknown; demands?: unknown }[] {
  try {
    const { criteria } = JSON.parse(earlier) as { criteria?: unknown };
    return Array.isArray(criteria) ? criteria : [];
  } catch {
    return [];
  }
}
