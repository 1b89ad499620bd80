import fc from "fast-check";
import { FaultsError } from "../../lib/increment/fault";
import type { Criterion, Increment } from "../../lib/increment/increment";
import { readIncrement } from "../../lib/increment/read";
import { anyText } from "../support/any-text";

/** Reads, or tells the faults; whatever else is thrown fails the test. */
function attempt(text: string | Uint8Array): Increment | FaultsError {
  try {
    return readIncrement("0001-api/spec.md", text);
  } catch (error) {
    if (error instanceof FaultsError) return error;
    throw error;
  }
}

/** Pieces that mean something somewhere, put together without sense. */
const markdown = fc
  .array(
    fc.constantFrom(
      ..."- [ ] |- [x] |* |1. |  |    |\t|# |### |> |```|~~~|---|===|**|*|_|~~|`|[|](|)|<!--|-->|<div>|AC-US1-01|AC-01|FR-001|TC-1|: | — |(P1)|(P1, x)|**Priority**: P2|## Acceptance Criteria|### US-001: S|### Requirement: R|#### Scenario: S|**WHEN** a|SHALL|word|é|😀|✅|[DEFERRED to 1]|<!-- phaseline: x -->|## Tech Stack|key: value|priority: P1|\\|&amp;|${x}".split("|"),
      "\n",
      "\n",
      "\n\n",
      "\r\n",
      "|",
    ),
    { maxLength: 80 },
  )
  .map((parts) => parts.join(""));

test("arbitrary bytes and texts are read or refused with faults that stand in the file", () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), anyText(200), markdown), (input) => {
      const result = attempt(input);
      if (!(result instanceof FaultsError)) return;
      const lines = (typeof input === "string" ? input : new TextDecoder().decode(input)).replace(/^\uFEFF/, "").split(/\r\n?|\n/);
      expect(result.faults.length).toBeGreaterThan(0);
      for (const { location, message, remedy } of result.faults) {
        expect(message).toMatch(/^\S[\s\S]*\.$/);
        expect(remedy).toMatch(/^\S[\s\S]*\.$/);
        expect(location?.line).toBeLessThanOrEqual(lines.length);
        expect(location?.column).toBeLessThanOrEqual((lines[(location?.line ?? 0) - 1] ?? "").length + 1);
      }
    }),
    { numRuns: 250 },
  );
});

test("the result does not depend on the line ends", () => {
  const plainResult = (result: Increment | FaultsError): unknown => (result instanceof FaultsError ? result.message : result);
  fc.assert(
    fc.property(markdown, (text) => {
      const unix = text.replace(/\r\n/g, "\n");
      expect(plainResult(attempt(unix.replace(/\n/g, "\r\n")))).toEqual(plainResult(attempt(unix)));
      expect(plainResult(attempt(unix.replace(/\n/g, "\r")))).toEqual(plainResult(attempt(unix)));
    }),
    { numRuns: 200 },
  );
});

/** Lines that mostly can be read: ids are given once each, so that most of these texts have criteria to look at. */
const readable = fc
  .array(
    fc.tuple(
      fc.constantFrom("- ", "- [ ] ", "- [x] ", "  - ", "1. ", "", "", "### ", "## ", "> ", "\t- "),
      fc.array(
        fc.constantFrom(
          ..."AC-N: |**AC-N**: |`AC-N` — |*soft* |**bold** |[link](x) |word |é😀 |✅ |[DEFERRED to 1] |(P1) |(P2, x) |~~gone~~ |<br>|<!-- note -->|given |**WHEN** a |THE System SHALL |US-001: S |Requirement: R |Scenario: S |Acceptance Criteria|Tech Stack|**key**: value|${x} |  |_|*|`|[|]".split("|"),
        ),
        { maxLength: 5 },
      ),
      fc.constantFrom("\n", "\n", "\n\n", "\r\n"),
    ),
    { maxLength: 14 },
  )
  .map((lines) => {
    let number = 0;
    return lines.map(([start, words, end]) => start + words.join("") + end).join("").replace(/AC-N/g, () => `AC-${++number}`);
  });

