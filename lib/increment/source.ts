import { isUtf8 } from "node:buffer";
import type { Fault, Location } from "./fault";
import { count, LIMITS } from "./limits";

/** A file's text with LF line ends and without a byte order mark, and the way from an offset back to its place. */
export interface Source {
  readonly file: string;
  readonly text: string;
  at(offset: number): Location;
}

/** Characters that change or hide what a reader sees: controls, line separators, marks that reorder text, halves of pairs. */
const UNSAFE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Cs}/gu;

/**
 * Decodes a file. Faults go to `faults`; where the text cannot be trusted at all (its encoding, its size) nothing is
 * returned, so that no second-hand faults follow.
 */
export function openSource(file: string, bytes: Uint8Array | string, faults: Fault[]): Source | undefined {
  const size = typeof bytes === "string" ? Buffer.byteLength(bytes) : bytes.length;
  const start = { file, line: 1, column: 1 };
  if (size > LIMITS.fileBytes) {
    faults.push({
      location: start,
      message: `the file has ${count(size)} bytes; at most ${count(LIMITS.fileBytes)} are read.`,
      remedy: "Keep the criteria in this file and move logs, images or data elsewhere.",
    });
    return undefined;
  }
  if (typeof bytes !== "string" && !isUtf8(bytes)) {
    faults.push(wrongEncoding(file, bytes));
    return undefined;
  }
  const decoded = typeof bytes === "string" ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  // Line ends carry no column, so places stay those of the file on disk.
  const text = decoded.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const source = new Text(file, text);
  if (source.lineCount > LIMITS.lines) {
    faults.push({
      location: source.at(source.startOfLine(LIMITS.lines + 1)),
      message: `the file has ${count(source.lineCount)} lines; at most ${count(LIMITS.lines)} are read.`,
      remedy: "Split it into several increments.",
    });
    return undefined;
  }
  for (const match of text.matchAll(UNSAFE)) {
    // A binary file has one a byte; a screenful says it all.
    if (faults.length > LIMITS.faults) break;
    faults.push({ location: source.at(match.index), ...unsafe(match[0]) });
  }
  return source;
}

class Text implements Source {
  private readonly starts: number[] = [0];

  constructor(
    readonly file: string,
    readonly text: string,
  ) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
  }

  /** A line feed at the end ends the last line, it does not begin another. */
  get lineCount(): number {
    return this.starts.length - (this.text.endsWith("\n") ? 1 : 0);
  }

  startOfLine(line: number): number {
    return this.starts[line - 1] ?? this.text.length;
  }

  at(offset: number): Location {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}

function unsafe(character: string): Pick<Fault, "message" | "remedy"> {
  const code = character.codePointAt(0) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  if (code >= 0xd800 && code <= 0xdfff) {
    return { message: `${name} is half of a surrogate pair, no character.`, remedy: "Remove it, or write the whole character." };
  }
  if (code === 0x2028 || code === 0x2029) {
    return { message: `${name} is an invisible line separator.`, remedy: "Replace it by an ordinary line break." };
  }
  if (code > 0x9f) {
    return {
      message: `${name} is an invisible mark that changes the direction of text: what a reviewer sees may not be what is read.`,
      remedy: "Remove it; right-to-left letters themselves need no mark.",
    };
  }
  return { message: `${name} is a control character.`, remedy: "Remove it; specifications are plain text with line breaks and tabs." };
}

function wrongEncoding(file: string, bytes: Uint8Array): Fault {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) {
    return {
      location: { file, line: 1, column: 1 },
      message: "the file is encoded as UTF-16; UTF-8 is read.",
      remedy: "Save it as UTF-8 (`iconv -f UTF-16 -t UTF-8`).",
    };
  }
  const offset = firstInvalid(bytes);
  const before = Buffer.from(bytes.buffer, bytes.byteOffset, offset).toString("utf8");
  const lines = before.replace(/^\uFEFF/, "").split(/\r\n?|\n/);
  const byte = (bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, "0");
  return {
    location: { file, line: lines.length, column: (lines.at(-1) ?? "").length + 1 },
    message: `the byte 0x${byte} is not valid UTF-8.`,
    remedy: "Save the file as UTF-8; it may have been written as Latin-1 or Windows-1252.",
  };
}

/** The offset of the first sequence that is broken or cut off. */
function firstInvalid(bytes: Uint8Array): number {
  // Whether a prefix is valid, but for a sequence that goes on after it (which `stream` forgives).
  const valid = (length: number): string | undefined => {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length), { stream: true });
    } catch {
      return undefined;
    }
  };
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (valid(middle) === undefined) high = middle - 1;
    else low = middle;
  }
  return Buffer.byteLength(valid(low) ?? "");
}
