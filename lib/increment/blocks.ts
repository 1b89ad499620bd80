import { parser } from "@lezer/markdown";
import type { Fault } from "./fault";
import { count, LIMITS } from "./limits";
import type { Source } from "./source";

/** A list item, as far as criteria care. */
export interface Item {
  readonly parent?: Item;
  /** 1 for an item of an outermost list. */
  readonly depth: number;
  /** Of an ordered list: the number as written. */
  readonly number?: string;
}

/** A leaf of the document's structure, in the order of the text. Code and block quotes hold examples and are left out. */
export interface Block {
  readonly kind: "heading" | "paragraph" | "comment" | "html";
  /** 1 to 6; 0 for what is no heading. */
  readonly level: number;
  /** Of the content: a heading's marks are left out. */
  readonly from: number;
  readonly to: number;
  readonly item?: Item;
}

/**
 * Only the structure is parsed: which line is a heading, an item, code. Inline markup is `plain`'s matter, which is linear
 * on any input. Link references would swallow paragraphs that begin with a bracket.
 */
const structure = parser.configure({
  remove: ["Escape", "Entity", "InlineCode", "HTMLTag", "Emphasis", "HardBreak", "Link", "Image", "LinkReference"],
});
// Without inline parsers nothing comes of it, but every character would still be held against each that is not there.
structure.parseInline = () => [];

