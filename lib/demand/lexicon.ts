import { CAPABILITY } from "./capabilities";
import type { Capability } from "./capability";
import * as interplay from "./interplay";
import { clausesOf, type Clauses } from "./needles";
import { INFRASTRUCTURE_SIGNS, OTHER_SIGNS, PROVISIONS } from "./signs";
import { VENDORS } from "./vendors";

/** Every pattern that a criterion may be held against. */
export function lexicon(): readonly RegExp[] {
  return [
    ...Object.values(CAPABILITY).flatMap((capability) => {
      const { names, hints, otherSenses = [] } = capability as unknown as Capability;
      return [...names, ...hints, ...otherSenses];
    }),
    PROVISIONS, ...[...INFRASTRUCTURE_SIGNS, ...OTHER_SIGNS, ...VENDORS].map(({ pattern }) => pattern),
    ...interplay.RULES.flatMap(({ only, unless }) => [only ?? [], unless ?? []].flat()), ...Object.values(interplay).filter((value) => value instanceof RegExp),
  ];
}

/** What the build writes beside needles.js: reading a thousand patterns for their needles takes longer than reading the answer. */
export function preparedNeedles(): Readonly<Record<string, Clauses>> {
  return Object.fromEntries(lexicon().map(({ source }) => [source, clausesOf(source)]));
}
