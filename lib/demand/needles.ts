/**
 * A regular expression is compiled when it is first used, at about a tenth of a millisecond each, and the lexicons hold a thousand
 * of them. Most cannot match a given text for want of a word, which `includes` tells in no time.
 */
const known = new WeakMap<RegExp, readonly string[]>();

/** Whether the text has a word that any match of the pattern must contain. `false` is certain, `true` is not. */
export function mayMatch(pattern: RegExp, text: string): boolean {
  let needles = known.get(pattern);
  if (!needles) known.set(pattern, (needles = needlesOf(pattern.source) ?? []));
  return needles.length === 0 || needles.some((needle) => text.includes(needle));
}

/** `pattern.test(text)`, without compiling a pattern that cannot match. For patterns without the flag `g`. */
export function matches(pattern: RegExp, text: string): boolean {
  return mayMatch(pattern, text) && pattern.test(text);
}

/**
 * Words of which every match of the pattern contains at least one; `undefined` where the pattern has no such words.
 *
 * Reads the syntax that the lexicons use; anything else is taken to match anything, which costs time but is never wrong.
 */
export function needlesOf(source: string): readonly string[] | undefined {
  let at = 0;

  /** `a|b|c`: a match is of one of them, so the words of all of them count. */
  function alternatives(): readonly string[] | undefined {
    const all: (readonly string[] | undefined)[] = [sequence()];
    while (source[at] === "|") {
      at++;
      all.push(sequence());
    }
    return all.every((needles) => needles !== undefined) ? all.flat() : undefined;
  }

  /** `abc(?:d|e)f`: a match has all its parts, so those words are taken that are rarest: the longest. */
  function sequence(): readonly string[] | undefined {
    let best: readonly string[] | undefined;
    let literal = "";
    const consider = (needles: readonly string[] | undefined) => {
      if (needles && needles.length > 0 && shortest(needles) > (best ? shortest(best) : 0)) best = needles;
    };
    const flush = () => {
      if (literal !== "") consider([literal]);
      literal = "";
    };
    while (at < source.length && source[at] !== "|" && source[at] !== ")") {
      const part = atom();
      const least = repeated();
      if (part.kind === "character" && least === 1) literal += part.text;
      else {
        flush();
        if (part.kind === "group" && least > 0) consider(part.needles);
        if (part.kind === "character" && least > 1) consider([part.text]);
      }
    }
    flush();
    return best;
  }

  type Atom = { readonly kind: "character"; readonly text: string } | { readonly kind: "group"; readonly needles: readonly string[] | undefined } | { readonly kind: "other" };

  function atom(): Atom {
    const character = source[at++] as string;
    if (character === "(") return group();
    if (character === "[") {
      while (source[at] !== "]") at += source[at] === "\\" ? 2 : 1;
      at++;
      return { kind: "other" };
    }
    if (character === "\\") {
      const escaped = source[at++] as string;
      if (/[a-zA-Z0-9]/.test(escaped)) {
        // A class, a boundary, a back reference, a code point: what follows an escape of several characters is skipped with it.
        if (escaped === "u" || escaped === "p" || escaped === "P") at = source[at] === "{" ? source.indexOf("}", at) + 1 : at + (escaped === "u" ? 4 : 1);
        if (escaped === "x") at += 2;
        if (escaped === "k") at = source.indexOf(">", at) + 1;
        return { kind: "other" };
      }
      return { kind: "character", text: escaped };
    }
    return ".^$".includes(character) ? { kind: "other" } : { kind: "character", text: character };
  }

  function group(): Atom {
    const opening = /^\?(?:<?[=!]|:|<\w+>)/.exec(source.slice(at, at + 40))?.[0] ?? "";
    at += opening.length;
    const needles = alternatives();
    at++;
    // What is looked at is not part of the match.
    return /[=!]$/.test(opening) ? { kind: "other" } : { kind: "group", needles };
  }

  /** Reads a quantifier; how often at least. */
  function repeated(): number {
    const quantifier = /^(?:[?*+]|\{(\d+)(?:,\d*)?\})\??/.exec(source.slice(at, at + 12));
    if (!quantifier) return 1;
    at += quantifier[0].length;
    if (quantifier[1] !== undefined) return Number(quantifier[1]) === 1 ? 2 : Number(quantifier[1]);
    // "a+" is no literal that the next character follows at once.
    return quantifier[0].startsWith("+") ? 2 : 0;
  }

  return alternatives();
}

function shortest(needles: readonly string[]): number {
  return Math.min(...needles.map((needle) => needle.length));
}
