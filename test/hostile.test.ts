import fc from "fast-check";
import { toJson, toMarkdown, toText } from "../lib/artifacts/report";
import { statusJson, statusOf, statusText } from "../lib/artifacts/status";
import { trace, type Trace } from "../lib/artifacts/trace";
import { foldEnvironments } from "../lib/blueprint/environments";
import { readSettings } from "../lib/blueprint/settings";
import { ConstructError } from "../lib/constructs/construct-error";
import { CAPABILITY } from "../lib/demand/capabilities";
import type { Capability } from "../lib/demand/capability";
import { demandsOf, understandIncrement } from "../lib/demand/read-increment";
import { CAPABILITIES } from "../lib/demand/vocabulary";
import { FaultsError } from "../lib/increment/fault";
import type { Increment } from "../lib/increment/increment";
import { readIncrement } from "../lib/increment/read";
import { synthesizeEnvironments } from "./support/synthesize";
import { anyText } from "./support/any-text";

const SETTINGS = { project: "shop", repository: "acme/shop", domain: { name: "api.example.com" } };

/** What no generated file may contain, in the forms of every language that one of them is read as. */
const HOSTILE = [
  '${file("/hostile")}', "$${hostile}", "%{ for x in hostile }x%{ endfor }", "{{ .Values.hostile }}", "${{ github.hostile }}", "`hostile`", "$(hostile)", '"; hostile #', "'; hostile; '", "*hostile &hostile !!js/hostile",
  "| hostile |", "<script>hostile()</script>", "--> hostile", "]]> hostile", "\\u0024{hostile}", "# hostile", "hostile: [", "\thostile", "EOF hostile", "${jsonencode(hostile)}",
] as const;

const wish = fc.constantFrom(...CAPABILITIES.flatMap((id) => (CAPABILITY[id] as Capability).examples.map(({ text }) => text)));
const hostile = fc.constantFrom(...HOSTILE);
const text = fc.tuple(fc.constantFrom("", ...HOSTILE), wish, hostile, fc.boolean()).map(([before, words, after, inside]) => (inside ? `${words.replace(" ", ` ${after} `)} ${before}` : `${before} ${words} ${after}`).trim());
const annotation = fc.oneof(
  { weight: 5, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...CAPABILITIES), hostile).map(([id, value]) => ` <!-- phaseline: ${id} name="${value.replace(/["-]/g, "")}" -->`) },
);

/** One file of each family. */
const specs = {
  SpecWeave: (lines: readonly string[], title: string) => `# ${title}\n\n### US-001: ${title}\n\n${lines.map((line, index) => `- [ ] **AC-US1-${index + 1}**: ${line}`).join("\n")}\n\n## Infrastructure Stack\n\n- **Language**: ${title}\n- **CI/CD**: GitHub Actions\n`,
  Kiro: (lines: readonly string[], title: string) => `### Requirement 1: ${title}\n\n#### Acceptance Criteria\n\n${lines.map((line, index) => `${index + 1}. WHEN ${title} THEN THE System SHALL ${line}`).join("\n")}\n`,
  "spec-kit": (lines: readonly string[], title: string) => `### User Story 1 - ${title} (Priority: P1)\n\n${lines.map((line, index) => `- **FR-${index + 1}**: System MUST ${line}`).join("\n")}\n`,
  OpenSpec: (lines: readonly string[], title: string) => lines.map((line, index) => `### Requirement: ${title} ${index}\n\nThe system SHALL ${line}\n\n#### Scenario: ${title}\n\n- **WHEN** ${title}\n- **THEN** ${line}\n`).join("\n"),
  BMAD: (lines: readonly string[], title: string) => `## Acceptance Criteria\n\n${lines.map((line, index) => `${index + 1}. ${line}`).join("\n")}\n\n## ${title}\n`,
};
const file = fc.record({
  family: fc.constantFrom(...(Object.keys(specs) as (keyof typeof specs)[])),
  lines: fc.array(fc.tuple(text, annotation).map((parts) => parts.join("")), { minLength: 1, maxLength: 5 }),
  title: hostile,
  name: fc.constantFrom("api", "v0.8.0-b", "Ä", "a b", "a_b"),
});

/** From bytes to everything that is written; what is refused, is refused with faults. */
function write(increments: readonly Increment[]): { readonly traced: Trace; readonly stacks: string; readonly files: Readonly<Record<string, string>> } | undefined {
  try {
    const read = increments.map(understandIncrement);
    const layers = read.map((each) => ({ increment: each.increment.id, demands: demandsOf(each), preferences: each.preferences }));
    const blueprints = foldEnvironments(layers, readSettings(SETTINGS, "cdktf.json"));
    const made = synthesizeEnvironments(layers, SETTINGS);
    return {
      traced: trace(read, made.map((synthesized, index) => ({ blueprint: blueprints[index]!, synthesized }))),
      stacks: JSON.stringify(made.map(({ stacks }) => stacks)),
      files: Object.assign({}, ...made.map(({ artifacts }) => artifacts)),
    };
  } catch (error) {
    if (error instanceof FaultsError || error instanceof ConstructError) return undefined;
    throw error;
  }
}

test("the text of a specification, of its names and of its annotations reaches no Terraform and no generated file, whatever family it is of", () => {
  let written = 0;
  fc.assert(
    fc.property(fc.array(file, { minLength: 1, maxLength: 2 }), (files) => {
      let increments: Increment[];
      try {
        increments = files.map(({ family, lines, title, name }, index) => readIncrement(`000${index + 1}-${name}/spec.md`, specs[family](lines, title), { id: `000${index + 1}-${name}` }));
      } catch (error) {
        if (error instanceof FaultsError) return;
        throw error;
      }
      const result = write(increments);
      if (!result) return;
      written += 1;
      for (const [path, text] of Object.entries({ ...result.files, stacks: result.stacks })) {
        // A load test quotes its criterion in a comment, which ends with the line; and criteria have no line ends.
        const program = path.endsWith(".js") ? text.replace(/^\/\/[^\n\r\u2028\u2029]*$/gm, "") : text;
        expect([path, /.{0,80}hostile.{0,80}/i.exec(`${path}\n${program}`)?.[0]]).toEqual([path, undefined]);
      }
      // The reports show it, as text.
      expect(toMarkdown(result.traced)).not.toMatch(/<script>hostile/);
      const statuses = statusOf(result.traced, increments);
      for (const report of [toJson(result.traced), JSON.stringify(statusJson(result.traced, statuses))]) expect(() => JSON.parse(report)).not.toThrow();
      for (const report of [toText(result.traced), statusText(statuses)]) expect(report).toMatch(/\n$/);
    }),
    { numRuns: 6 },
  );
  expect(written).toBeGreaterThan(1);
}, 120_000);

test("arbitrary bytes are read to the end or refused with faults", () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), anyText(300).map((text) => Buffer.from(`- **AC-01**: ${text}`))), (bytes) => {
      try {
        write([readIncrement("0001-a/spec.md", bytes)]);
      } catch (error) {
        if (!(error instanceof FaultsError)) throw error;
      }
    }),
    { numRuns: 120 },
  );
});