/** What looks like a criterion's beginning, in text that is not read as markdown. */
const CRITERION_LINE = /^[ \t]*(?:[-*+] +)?(?:\[.?\] +)?(?:#+ +)?(?:\*\*)?(?:AC|TC|FR|NFR|SC)-[A-Z0-9.-]*\d/m;

/** The blocks of a text from `start` on. What would hide criteria by mistake (an open fence or comment) is a fault. */
export function readBlocks(source: Source, start: number, faults: Fault[]): Block[] {
  const { text } = source;
  if (!withinNesting(source, start, faults)) return [];
  // What stands before `start` becomes blank, so that offsets stay those of the file.
  const tree = structure.parse(start === 0 ? text : text.slice(0, start).replace(/[^\n]+/g, (line) => " ".repeat(line.length)) + text.slice(start));
  const blocks: Block[] = [];
  let item: Item | undefined;
  let ordered = false;
  const lists: boolean[] = [];
  tree.iterate({
    enter(node) {
      const { name, from, to } = node;
      switch (name) {
        case "Blockquote":
          return false;
        case "BulletList":
        case "OrderedList":
          lists.push(ordered);
          ordered = name === "OrderedList";
          return true;
        case "ListItem": {
          const number = ordered ? /^\d+/.exec(text.slice(from, from + 12))?.[0] : undefined;
          item = { depth: (item?.depth ?? 0) + 1, ...(item && { parent: item }), ...(number !== undefined && { number }) };
          return true;
        }
        case "Paragraph":
          add("paragraph", 0, from, to);
          return false;
        case "CommentBlock":
        case "HTMLBlock":
          add(name === "HTMLBlock" ? "html" : "comment", 0, from, to);
          if (name === "CommentBlock" && !text.slice(from, to).includes("-->")) {
            hidden(from, to, "this comment is never closed", "Write --> where it ends.");
          } else if (name === "HTMLBlock" && CRITERION_LINE.test(text.slice(from, to))) {
            faults.push({
              location: source.at(from),
              message: "a criterion stands inside an HTML block, where markdown is not read.",
              remedy: "Leave an empty line between the HTML tag and the criteria.",
            });
          }
          return false;
        case "FencedCode": {
          const fence = /^(`{3,}|~{3,})/.exec(text.slice(from, from + 200))?.[0] ?? "```";
          if (node.node.getChildren("CodeMark").length < 2) {
            hidden(from, to, "this code fence is never closed", `Write ${fence} on a line of its own where it ends.`);
          }
          return false;
        }
        default: {
          const heading = /^(?:ATX|Setext)Heading(\d)$/.exec(name);
          if (!heading) return true;
          const raw = text.slice(from, to);
          if (name.startsWith("Setext")) {
            // A rule directly under several lines is meant as a rule, whatever the grammar says.
            const lines = raw.lastIndexOf("\n");
            const several = raw.slice(0, lines).includes("\n");
            add(several ? "paragraph" : "heading", several ? 0 : Number(heading[1]), from, from + lines);
          } else {
            const marks = /^#+[ \t]*/.exec(raw)?.[0].length ?? 0;
            let end = raw.trimEnd().length;
            const closing = end - (/#*$/.exec(raw.slice(Math.max(0, end - 10), end))?.[0].length ?? 0);
            if (closing < end && /[ \t]/.test(raw[closing - 1] ?? "")) end = closing;
            add("heading", Number(heading[1]), from + marks, from + Math.max(marks, end));
          }
          return false;
        }
      }
    },
    leave({ name }) {
      if (name === "ListItem") item = item?.parent;
      else if (name === "BulletList" || name === "OrderedList") ordered = lists.pop() ?? false;
    },
  });
  return blocks;

  function add(kind: Block["kind"], level: number, from: number, to: number): void {
    blocks.push({ kind, level, from, to, ...(item && { item }) });
  }

  function hidden(from: number, to: number, what: string, remedy: string): void {
    const match = CRITERION_LINE.exec(text.slice(from, to));
    if (!match) return;
    const { line } = source.at(from + match.index + match[0].search(/\S/));
    faults.push({ location: source.at(from), message: `${what} and hides the criterion in line ${line}.`, remedy });
  }
}

/** What opens lists and quotes at a line's start, with the white space between. The bound keeps the search short. */
const CONTAINERS = /(?:[ \t]+|>|[-*+](?=[ \t\n]|$)|\d{1,9}[.)](?=[ \t\n]|$)){0,200}/y;

/** Deep nesting costs the parser more than its share of time, and nobody can read it. */
function withinNesting(source: Source, start: number, faults: Fault[]): boolean {
  const { text } = source;
  let containers = 0;
  for (let from = start; from < text.length; ) {
    const newline = text.indexOf("\n", from);
    const end = newline < 0 ? text.length : newline;
    CONTAINERS.lastIndex = from;
    const prefix = CONTAINERS.exec(text)?.[0] ?? "";
    const indent = prefix.replace(/[^ \t]/g, "").replace(/\t/g, "    ").length;
    const depth = prefix.replace(/[ \t]+/g, "").replace(/\d+[.)]/g, "-").length;
    if ((indent > LIMITS.indentColumns || depth > LIMITS.nesting) && !isRuleOrBlank(text, from, end)) {
      faults.push({
        location: source.at(from),
        ...(depth > LIMITS.nesting
          ? {
              message: `this line opens more than ${LIMITS.nesting} lists and quotes in one another.`,
              remedy: "Write it with fewer levels.",
            }
          : {
              message: `this line is indented by more than ${LIMITS.indentColumns} columns.`,
              remedy: "Indent it by its level in the list only.",
            }),
      });
      return false;
    }
    containers += depth;
    if (containers > LIMITS.containers) {
      faults.push({
        location: source.at(from),
        message: `the file opens more than ${count(LIMITS.containers)} lists, list items and quotes.`,
        remedy: "Split it into several increments.",
      });
      return false;
    }
    from = end + 1;
  }
  return true;
}

/** `- - -` looks like nested lists and is a thematic break. */
function isRuleOrBlank(text: string, from: number, to: number): boolean {
  let mark = "";
  for (let i = from; i < to; i++) {
    const character = text[i] ?? "";
    if (character === " " || character === "\t") continue;
    mark ||= character;
    if (character !== mark || !"-*_".includes(mark)) return false;
  }
  return true;
}