test("every place points at the text, and texts are single clean lines", () => {
  fc.assert(
    fc.property(readable, (text) => {
      const result = attempt(text);
      fc.pre(!(result instanceof FaultsError));
      const lines = text.split(/\r\n?|\n/);
      const ids = result.criteria.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { id, text: said, location } of result.criteria) {
        const there = (lines[location.line - 1] ?? "").slice(location.column - 1);
        expect(said).toBe(said.replace(/\s+/g, " ").trim());
        expect(said).not.toBe("");
        // Without an id it is the text, before which a state in brackets may stand.
        expect(there.startsWith(id) || there[0] === said[0] || there.startsWith("[DEFERRED")).toBe(true);
      }
      for (const { id, location } of result.stories) {
        const there = (lines[location.line - 1] ?? "").slice(location.column - 1);
        expect(there.includes(id) || there.startsWith("Requirement:")).toBe(true);
      }
      for (const { key, location } of result.stack) {
        expect((lines[location.line - 1] ?? "")[location.column - 1]).toBe(key[0]);
      }
    }),
    { numRuns: 250 },
  );
});

const word = fc.constantFrom("Deploy", "the API", "to 3 pods", "(2-10 pods)", "`eks`", "on AWS", "${x}", "{{ y }}", "99.95 %", "für", "集群", '"quoted"', "a_b", "2 * 3", "CI/CD");
const sentence = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => `T ${words.join(" ")}`);
const priority = fc.constantFrom(undefined, "P0", "P1", "P2", "P3", "P4");
const STATES = { " ": "open", x: "done", "~": "in-progress", "-": "deferred" } as const;

const criterion = fc.record({
  text: sentence,
  priority,
  box: fc.constantFrom(undefined, " ", "x", "~", "-"),
  form: fc.constantFrom("**ID**: ", "**ID:** ", "ID: ", "**ID** — ", "**ID** (edge): "),
  meta: fc.constantFrom("", ", testable via (unit) tests", " - CRITICAL"),
  noise: fc.constantFrom("", "\n  - a note", "\n\n```\n- **AC-77**: no\n```", "\n<!-- a\n- **AC-78**: no\n-->", "\n\n> - **AC-79**: no", "\n  - **Given** x"),
  wrap: fc.boolean(),
});
const spec = fc.array(fc.record({ priority, criteria: fc.array(criterion, { maxLength: 4 }) }), { minLength: 1, maxLength: 4 });

