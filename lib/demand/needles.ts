/**
 * A regular expression is compiled when it is first used, at about a tenth of a millisecond each, and the lexicons hold a thousand
 * of them. Most cannot match a given text for want of a word, which `includes` tells in no time.
 */
const known = new WeakMap<RegExp, Clauses>();
const knownSources = new Map<string, Clauses>();
let prepared: Readonly<Record<string, Clauses>> | undefined;
const compiled = new Map<string, RegExp>();

/** Each list has words of which every match contains at least one. */
export type Clauses = readonly (readonly string[])[];

/** Whether the text has the words that any match of the pattern must contain. `false` is certain, `true` is not. */
export function mayMatch(pattern: RegExp | string, text: string): boolean {
  let clauses = typeof pattern === "string" ? knownSources.get(pattern) : known.get(pattern);
  if (!clauses) {
    const source = typeof pattern === "string" ? pattern : pattern.source;
    clauses = (prepared ??= preparedNeedles())[source] ?? clausesOf(source);
    if (typeof pattern === "string") knownSources.set(pattern, clauses);
    else known.set(pattern, clauses);
  }
  for (const words of clauses) if (!hasOneOf(words, text)) return false;
  return true;
}

/** What the build has read of the lexicons (see lexicon.ts), by source; sources that are not compiled have none, and read them on the way. */
function preparedNeedles(): Readonly<Record<string, Clauses>> {
  try {
    return require("./needles.json") as Readonly<Record<string, Clauses>>;
  } catch {
    return {};
  }
}

/** Whether the text has one of the words. */
export function hasOneOf(words: readonly string[], text: string): boolean {
  if (text !== looked) {
    for (const word of words) if (text.includes(word)) return true;
    return false;
  }
  for (const word of words) if (mayHave(word) && text.includes(word)) return true;
  return false;
}

/** The text that is being read, and by the hash of each two letters that follow one another in it: the number of the reading that saw them last. */
let looked = "";
let reading = 0;
const pairs = new Uint32Array(4096);

/** Makes `hasOneOf` quick for this one text, which is asked for thousands of words: most are told apart by their letters. */
export function lookAt(text: string): void {
  looked = text;
  reading++;
  for (let index = 1; index < text.length; index++) pairs[pairAt(text, index)] = reading;
}

function mayHave(word: string): boolean {
  for (let index = 1; index < word.length; index++) if (pairs[pairAt(word, index)] !== reading) return false;
  return true;
}

function pairAt(text: string, index: number): number {
  return (text.charCodeAt(index - 1) * 31 + text.charCodeAt(index) * 7) & 4095;
}

/** `pattern.test(text)`, without compiling a pattern that cannot match. For patterns without the flag `g`. */
export function matches(pattern: RegExp, text: string): boolean {
  return mayMatch(pattern, text) && pattern.test(text);
}

/** The same for a part of the text, without taking out the part for a pattern that is nowhere in the text. */
export function matchesPart(pattern: RegExp, text: string, start: number, end = text.length): boolean {
  return mayMatch(pattern, text) && pattern.test(text.slice(start, end));
}

/** `pattern.exec(text)`, without making or compiling a pattern that cannot match. For patterns without the flag `g`. */
export function firstMatch(pattern: RegExp | string, text: string): RegExpExecArray | null {
  return mayMatch(pattern, text) ? (typeof pattern === "string" ? regExp(pattern) : pattern).exec(text) : null;
}

/** One object for each source: it keeps what it was compiled to. */
export function regExp(source: string, flags = ""): RegExp {
  const key = `${flags}/${source}`;
  let pattern = compiled.get(key);
  if (!pattern) compiled.set(key, (pattern = new RegExp(source, flags)));
  return pattern;
}

/** The same pattern, to be found everywhere in a text: set its `lastIndex` first. */
export function everywhere(pattern: RegExp): RegExp {
  let all = global.get(pattern);
  if (!all) global.set(pattern, (all = regExp(pattern.source, "g")));
  return all;
}
const global = new WeakMap<RegExp, RegExp>();

/** The rarest words of which every match of the pattern contains at least one; `undefined` where the pattern has no such words. */
export function needlesOf(source: string): readonly string[] | undefined {
  let best: readonly string[] | undefined;
  for (const words of clausesOf(source)) if (!best || shortest(words) > shortest(best)) best = words;
  return best;
}

