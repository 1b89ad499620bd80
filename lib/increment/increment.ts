import type { Location } from "./fault";

/** `P0` to `P4`, as teams write it: P1 must be met, a lower one should be. */
export type Priority = "P0" | "P1" | "P2" | "P3" | "P4";

/** Where a priority was found, the nearest place first. */
export type PrioritySource = "inline" | "nested" | "story" | "front-matter";

/** The state of a criterion's check box: `[ ]` or none, `[x]`, `[~]`, `[-]` (or `[DEFERRED …]`). */
export type CriterionState = "open" | "done" | "in-progress" | "deferred";

/** A check box. */
export interface Box {
  /** The character in it: a space where it is open. */
  readonly mark: string;
  /** Of its `[`. */
  readonly location: Location;
}

/** One acceptance criterion. */
export interface Criterion {
  /** As written: `AC-US1-02`, `FR-001`; made from its position (`AC-L12`) where the author gave none. */
  readonly id: string;
  /** One line, without markup, id, check box, priority and meta; never interpreted, never trusted. */
  readonly text: string;
  readonly priority?: Priority;
  readonly prioritySource?: PrioritySource;
  readonly state: CriterionState;
  /** Id of the user story it stands under. */
  readonly story?: string;
  /** Of the criterion's first character: the id where there is one, else the text. */
  readonly location: Location;
  /** Absent where it has none, or one that Markdown does not take for a box (`[]`, or in a code span). */
  readonly box?: Box;
  /** What `<!-- phaseline: … -->` beside it says, without the prefix: the author's own word on how to read it. */
  readonly annotation?: string;
}

/** A user story (or requirement) that groups criteria. */
export interface Story {
  readonly id: string;
  readonly title: string;
  readonly priority?: Priority;
  readonly location: Location;
}

/** One line of the `Infrastructure Stack` section: `- **CI/CD**: GitHub Actions`. */
export interface StackEntry {
  readonly key: string;
  readonly value: string;
  readonly location: Location;
}

/** One increment: what a `spec.md` says, without any judgement of what it means. */
export interface Increment {
  /** The folder's name: `0012-production-infrastructure`. */
  readonly id: string;
  readonly title: string;
  /** Path of the file it was read from, as in its locations. */
  readonly file: string;
  /** Plain YAML values; `{}` when there is none. */
  readonly frontMatter: Readonly<Record<string, unknown>>;
  readonly stories: readonly Story[];
  readonly criteria: readonly Criterion[];
  readonly stack: readonly StackEntry[];
}
