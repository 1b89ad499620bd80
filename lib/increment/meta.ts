import type { Block } from "./blocks";
import { plain } from "./plain";
import type { Source } from "./source";

const KEYS = ["increment", "title", "priority", "status", "type", "created", "epic", "feature", "feature_id", "project", "dependencies"];

/** In blocks. */
const NEAR_THE_TOP = 20;

/** A value that a text states in its body, `**Status**: planned`, for want of front matter. */
export interface BodyValue {
  readonly value: string;
  readonly offset: number;
}

/** Reads the `**Key**: value` lines between the title and the first section. */
export function readBodyMeta(source: Source, blocks: readonly Block[]): Map<string, BodyValue> {
  const found = new Map<string, BodyValue>();
  for (const block of blocks.slice(0, NEAR_THE_TOP)) {
    if (block.kind === "heading" && block.level > 1) break;
    if (block.kind !== "paragraph" || block.to - block.from > 4000) continue;
    let offset = block.from;
    for (const line of source.text.slice(block.from, block.to).split("\n")) {
      // `**Increment**: 9 | **Type**: hotfix` is one line with several keys.
      let part = offset;
      for (const piece of line.split("|")) {
        const read = plain(source.text, part, part + piece.length);
        const match = /^([A-Za-z][\w -]{0,30})\s*:\s+(\S.*)$/.exec(read.text);
        const key = match?.[1]?.trim().toLowerCase().replace(/[ -]/g, "_");
        if (match && key !== undefined && KEYS.includes(key) && !found.has(key)) {
          found.set(key, { value: match[2] ?? "", offset: read.offset(read.text.length - (match[2] ?? "").length) });
        }
        part += piece.length + 1;
      }
      offset += line.length + 1;
    }
  }
  return found;
}