/**
 * Lists of words of which every match of the pattern contains at least one each; none where the pattern has no such words.
 *
 * Reads the syntax that the lexicons use; anything else is taken to match anything, which costs time but is never wrong.
 */
export function clausesOf(source: string): Clauses {
  pattern = source;
  at = 0;
  return alternatives();
}

// The state of the reader: it runs over a thousand patterns, so that it keeps no objects of its own.
let pattern = "";
let at = 0;
/** What the last atom was: a character, a group, or anything else. */
let character = "";
let group: Clauses | undefined;

const NOTHING: Clauses = [];

/** `a|b|c`: a match is of one of them, so the words of all of them count. */
function alternatives(): Clauses {
  const first = sequence();
  if (pattern[at] !== "|") return first;
  let words: string[] | undefined = first.length > 0 ? [...rarest(first)] : undefined;
  while (pattern[at] === "|") {
    at++;
    const next = sequence();
    if (next.length === 0) words = undefined;
    else words?.push(...rarest(next));
  }
  return words ? [words] : NOTHING;
}

/** `abc(?:d|e)f`: a match has all its parts. */
function sequence(): Clauses {
  const clauses: (readonly string[])[] = [];
  let literal = "";
  for (;;) {
    const next = pattern[at];
    if (next === undefined || next === "|" || next === ")") break;
    atom(next);
    const [text, inner] = [character, group];
    const least = repeated();
    if (text !== "" && least === 1) {
      literal += text;
      continue;
    }
    if (literal !== "") clauses.push([literal]);
    literal = "";
    if (inner && least > 0) clauses.push(...inner);
    if (text !== "" && least > 1) clauses.push([text]);
  }
  if (literal !== "") clauses.push([literal]);
  return clauses;
}

function atom(first: string): void {
  at++;
  character = "";
  group = undefined;
  if (first === "(") inParentheses();
  else if (first === "[") {
    while (pattern[at] !== "]") at += pattern[at] === "\\" ? 2 : 1;
    at++;
  } else if (first === "\\") escaped();
  else if (first !== "." && first !== "^" && first !== "$") character = first;
}

/** A class, a boundary, a back reference, a code point: what follows an escape of several characters is skipped with it. */
function escaped(): void {
  const next = pattern[at++] as string;
  const code = next.charCodeAt(0) | 32;
  if (!((code >= 97 && code <= 122) || (next >= "0" && next <= "9"))) character = next;
  else if (next === "u" || next === "p" || next === "P") at = pattern[at] === "{" ? pattern.indexOf("}", at) + 1 : at + (next === "u" ? 4 : 1);
  else if (next === "x") at += 2;
  else if (next === "k") at = pattern.indexOf(">", at) + 1;
}

function inParentheses(): void {
  let looksAround = false;
  if (pattern[at] === "?") {
    at++;
    if (pattern[at] === "<") at++;
    if (pattern[at] === "=" || pattern[at] === "!") looksAround = true;
    else if (pattern[at] !== ":") at = pattern.indexOf(">", at);
    at++;
  }
  const inner = alternatives();
  at++;
  character = "";
  // What is looked at is not part of the match.
  group = looksAround ? undefined : inner;
}

/** Reads a quantifier; how often at least. "a+" is no literal that the next character follows at once, which 2 says as well. */
function repeated(): number {
  const quantifier = pattern[at];
  let least = 1;
  if (quantifier === "?" || quantifier === "*") least = 0;
  else if (quantifier === "+") least = 2;
  else if (quantifier === "{") {
    const digits = Number.parseInt(pattern.slice(at + 1, at + 5), 10);
    if (Number.isNaN(digits)) return 1;
    at = pattern.indexOf("}", at);
    least = digits === 1 ? 2 : digits;
  } else return 1;
  at++;
  if (pattern[at] === "?") at++;
  return least;
}

/** Of several lists, the one whose words are longest. */
function rarest(clauses: Clauses): readonly string[] {
  let best: readonly string[] = clauses[0] as readonly string[];
  for (const words of clauses) if (shortest(words) > shortest(best)) best = words;
  return best;
}

function shortest(words: readonly string[]): number {
  let length = Number.POSITIVE_INFINITY;
  for (const word of words) if (word.length < length) length = word.length;
  return length;
}
