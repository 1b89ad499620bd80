/** A piece of markdown without its inline markup, each character of which knows where it stands in the source. */
export interface Plain {
  /** One line: white space is collapsed. */
  readonly text: string;
  /** Offset in the source of the character at `index` of the text (of the piece's end, for the text's length). */
  offset(index: number): number;
  /** How many characters of the text a bold run at its start covers. */
  readonly boldTo: number;
  /** All of it is struck through. */
  readonly struck: boolean;
  /** Bodies of the HTML comments inside, which are no part of the text. */
  readonly comments: readonly { readonly offset: number; readonly body: string }[];
  /** Whether the character at this offset of the source stands in a code span. */
  inCode(offset: number): boolean;
}

/** A character that is markup, and one that stands for white space. Everything else is kept, in code too. */
const DROP = 1;
const BLANK = 2;
const SPACE = 0x20;

/**
 * Takes bold, emphasis, strikethrough, code marks, links and comments away. It is linear in the length of the text, which
 * the usual delimiter algorithms are not on hostile input; where markup is unbalanced, the characters stay as they are.
 */
export function plain(source: string, from: number, to: number): Plain {
  const raw = source.slice(from, to);
  const mask = new Uint8Array(raw.length);
  const marks = mark(raw, from, mask);
  const { swaps } = marks;
  // Kept characters come in runs, so that two numbers a run tell the place of each: where it begins here and in the source.
  const here: number[] = [];
  const there: number[] = [];
  let text = "";
  let run = -1;
  let space = false;
  let boldTo = 0;
  let struck = marks.struckTo > 0;
  const begin = (at: number): void => {
    here.push(text.length);
    there.push(from + at);
  };
  const close = (end: number): void => {
    if (run >= 0) text += raw.slice(run, end);
    run = -1;
  };
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    const blank = mask[i] === BLANK || isBlank(code);
    if (mask[i] === DROP || blank) {
      // One space between two words stays in the run.
      if (code === SPACE && run >= 0 && mask[i] === 0 && mask[i + 1] === 0 && !isBlank(raw.charCodeAt(i + 1))) continue;
      close(i);
      space ||= blank;
      continue;
    }
    if (run < 0) {
      if (space && text !== "") {
        begin(i - 1);
        text += " ";
      }
      space = false;
      begin(i);
      run = i;
    }
    if (i < marks.bold) boldTo = text.length + i - run + 1;
    if (i >= marks.struckTo) struck = false;
    const swap = swaps.size > 0 ? swaps.get(i) : undefined;
    if (swap !== undefined) {
      close(i);
      text += swap;
    }
  }
  close(raw.length);
  const offset = (index: number): number => {
    if (index >= text.length) return to;
    let last = here.length - 1;
    while (last > 0 && (here[last] ?? 0) > index) last -= 1;
    return (there[last] ?? from) + index - (here[last] ?? 0);
  };
  const inCode = (at: number): boolean => marks.code.some(([start, end]) => start <= at && at < end);
  return { text, offset, boldTo, struck, comments: marks.comments, inCode };
}

interface Marks {
  comments: { offset: number; body: string }[];
  code: [from: number, to: number][];
  /** Where a bold run that opens the piece ends, and one that is struck through. */
  bold: number;
  struckTo: number;
  /** Characters that stand for an entity; the rest of the entity is dropped. */
  swaps: Map<number, string>;
}

