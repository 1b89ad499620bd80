import type { Priority } from "./increment";

/** Words that teams write instead of a number, as a whole word. */
const WORDS: readonly (readonly [RegExp, Priority])[] = [
  [/^(critical|blocker|highest|urgent|kritisch)\b/i, "P0"],
  [/^(high|important|must|hoch)\b/i, "P1"],
  [/^(medium|normal|should|moderate|mittel)\b/i, "P2"],
  [/^(low|could|minor|nice[- ]to[- ]have|niedrig)\b/i, "P3"],
  [/^(lowest|trivial|won'?t)\b/i, "P4"],
];

/** Reads `P1`, `P1 (High)`, `High (P1)`, `high`, `1`; nothing where no priority is stated. */
export function readPriority(value: string): Priority | undefined {
  const text = value.trim();
  const number = /\bP([0-4])\b/i.exec(text)?.[1] ?? /^([0-4])$/.exec(text)?.[1];
  if (number !== undefined) return `P${number}` as Priority;
  return WORDS.find(([word]) => word.test(text))?.[1];
}

/**
 * The meta that closes a text: `(P1)`, `(P1, testable via …)`, `(Priority: P1 - CRITICAL)`, `[P2]`. Only what stands at the
 * very end counts, so that `(2-10 pods)` in `Configure auto-scaling (2-10 pods) (P1)` stays text.
 */
export function splitFinalPriority(text: string): { text: string; priority?: Priority } {
  const trimmed = text.trimEnd();
  const end = /[)\]]\.?$/.exec(trimmed);
  if (!end) return { text: trimmed };
  const open = openingOf(trimmed, end.index);
  if (open < 0) return { text: trimmed };
  const meta = trimmed.slice(open + 1, end.index).trim();
  // `(P1/P2/P3 supported)` and `(P0 → 1)` speak about priorities and are none.
  const match = /^(?:priority:?\s*)?P([0-4])(?=$|[,;:]|\s+[-–—(])/i.exec(meta);
  if (!match) return { text: trimmed };
  return { text: trimmed.slice(0, open).trimEnd(), priority: `P${match[1]}` as Priority };
}

function openingOf(text: string, close: number): number {
  const [left, right] = text[close] === ")" ? "()" : "[]";
  let depth = 0;
  for (let i = close; i >= 0; i--) {
    if (text[i] === right) depth += 1;
    else if (text[i] === left && --depth === 0) return i;
  }
  return -1;
}
