import type { Family, StoryHeading, Traits } from "./family";
import { splitFinalPriority } from "./priority";

/** `US-001: T`, `US1: T`, `US-A001`, `US-018-001`, `US-VSK-001`, `US-001 — T`, `[US-001] T`, `User Story 1: T`. */
const STORY = /^[^\p{L}[]*\[?(US-?(?:[A-Za-z0-9]+-)*[A-Za-z]{0,8}\d+[A-Za-z]?)\]?(?=$|[^\p{L}\p{N}_-])\s*(?:[:：—–.-]\s*)?(.*)$/u;
const LONG_STORY = /^(?:User\s+)?Story\s+(\d+(?:\.\d+)*)(?=$|[^\p{L}\p{N}])\s*(?:[:：—–.-]\s*)?(.*)$/iu;

/** Specifications as SpecWeave writes them, and everything that no other family claims. */
export const specweave: Family = {
  name: "SpecWeave",
  ids: ["AC", "TC"],
  story: storyHeading,
};

/** Reads a story's heading in any of the forms above. */
export function storyHeading(heading: string): StoryHeading | undefined {
  const short = heading.length > 1000 ? heading.slice(0, 1000) : heading;
  const match = STORY.exec(short);
  const long = match ? undefined : LONG_STORY.exec(short);
  const found = match ?? long;
  if (!found) return undefined;
  const id = match ? (found[1] ?? "") : `US${found[1]}`;
  const { text, priority } = splitFinalPriority((found[2] ?? "").replace(/\s*[✅☑✔]\uFE0F?\s*$/u, ""));
  return { id, title: text, ...(priority && { priority }) };
}

export function isSpecweave({ lines, headings }: Traits): boolean {
  return [...lines, ...headings].some((line) => /^(?:AC|TC)-[A-Za-z0-9.-]*\d/.test(line));
}
