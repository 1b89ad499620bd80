import type { Fault } from "./fault";
import { count, LIMITS } from "./limits";
import type { Source } from "./source";

/** What stands between the two `---` at the top of a file, and where the text after it begins. */
export interface FrontMatter {
  readonly value: Record<string, unknown>;
  readonly end: number;
  /** Where the value of a key stands. */
  at(key: string): number;
}

/** Reads YAML front matter; without any, the value is `{}` and the text begins at 0. */
export function readFrontMatter(source: Source, faults: Fault[]): FrontMatter {
  const { text } = source;
  const none: FrontMatter = { value: {}, end: 0, at: () => 0 };
  const opening = /^---[ \t]*(?:\n|$)/.exec(text)?.[0].length;
  if (opening === undefined) return none;
  const closing = /^(?:---|\.\.\.)[ \t]*$/m;
  const rest = text.slice(opening);
  const match = closing.exec(rest);
  if (!match) {
    // A rule at the top of a text is no front matter; a key under it says that front matter was meant.
    if (!/^[\w-]+[ \t]*:(?:[ \t]|\n|$)/.test(rest)) return none;
    faults.push({
      location: source.at(0),
      message: "the front matter that begins here has no end.",
      remedy: "Write `---` on a line of its own after the last key.",
    });
    return { ...none, end: text.length };
  }
  const yaml = rest.slice(0, match.index);
  // So is a rule with an empty line and no key below it.
  if (/^[ \t]*\n/.test(yaml) && !/^\s*(?:$|["'\w-]+[ \t]*:)/.test(yaml)) return none;
  const end = opening + match.index + match[0].length;
  if (yaml.trim() === "") return { ...none, end };
  if (yaml.length > LIMITS.frontMatterCharacters) {
    faults.push({
      location: source.at(opening),
      message: `the front matter has ${count(yaml.length)} characters; at most ${count(LIMITS.frontMatterCharacters)} are read.`,
      remedy: "Keep a few keys there and move the rest into the text.",
    });
    return { ...none, end };
  }
  const deep = tooDeep(yaml);
  if (deep !== undefined) {
    faults.push({
      location: source.at(opening + deep),
      message: `the front matter is nested more than ${LIMITS.frontMatterNesting} levels deep.`,
      remedy: "Write it flatter; text that holds many brackets belongs below the front matter.",
    });
    return { ...none, end };
  }
  return parse(source, yaml, opening, end, faults) ?? none;
}

/** Where the nesting passes the limit. A YAML parser takes minutes over thousands of open brackets, so it never sees them. */
function tooDeep(yaml: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < yaml.length; i++) {
    const character = yaml[i];
    if (character === "[" || character === "{") depth += 1;
    else if ((character === "]" || character === "}") && depth > 0) depth -= 1;
    if (depth > LIMITS.frontMatterNesting) return i;
  }
  const line = new RegExp(`^[ \\t]*(?:[-?:][ \\t]+){${LIMITS.frontMatterNesting + 1}}`, "m").exec(yaml);
  return line?.index;
}

function parse(source: Source, text: string, start: number, end: number, faults: Fault[]): FrontMatter | undefined {
  // Loaded here because most runs meet no front matter and YAML costs more start time than the rest of this room.
  const yaml = require("yaml") as typeof import("yaml");
  const empty = (): FrontMatter => ({ value: {}, end, at: () => start });
  const broken = (offset: number, why: string): FrontMatter => {
    faults.push({
      location: source.at(Math.min(start + offset, end)),
      message: `the front matter is no valid YAML: ${why}.`,
      remedy: "Correct it; values with `:` or `#` or a leading `[`, `{`, `@`, `*`, `&`, `!` need quotes.",
    });
    return empty();
  };
  try {
    const document = yaml.parseDocument(text, { prettyErrors: false, logLevel: "silent", stringKeys: true, uniqueKeys: false });
    const errors = document.errors.slice(0, LIMITS.faults);
    for (const error of errors) broken(error.pos[0], firstLine(error.message));
    if (errors.length > 0) return empty();
    // Nothing but comments: they are headings below a rule.
    if (document.contents === null) return undefined;
    if (!yaml.isMap(document.contents)) {
      const found = yaml.isSeq(document.contents) ? "a list" : "a single value";
      faults.push({
        location: source.at(start + (document.contents.range?.[0] ?? 0)),
        message: `the front matter is ${found}; keys with values are read.`,
        remedy: "Write `key: value` on each line between the two `---`.",
      });
      return empty();
    }
    const map = document.contents;
    // The parser's own check for this is quadratic.
    const seen = new Set<string>();
    for (const { key } of map.items) {
      const name = String(key);
      if (seen.has(name)) {
        broken((yaml.isNode(key) ? key.range?.[0] : undefined) ?? 0, `the key "${name.slice(0, 60)}" is written twice`);
      }
      seen.add(name);
    }
    const value = document.toJS({ maxAliasCount: LIMITS.frontMatterAliases }) as Record<string, unknown>;
    const at = (key: string): number => {
      const node = map.get(key, true);
      return start + ((yaml.isNode(node) ? node.range?.[0] : undefined) ?? 0);
    };
    return { value, end, at };
  } catch (error) {
    // Aliases that unfold without end and nesting that exhausts the stack come as exceptions.
    return broken(0, error instanceof RangeError ? "it is nested too deeply" : firstLine(error instanceof Error ? error.message : String(error)));
  }
}

function firstLine(message: string): string {
  return (message.split("\n", 1)[0] ?? "").replace(/[.:]$/, "");
}
