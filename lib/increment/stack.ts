import type { Block, Item } from "./blocks";
import { idAt } from "./criterion";
import type { Fault } from "./fault";
import type { StackEntry } from "./increment";
import { count, LIMITS } from "./limits";
import { plain, type Plain } from "./plain";
import type { Source } from "./source";

const HEADING = /^[^\p{L}]*(?:(?:infrastructure|tech(?:nology|nical)?|deployment) stack|infrastructure|infrastruktur(?:-stack)?|技术栈)[^\p{L}]*$/iu;
const ENTRY = /^([^:：]{1,60})[:：]\s*(.*)$/u;

/** Reads the `Infrastructure Stack` section: `- **Key**: value`, or a key with its values as bullets below. */
export function readStack(source: Source, blocks: readonly Block[], faults: Fault[]): StackEntry[] {
  const entries: { key: string; values: string[]; offset: number }[] = [];
  const keys = new Map<Item, { values: string[] }>();
  let level = 0;
  for (const block of blocks) {
    if (block.kind === "heading") {
      if (level === 0 || block.level <= level) {
        level = HEADING.test(plain(source.text, block.from, Math.min(block.to, block.from + 200)).text) ? block.level : 0;
      }
      continue;
    }
    if (level === 0 || block.kind !== "paragraph") continue;
    for (const piece of block.item ? [plain(source.text, block.from, block.to)] : lines(source, block)) entry(piece, block.item);
  }
  return entries.flatMap(({ key, values, offset }) => {
    const value = values.join(", ");
    if (value === "") return [];
    if (value.length > LIMITS.textCharacters) {
      faults.push({
        location: source.at(offset),
        message: `the value of "${key}" has ${count(value.length)} characters; at most ${count(LIMITS.textCharacters)} are read.`,
        remedy: "Name the product only.",
      });
      return [];
    }
    return [{ key, value, location: source.at(offset) }];
  });

  function entry(piece: Plain, item: Item | undefined): void {
    // Criteria may stand under the same heading.
    const text = piece.text.replace(/^\[.?\]\s+/, "");
    if (idAt(text, 0, ["AC", "TC", "FR", "NFR", "SC"])) return;
    const match = ENTRY.exec(text);
    // In running text only a bold key is one.
    if (match && (item || piece.boldTo > 0)) {
      const found = { key: (match[1] ?? "").trim(), values: match[2] ? [match[2]] : [], offset: piece.offset(piece.text.length - text.length) };
      entries.push(found);
      if (item) keys.set(item, found);
    } else if (item?.parent && text !== "") keys.get(item.parent)?.values.push(text);
  }
}

function lines(source: Source, block: Block): Plain[] {
  const result: Plain[] = [];
  for (let from = block.from; from < block.to; ) {
    const newline = source.text.indexOf("\n", from);
    const end = newline < 0 || newline > block.to ? block.to : newline;
    result.push(plain(source.text, from, end));
    from = end + 1;
  }
  return result;
}
