/** How much of a specification is read. Real ones stay far below; what is above is refused, with these numbers in the message. */
export const LIMITS = {
  /** 4 MiB. */
  fileBytes: 4 * 1024 * 1024,
  lines: 30_000,
  /** Criteria of one file. */
  criteria: 1000,
  /** Lists and quotes that a file may open, and that one line may. */
  containers: 30_000,
  nesting: 16,
  /** Columns that a line may be indented by. */
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

/** `30000` as `30,000`, the same on every machine. */
export function count(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}
