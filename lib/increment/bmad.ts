import { ACCEPTANCE, type Family, type Traits } from "./family";
import { storyHeading } from "./specweave";

/** BMAD stories: one numbered list below `Acceptance Criteria`, which its tasks call `AC: 1`. */
export const bmad: Family = {
  name: "BMAD",
  ids: ["AC"],
  story: storyHeading,
  nameless({ story, position, number, stories }) {
    const own = number ?? String(position);
    return stories > 1 && story ? `AC-${story}-${own}` : `AC${own}`;
  },
};

export function isBmad({ headings, lines, ordered }: Traits): boolean {
  return [...headings, ...lines].some((text) => ACCEPTANCE.test(text)) && ordered.length > 0;
}