/** Only what needs escaping in HTML: numeric entities could bring marks back that no reader sees. */
const ENTITY = /^&(?:amp|lt|gt|quot|#39|nbsp);/;
const CHARACTERS: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** By code, what may begin markup; most characters do not. */
const MARKUP = new Uint8Array(128);
for (const character of "\\`<&[]*_~") MARKUP[character.charCodeAt(0)] = 1;

function mark(raw: string, base: number, mask: Uint8Array): Marks {
  const marks: Marks = { comments: [], code: [], bold: 0, struckTo: 0, swaps: new Map() };
  const openers: Record<string, Run[]> = { "*": [], _: [], "~": [] };
  const brackets: { at: number; image: boolean }[] = [];
  const ticks = backticks(raw);
  let noComment = false;
  let i = 0;
  for (;;) {
    while (i < raw.length && MARKUP[raw.charCodeAt(i)] !== 1) i += 1;
    if (i >= raw.length) return marks;
    const character = raw[i] ?? "";
    switch (character) {
      case "\\":
        if (/[!-/:-@[-`{-~]/.test(raw[i + 1] ?? "")) mask[i++] = DROP;
        i += 1;
        break;
      case "`": {
        const length = runLength(raw, i, "`");
        const close = ticks.next(i + length, length);
        if (close >= 0) {
          mask.fill(DROP, i, i + length);
          mask.fill(DROP, close, close + length);
          marks.code.push([base + i, base + close]);
          i = close + length;
        } else i += length;
        break;
      }
      case "<": {
        const end = !noComment && raw.startsWith("<!--", i) ? raw.indexOf("-->", i + 4) : -1;
        if (end >= 0) {
          marks.comments.push({ offset: base + i, body: raw.slice(i + 4, end).trim() });
          mask.fill(DROP, i, end + 3);
          i = end + 3;
        } else {
          noComment ||= raw.startsWith("<!--", i);
          const tag = /^<br ?\/?>|^<(?=https?:\/\/[^\s<>]{1,2000}>)/i.exec(raw.slice(i, i + 2010));
          if (tag && tag[0].length > 1) mask.fill(BLANK, i, i + tag[0].length);
          else if (tag) mask[i] = mask[raw.indexOf(">", i)] = DROP;
          i += tag ? tag[0].length : 1;
        }
        break;
      }
      case "&": {
        const entity = ENTITY.exec(raw.slice(i, i + 6))?.[0];
        if (entity === "&nbsp;") mask.fill(BLANK, i, i + entity.length);
        else if (entity) {
          marks.swaps.set(i, CHARACTERS[entity.slice(1, -1)] ?? "&");
          mask.fill(DROP, i + 1, i + entity.length);
        }
        i += entity?.length ?? 1;
        break;
      }
      case "[":
        brackets.push({ at: i, image: raw[i - 1] === "!" });
        i += 1;
        break;
      case "]": {
        const open = brackets.pop();
        const end = open && raw[i + 1] === "(" ? destinationEnd(raw, i + 1) : -1;
        if (open && end >= 0) {
          mask[open.at] = DROP;
          if (open.image) mask[open.at - 1] = DROP;
          mask.fill(DROP, i, end);
          i = end;
        } else i += 1;
        break;
      }
      case "*":
      case "_":
      case "~": {
        const length = runLength(raw, i, character);
        if (character !== "~" || length === 2) delimiter(raw, i, length, character, openers[character] ?? [], mask, marks);
        i += length;
        break;
      }
    }
  }
}

interface Run {
  at: number;
  left: number;
  readonly length: number;
  readonly closes: boolean;
}

/** CommonMark's rules, but with one stack a character and a look at its top only, which keeps them linear. */
function delimiter(raw: string, at: number, length: number, character: string, stack: Run[], mask: Uint8Array, marks: Marks): void {
  const before = raw[at - 1] ?? " ";
  const after = raw[at + length] ?? " ";
  const left = !/\s/.test(after) && (!PUNCTUATION.test(after) || /\s/.test(before) || PUNCTUATION.test(before));
  const right = !/\s/.test(before) && (!PUNCTUATION.test(before) || /\s/.test(after) || PUNCTUATION.test(after));
  const opens = character === "_" ? left && (!right || PUNCTUATION.test(before)) : left;
  const closes = character === "_" ? right && (!left || PUNCTUATION.test(after)) : right;
  let rest = length;
  let from = at;
  while (closes && rest > 0 && stack.length > 0) {
    const open = stack[stack.length - 1] as Run;
    // The "rule of three": it keeps `**/*.ts` whole.
    const either = opens || open.closes;
    if (either && (open.length + length) % 3 === 0 && !(open.length % 3 === 0 && length % 3 === 0)) break;
    const used = Math.min(open.left, rest);
    // The opener's inner end and the closer's inner end vanish.
    mask.fill(DROP, open.at + open.left - used, open.at + open.left);
    mask.fill(DROP, from, from + used);
    open.left -= used;
    from += used;
    rest -= used;
    if (used >= 2 && open.at <= 12 && OPENING.test(raw.slice(0, open.at))) {
      if (character === "~") marks.struckTo = at;
      else marks.bold ||= at;
    }
    if (open.left === 0) stack.pop();
  }
  if (opens && rest > 0) stack.push({ at: from, left: rest, length, closes });
}

/** What may stand before a run that still counts as the start of the piece: a check box, a tick. */
const OPENING = /^\s*(?:\[.?\]\s*)?(?:[✅☑✔]\uFE0F?\s*)?$/u;

const PUNCTUATION = /[\p{P}\p{S}]/u;

const BACKSLASH = 0x5c;
const OPEN = 0x28;
const CLOSE = 0x29;

/** The end of `(destination "title")` that opens at `at`, or -1. What goes on longer than an address does is text. */
function destinationEnd(raw: string, at: number): number {
  const limit = Math.min(raw.length, at + 250);
  let depth = 0;
  for (let i = at; i < limit; i++) {
    const code = raw.charCodeAt(i);
    if (code === BACKSLASH) i += 1;
    else if (code === OPEN) depth += 1;
    else if (code === CLOSE && --depth === 0) return i + 1;
  }
  return -1;
}

/** Finds the next run of exactly `length` backticks, in constant time over a whole text. */
function backticks(raw: string): { next(from: number, length: number): number } {
  const byLength = new Map<number, { starts: number[]; used: number }>();
  for (const match of raw.matchAll(/`+/g)) {
    const entry = byLength.get(match[0].length) ?? { starts: [], used: 0 };
    entry.starts.push(match.index);
    byLength.set(match[0].length, entry);
  }
  return {
    next(from, length) {
      const entry = byLength.get(length);
      if (!entry) return -1;
      while ((entry.starts[entry.used] ?? Infinity) < from) entry.used += 1;
      return entry.starts[entry.used] ?? -1;
    },
  };
}

function runLength(raw: string, at: number, character: string): number {
  let end = at + 1;
  while (raw[end] === character) end += 1;
  return end - at;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x3000 || code === 0xfeff;
}
