import { ACCEPTANCE, type Family, type Traits } from "./family";

const REQUIREMENT = /^(?:Requirement|Anforderung)\s+(\d+(?:\.\d+)*)(?=$|[^\p{L}\p{N}])\s*(?:[:：—–.-]\s*)?(.*)$/iu;

/** Kiro's `requirements.md`: numbered EARS sentences below `Requirement N`, which its tasks call `N.M`. */
export const kiro: Family = {
  name: "Kiro",
  ids: ["AC", "NFR", "REQ"],
  story(heading) {
    const match = REQUIREMENT.exec(heading.slice(0, 1000));
    return match ? { id: `R${match[1]}`, title: match[2] ?? "" } : undefined;
  },
  nameless: ({ story, position, number }) => (story ? `AC-${story.slice(1)}.${number ?? position}` : undefined),
};

export function isKiro({ headings, ordered }: Traits): boolean {
  if (headings.some((heading) => REQUIREMENT.test(heading))) return true;
  return headings.some((heading) => ACCEPTANCE.test(heading)) && ordered.some((line) => /\bSHALL\b/.test(line));
}
