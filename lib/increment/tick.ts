import type { Location } from "./fault";

/**
 * A file with these check boxes ticked, `[ ]` to `[x]`, and every other byte as it was: byte order mark, line ends, white space.
 *
 * @param bytes UTF-8, as the boxes were found in
 * @param boxes of the boxes' `[`
 * @throws Error where one of them is no open box in these bytes
 */
export function tick(bytes: Uint8Array, boxes: readonly Location[]): Buffer {
  const text = Buffer.from(bytes).toString("utf8");
  const starts = startsOfLines(text);
  const offsets = boxes.map(({ line, column }) => (starts[line - 1] ?? text.length) + column - 1).sort((a, b) => a - b);
  let ticked = "";
  let from = 0;
  for (const offset of offsets) {
    if (text.slice(offset, offset + 3) !== "[ ]") throw new Error(`There is no open check box at offset ${offset}.`);
    ticked += `${text.slice(from, offset)}[x]`;
    from = offset + 3;
  }
  return Buffer.from(ticked + text.slice(from), "utf8");
}

/** Of the file as it stands on disk; a byte order mark has no column. */
function startsOfLines(text: string): number[] {
  const starts = [text.startsWith("\uFEFF") ? 1 : 0];
  for (const match of text.matchAll(/\r\n?|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}
