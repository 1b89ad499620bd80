import fc from "fast-check";
import { FaultsError } from "../../lib/increment/fault";
import { readIncrement } from "../../lib/increment/read";
import { tick } from "../../lib/increment/tick";

const FILE = "0001-api/spec.md";

/** Ticks the boxes of these criteria, as they stand in the text. */
function ticked(text: string, ...ids: readonly string[]): string {
  const bytes = Buffer.from(text, "utf8");
  const { criteria } = readIncrement(FILE, bytes);
  return tick(bytes, criteria.filter(({ id }) => ids.includes(id)).map(({ box }) => box!.location)).toString("utf8");
}

test.each([
  ["- [ ] **AC-01**: Text\n"],
  ["* [ ] AC-01: Text"],
  ["+ [ ] **AC-01:** Text\r\n"],
  ["1. [ ] AC-01 — Text\n"],
  ["12) [ ] AC-01: Text\n"],
  ["\uFEFF- [ ] **AC-01**: Text  \t \r\n\r\n"],
  ["-\t[ ]\t**AC-01**: Text\twith tabs \n"],
  ["- **Group**\n    - [ ] **AC-01**: Text\n      that wraps\n"],
  ["**AC-01**: [ ] Text\n"],
  ["### [ ] AC-01: Text\n"],
  ["- [ ] ✅ **AC-01**: Text\n"],
  ["- [ ] **AC-01** (P1): Text\r- [ ] **AC-02**: Text\r"],
  ["😀 é\n\n- [ ] **AC-01**: Text 😀\n"],
])("%j: the open box becomes a ticked one, and nothing else changes", (text) => {
  expect(ticked(text, "AC-01")).toBe(text.replace("[ ]", "[x]"));
});

test("a criterion that is listed again is ticked where it is defined", () => {
  const text = "- [ ] **AC-01**: Text\n\n## Summary\n\n- [ ] **AC-01**: Text\n";
  expect(ticked(text, "AC-01")).toBe(text.replace("[ ]", "[x]"));
});

test.each([
  ["no box", "- **AC-01**: Text\n"],
  ["an empty bracket", "- [] **AC-01**: Text\n"],
  ["a wide box", "- [  ] **AC-01**: Text\n"],
  ["a box in a code span", "- `[ ]` **AC-01**: Text\n"],
  ["an escaped bracket", "- \\[ ] **AC-01**: Text\n"],
  ["a box in a comment", "- **AC-01**: <!-- [ ] --> Text\n"],
])("%s is no check box", (_, text) => {
  expect(readIncrement(FILE, text).criteria).toMatchObject([{ id: "AC-01" }]);
  expect(readIncrement(FILE, text).criteria[0]).not.toHaveProperty("box");
});

test.each([
  ["- [x] **AC-01**: Text", "x"],
  ["- [X] **AC-01**: Text", "X"],
  ["- [~] **AC-01**: Text", "~"],
])("%j has the mark %j and is no open box", (text, mark) => {
  const [criterion] = readIncrement(FILE, text).criteria;
  expect(criterion?.box).toEqual({ mark, location: { file: FILE, line: 1, column: 3 } });
  expect(() => tick(Buffer.from(text), [criterion!.box!.location])).toThrow("There is no open check box at offset 2.");
});

/** A criterion, its box as `BOX`, and what may stand around it: among it, boxes that are nobody's. */
const line = fc.record({
  bullet: fc.constantFrom("- ", "* ", "+ ", "1. ", "-\t", "-   "),
  box: fc.constantFrom(" ", " ", " ", "x", "~"),
  form: fc.constantFrom("**ID**: ", "ID: ", "**ID:** ", "**ID** — ", "`ID`: ", "[ID](x): "),
  text: fc.constantFrom("Text", "Text [ ] in brackets", "`[ ]` code", "T ${x}", "für 😀", "Text (P1)", "Text  ", "Text\t", "Text\n  that wraps [ ]", "Text <!-- [ ] -->"),
  after: fc.constantFrom(
    "", "", "  - [ ] a step", "\n```\n- [ ] **AC-900**: no\n```\n", "\n<!--\n- [ ] **AC-901**: no\n-->\n", "\n> - [ ] **AC-902**: no\n", "\n    - [ ] code\n", "\n~~~md\n- [ ] AC-1: no\n~~~\n", "\n| [ ] | table |\n|---|---|\n", "\n## Tasks\n\n- [ ] T-001: a task\n",
  ),
  proven: fc.boolean(),
});
const document = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 8 }),
  start: fc.constantFrom("", "\uFEFF", "---\npriority: P1\n---\n", "\uFEFF# Title [ ]\n\n"),
  newline: fc.constantFrom("\n", "\r\n", "\r"),
  end: fc.constantFrom("", "\n", "\n\n", "  "),
});

test("the difference is exactly the boxes of the chosen criteria, whatever the file looks like", () => {
  let runs = 0;
  fc.assert(
    fc.property(document, ({ lines, start, newline, end }) => {
      const made = (mark: (box: string, proven: boolean) => string): string =>
        (start + lines.map(({ bullet, box, form, text, after, proven }, index) => `${bullet}[${mark(box, proven)}] ${form.replace("ID", `AC-${index + 1}`)}${text}\n${after}`).join("\n") + end).replace(/\n/g, newline);
      const before = made((box) => box);
      const bytes = Buffer.from(before, "utf8");
      let criteria;
      try {
        ({ criteria } = readIncrement(FILE, bytes));
      } catch (error) {
        if (error instanceof FaultsError) return fc.pre(false);
        throw error;
      }
      const open = criteria.filter(({ id, box }) => box?.mark === " " && lines[Number(id.slice(3)) - 1]?.proven);
      // Every line above is a criterion with a box, unless Markdown hides it in the block before.
      expect(criteria.every(({ id, box }) => box?.mark === lines[Number(id.slice(3)) - 1]?.box)).toBe(true);
      fc.pre(criteria.length === lines.length);
      const after = tick(bytes, open.map(({ box }) => box!.location));
      expect(after.equals(Buffer.from(made((box, proven) => (box === " " && proven ? "x" : box)), "utf8"))).toBe(true);
      expect(readIncrement(FILE, after).criteria.map(({ id, text }) => [id, text])).toEqual(criteria.map(({ id, text }) => [id, text]));
      runs += 1;
    }),
    { numRuns: 400 },
  );
  expect(runs).toBeGreaterThan(300);
});
