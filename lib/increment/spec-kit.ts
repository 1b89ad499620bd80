import type { Family, Traits } from "./family";
import { storyHeading } from "./specweave";

/** spec-kit: `FR-001`, `NFR-001` and `SC-001` bullets, and numbered Given/When/Then scenarios below each user story. */
export const specKit: Family = {
  name: "spec-kit",
  ids: ["FR", "NFR", "SC"],
  story: storyHeading,
  nameless: ({ story, position }) => (story ? `AC-${story}-${String(position).padStart(2, "0")}` : undefined),
};

export function isSpecKit({ lines, headings }: Traits): boolean {
  if (headings.some((heading) => /^User Story \d+\b.*\(Priority: P\d\)/i.test(heading))) return true;
  return lines.some((line) => /^(?:FR|NFR|SC)-\d+\b/.test(line));
}
