import type { Priority } from "./increment";

/** How a family of specifications writes its criteria. One family a file; `collect` does the walking for all of them. */
export interface Family {
  readonly name: string;
  /** Prefixes of the ids that define a criterion: `AC` for `AC-US1-01`. */
  readonly ids: readonly string[];
  /** Whether this heading opens a story (or a requirement that groups criteria). */
  story(heading: string): StoryHeading | undefined;
  /** The id of a criterion that its author gave none; `undefined` names it by its line. */
  nameless?(where: Nameless): string | undefined;
  /** Headings whose whole section is left out. */
  skips?(heading: string): boolean;
  /** Headings that define a criterion with the steps below it. */
  scenario?(heading: string): boolean;
}

export interface StoryHeading {
  readonly id: string;
  readonly title: string;
  readonly priority?: Priority;
}

export interface Nameless {
  readonly story?: string;
  /** Position among the nameless criteria of the same story, from 1. */
  readonly position: number;
  /** The list's own number. */
  readonly number?: string;
  /** How many stories the file has so far. */
  readonly stories: number;
}

/** What a file contains, as far as it tells one family from another. */
export interface Traits {
  /** Text of every heading and of every paragraph, in items too, cut short and without bold and check boxes. */
  readonly headings: readonly string[];
  readonly lines: readonly string[];
  /** The paragraphs in ordered lists. */
  readonly ordered: readonly string[];
}

export const ACCEPTANCE = /^(?:[^\p{L}]*)(?:acceptance (?:criteria|scenarios?|tests?)|akzeptanzkriterien|验收标准|验收条件|受け入れ条件|受け入れ基準)(?=$|[\s:：(])/iu;
