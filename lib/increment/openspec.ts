import type { Family, Traits } from "./family";

const REQUIREMENT = /^Requirement:\s*(.*)$/i;

/** OpenSpec: below `Requirement: T`, its SHALL sentence and each `Scenario: T` with its steps are criteria. */
export const openspec: Family = {
  name: "OpenSpec",
  ids: ["AC"],
  story(heading) {
    const match = REQUIREMENT.exec(heading.slice(0, 1000));
    return match ? { id: "R", title: match[1] ?? "" } : undefined;
  },
  nameless: ({ story, position }) => (story ? `AC-${story}-${position}` : undefined),
  skips: (heading) => /^(?:REMOVED|RENAMED) Requirements\b/i.test(heading),
  scenario: (heading) => /^Scenario:/i.test(heading),
};

export function isOpenspec({ headings }: Traits): boolean {
  return headings.some((heading) => REQUIREMENT.test(heading));
}