test("a specification reads back exactly as it was made", () => {
  fc.assert(
    fc.property(spec, (stories) => {
      fc.pre(stories.some(({ criteria }) => criteria.length > 0));
      const lines: string[] = ["# Increment 0001: Title", ""];
      const expected: Partial<Criterion>[] = [];
      stories.forEach((story, s) => {
        lines.push(`### US-${s + 1}: Story${story.priority ? ` (${story.priority})` : ""}`, "", "**Acceptance Criteria**:", "");
        story.criteria.forEach((made, c) => {
          const id = `AC-US${s + 1}-0${c + 1}`;
          const head = `- ${made.box === undefined ? "" : `[${made.box}] `}${made.form.replace("ID", id)}`;
          const body = made.wrap ? made.text.replace(" ", "\n  ") : made.text;
          const at = lines.join("\n").split("\n").length + 1;
          lines.push(`${head}${body}${made.priority ? ` (${made.priority}${made.meta})` : ""}${made.noise}`);
          const shown = made.text.replaceAll("`", "");
          expected.push({
            id,
            text: made.noise.includes("Given") ? `${shown}: Given x` : shown,
            state: made.box === undefined ? "open" : STATES[made.box as keyof typeof STATES],
            story: `US-${s + 1}`,
            location: { file: "0001-api/spec.md", line: at, column: head.indexOf(id) + 1 },
            ...(made.box === undefined ? {} : { box: { mark: made.box, location: { file: "0001-api/spec.md", line: at, column: 3 } } }),
            ...(made.priority
              ? { priority: made.priority as "P1", prioritySource: "inline" }
              : story.priority
                ? { priority: story.priority as "P1", prioritySource: "story" }
                : {}),
          });
        });
        lines.push("");
      });
      expect(readIncrement("0001-api/spec.md", lines.join("\n")).criteria).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

/** Requirements as each family writes them, and the ids by which they are known. */
const families = {
  Kiro: {
    text: (groups: readonly (readonly string[])[]) => groups.map((lines, g) => `### Requirement ${g + 1}: Title\n\n**User Story:** As a user, I want it\n\n#### Acceptance Criteria\n\n${lines.map((line, c) => `${c + 1}. ${line}`).join("\n")}\n`).join("\n"),
    id: (group: number, criterion: number) => `AC-${group + 1}.${criterion + 1}`,
  },
  "spec-kit": {
    text: (groups: readonly (readonly string[])[]) => groups.map((lines, g) => `### User Story ${g + 1} - Title (Priority: P${g % 4})\n\n**Acceptance Scenarios**:\n\n${lines.map((line, c) => `${c + 1}. **Given** a, **When** b, **Then** ${line}`).join("\n")}\n`).join("\n"),
    id: (group: number, criterion: number) => `AC-US${group + 1}-0${criterion + 1}`,
  },
  OpenSpec: {
    text: (groups: readonly (readonly string[])[]) => groups.map((lines) => `### Requirement: Title\n\nThe system SHALL work.\n\n${lines.map((line) => `#### Scenario: Title\n\n- **WHEN** a\n- **THEN** ${line}\n`).join("\n")}`).join("\n"),
    // The sentence above the scenarios is a criterion, too.
    id: (group: number, criterion: number) => `AC-R${group + 1}-${criterion + 1}`,
  },
  BMAD: {
    text: ([lines = []]: readonly (readonly string[])[]) => `## Story\n\n## Acceptance Criteria\n\n${lines.map((line, c) => `${c + 1}. ${line}`).join("\n")}\n\n## Tasks\n\n- [ ] T1\n`,
    id: (_: number, criterion: number) => `AC${criterion + 1}`,
  },
};

test.each(Object.entries(families))("%s: every criterion reads back, and with noise between the lines it is read or refused", (name, { text, id }) => {
  fc.assert(
    fc.property(fc.array(fc.array(sentence, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }), fc.array(fc.tuple(fc.nat(), markdown), { maxLength: 3 }), (groups, noise) => {
      const made = text(groups);
      const criteria = (attempt(made) as Increment).criteria;
      (name === "BMAD" ? groups.slice(0, 1) : groups).forEach((lines, g) =>
        lines.forEach((line, c) => {
          const read = criteria.find((criterion) => criterion.id === id(g, c));
          expect([id(g, c), read?.text.endsWith(line.replaceAll("`", ""))]).toEqual([id(g, c), true]);
        }),
      );
      const noisy = made.split("\n");
      for (const [at, line] of noise) noisy.splice(at % noisy.length, 0, line);
      attempt(noisy.join("\n"));
    }),
    { numRuns: 80 },
  );
});

describe("a megabyte is read or refused in time", () => {
  const MEGABYTE = 1 << 20;
  /** Half a second at most where nothing else runs; the rest is left for slow machines. */
  const BOUND = 2000;
  /** Time of the processor, so that what else runs on the machine does not count. */
  const milliseconds = (action: () => unknown): number => {
    const start = process.cpuUsage();
    action();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  const fill = (unit: string): string => unit.repeat(Math.ceil(MEGABYTE / unit.length)).slice(0, MEGABYTE);
  const warm = (): void => void attempt("- **AC-01**: Text (P1)");
  const units = ["word ", ">", "- ", "1. ", "[](", "![", "**a* ", "*a_", "`a", "<!--", "<a ", "(P1)", "\t- ", "a\n", "a\n---\n", "- a\n", "\u0000", "- [ ] AC-1: a\n"];

  test.each(units)("filled with %j", (unit) => {
    warm();
    for (const text of [fill(unit), `- [ ] **AC-01**: ${fill(unit.replace(/\n/g, " "))} (P1)`, `---\na: ${fill(unit)}\n---\n`]) {
      expect(milliseconds(() => attempt(text))).toBeLessThan(BOUND);
    }
  });

  test("of ordinary criteria: 1,000 are read, each with a place of its own, and more are refused", () => {
    const text = (criteria: number) => Array.from({ length: criteria }, (_, i) => `- [ ] **AC-US${i}-01**: Deploy service ${i} to the Kubernetes cluster (P1)`).join("\n");
    const result = attempt(text(1000)) as Increment;
    expect(result.criteria).toHaveLength(1000);
    expect(result.criteria.at(-1)?.location).toEqual({ file: "0001-api/spec.md", line: 1000, column: 9 });
    let refused = {} as FaultsError;
    expect(milliseconds(() => (refused = attempt(text(15_000)) as FaultsError))).toBeLessThan(BOUND);
    expect(refused.message).toBe("0001-api/spec.md:1001:9: the file has more than 1,000 criteria.\n    → Split it into several increments.");
  });
});
