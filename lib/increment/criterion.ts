import type { CriterionState, Priority } from "./increment";
import type { Plain } from "./plain";
import { splitFinalPriority } from "./priority";

/** What one line of text says as a criterion, before anything around it is taken into account. */
export interface Reading {
  /** Absent where the author gave none. */
  readonly id?: string;
  readonly text: string;
  /** Index in the plain text where the id, else the text, begins. */
  readonly start: number;
  readonly priority?: Priority;
  readonly state: CriterionState;
  /** It has a check box or a tick, which plain notes have not. */
  readonly marked: boolean;
  /** Index in the plain text of the check box that tells the state. */
  readonly box?: number;
  /** A character in the box that has no meaning. */
  readonly unknownBox?: string;
}

/** How firmly the line's own form says that it defines something: a heading needs no colon after the id, prose does. */
export type Form = "item" | "paragraph" | "heading";

const BOX = /^\[ ?([^\s[\]]?) ?\] */u;
const TICK = /^[✅☑✔]\uFE0F?\s*/u;
const FINAL_TICK = /\s*[✅☑✔]\uFE0F?$/u;
/** In brackets or parentheses: the criterion is put off or given up. */
const PUT_OFF = /^(?:DEFERRED|POSTPONED|DROPPED|CANCELL?ED|SKIPPED|REMOVED|DESCOPED|OUT OF SCOPE|WON'?T(?:FIX| FIX| DO))(?![\p{L}])/iu;
/** An id ends in a number: `AC-US9A-01`, `AC-04b`; `AC-Task` is a word. */
const ID_SHAPE = /^[A-Z]+-?(?:[A-Za-z0-9]+[-.])*?[A-Za-z]{0,8}\d+[A-Za-z]?$/;
const QUALIFIER = /\s*(?:\(([^()]{0,500})\)|\[([^[\]]{0,500})\])/y;
const SEPARATOR = /\s*(?::|[—–]|-(?=\s)|[.)](?=\s|$)|$)\s*/y;

/** Finds an id of one of `families` (`AC`, `FR`) at `index`. */
export function idAt(text: string, index: number, families: readonly string[]): string | undefined {
  const family = families.find((name) => text.startsWith(name, index));
  if (family === undefined) return undefined;
  const next = text[index + family.length] ?? "";
  // `AC1` is an id, `SC1` too rarely to be told from a word.
  if (next !== "-" && !(family === "AC" && /\d/.test(next))) return undefined;
  const token = /^[A-Za-z0-9.-]+/.exec(text.slice(index, index + 48))?.[0].replace(/[.-]+$/, "") ?? "";
  return ID_SHAPE.test(token) ? token : undefined;
}

/**
 * Reads one line as a criterion. Without an id the whole line is its text, and the caller decides whether the place makes it
 * a criterion. `undefined`: the line only mentions an id.
 */
export function readLine(plain: Plain, form: Form, families: readonly string[]): Reading | undefined {
  const { text } = plain;
  let at = 0;
  let state: CriterionState = "open";
  let marked = false;
  let boxAt: number | undefined;
  let unknownBox: string | undefined;
  let priority: Priority | undefined;
  let putOff = plain.struck;

  const box = (): boolean => {
    const match = BOX.exec(text.slice(at, at + 8));
    if (!match || text[at + match[0].length] === "(" || text[at + match[0].length] === ":") return false;
    const character = match[1] ?? "";
    const meaning = { "": "open", x: "done", X: "done", "~": "in-progress", "-": "deferred" }[character];
    if (meaning === undefined) {
      // `[GREEN]` is text; one character alone stands where a check mark stands, if an id follows.
      if ([...character].length > 1 || !idAt(text, at + match[0].length, families)) return false;
      unknownBox = character;
    }
    state = (meaning ?? "open") as CriterionState;
    boxAt = at;
    at += match[0].length;
    return true;
  };
  const tick = (): void => {
    const match = TICK.exec(text.slice(at, at + 8));
    if (!match) return;
    if (state === "open") state = "done";
    marked = true;
    at += match[0].length;
  };

  marked = box();
  tick();
  const start = at;
  const id = idAt(text, at, families);
  if (id !== undefined) {
    at += id.length;
    QUALIFIER.lastIndex = at;
    for (let match = QUALIFIER.exec(text); match; match = QUALIFIER.exec(text)) {
      const inner = (match[1] ?? match[2] ?? "").trim();
      // A check box after the id belongs to what follows it.
      if (match[2] !== undefined && inner.length <= 1) break;
      priority = splitFinalPriority(`(${inner})`).priority ?? priority;
      putOff ||= PUT_OFF.test(inner);
      at = QUALIFIER.lastIndex;
    }
    SEPARATOR.lastIndex = at;
    const separator = SEPARATOR.exec(text)?.[0];
    const firm = marked || form === "heading" || plain.boldTo >= start + id.length;
    if (separator === undefined) {
      if (!firm || /^\s*(?:[→,;&+/]|(?:and|or|to|through|bis|und)\s+[A-Z]+-)/.test(text.slice(at, at + 24))) return undefined;
      at += /^\s*/.exec(text.slice(at, at + 4))?.[0].length ?? 0;
    } else {
      at += separator.length;
      // An id alone is a mention; a colon after it announces a text that may follow below.
      if (at >= text.length && !separator.includes(":") && !marked && form !== "heading") return undefined;
    }
    // Where the line has one at its start, this one is text.
    if (boxAt === undefined && box()) marked = true;
    tick();
  }

  let rest = text.slice(at);
  // A tick, a state and a priority may follow one another in any order, but not without end.
  for (let round = 0; round < 4; round++) {
    const shorter = rest.replace(FINAL_TICK, "");
    if (shorter !== rest) {
      if (state === "open") state = "done";
      marked = true;
      rest = shorter;
    }
    const bracket = /\s*[[(]([^[\]()]{0,500})[\])]$/.exec(rest.slice(-504));
    if (bracket && PUT_OFF.test(bracket[1] ?? "")) {
      putOff = true;
      rest = rest.slice(0, rest.length - bracket[0].length);
      continue;
    }
    const final = splitFinalPriority(rest);
    if (final.priority === undefined) break;
    priority = final.priority;
    rest = final.text;
  }
  const leading = /^\[([^[\]]{0,500})\]:?\s*/.exec(rest);
  if (leading && PUT_OFF.test(leading[1] ?? "")) {
    putOff = true;
    rest = rest.slice(leading[0].length);
  }
  return {
    ...(id !== undefined && { id }),
    text: rest.trim(),
    start,
    ...(priority && { priority }),
    state: putOff ? "deferred" : state,
    marked,
    ...(boxAt !== undefined && { box: boxAt }),
    ...(unknownBox !== undefined && { unknownBox }),
  };
}
