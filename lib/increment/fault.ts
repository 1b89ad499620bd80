/** A place in a file that a person wrote: both numbers count from 1, columns in UTF-16 code units. */
export interface Location {
  /** Path with forward slashes, relative to the directory the tool was started in, where that is possible. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with an input: what was given and which rule it breaks, and what to do about it. */
export interface Fault {
  /** Absent only where no file is to blame (a missing directory, an environment variable). */
  readonly location?: Location;
  readonly message: string;
  readonly remedy: string;
}

/** `file:line:column`, the form that editors and terminals turn into a link. */
export function place(location: Location): string {
  return `${location.file}:${location.line}:${location.column}`;
}

/** All the faults of an input, in one error: nobody should have to fix them one run at a time. */
export class FaultsError extends Error {
  override readonly name = "FaultsError";
  readonly faults: readonly Fault[];

  /** @param faults one or more; they are put in the order of their place in the input. */
  constructor(faults: readonly Fault[]) {
    const ordered = [...faults].sort(byPlace);
    super(describe(ordered));
    this.faults = ordered;
  }
}

function describe(faults: readonly Fault[]): string {
  return faults
    .map(({ location, message, remedy }) => `${location ? `${place(location)}: ` : ""}${message}\n    → ${remedy}`)
    .join("\n");
}

function byPlace(a: Fault, b: Fault): number {
  if (!a.location || !b.location) return Number(Boolean(a.location)) - Number(Boolean(b.location));
  if (a.location.file !== b.location.file) return a.location.file < b.location.file ? -1 : 1;
  return a.location.line - b.location.line || a.location.column - b.location.column;
}
