/** How much of a specification is read. Real ones stay far below; what is above is refused, with these numbers in the message. */
export const LIMITS = {
  /** 4 MiB. */
  fileBytes: 4 * 1024 * 1024,
  lines: 50_000,
  /** Containers (lists, quotes) that one line may open, and columns that it may be indented by. */
  nesting: 32,
  indentColumns: 512,
  frontMatterCharacters: 16 * 1024,
  /** Levels of `[` and `{`, and of `-` and `?` in one line. */
  frontMatterNesting: 16,
  frontMatterAliases: 100,
  /** Of one criterion, heading or stack entry. */
  textCharacters: 4000,
  /** Of one file, in one report. */
  faults: 50,
} as const;

/** `50000` as `50,000`, the same on every machine. */
export function count(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}
