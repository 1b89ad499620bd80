import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CAPABILITY } from "../../lib/demand/capabilities";
import type { Capability } from "../../lib/demand/capability";
import { needlesOf } from "../../lib/demand/needles";
import { STEMS } from "../../lib/demand/stems";
import { understand } from "../../lib/demand/understand";
import { CAPABILITIES } from "../../lib/demand/vocabulary";
import { linesOf, measure } from "./measure";

const capabilities = CAPABILITIES.map((id) => CAPABILITY[id] as Capability);

describe.each(capabilities)("$title", ({ id, names, hints, examples, title }) => {
  test.each(examples)("is read from $text", ({ text, parameters, with: others = [] }) => {
    const { status, demands } = understand(text);
    expect({ status, kinds: demands.map(({ kind }) => kind), parameters: demands.find(({ kind }) => kind === id)?.parameters })
      .toEqual({ status: "understood", kinds: CAPABILITIES.filter((each) => each === id || others.includes(each)), parameters });
  });

  test("can be written as an annotation by its id alone", () => {
    expect(understand(`${title}, whatever that means`, { annotation: id })).toEqual({ status: "understood", demands: [{ kind: id, parameters: {}, words: [id] }] });
  });

  test("is looked at in every text that its words can match", () => {
    const missing = [...names, ...hints].flatMap((pattern) => (needlesOf(pattern.source) ?? [`nothing that /${pattern.source}/ cannot match without`]).filter((needle) => !STEMS[id].some((stem) => needle.includes(stem))));
    expect(missing).toEqual([]);
  });
});

test.each([
  ["lines as teams write them, in five languages and with traps", "lines.jsonl"],
  ["sentences of requirement documents, other vendors' products and what only sounds like infrastructure", "documents.jsonl"],
])("%s are read as people read them", (_, file) => {
  const { right, taken, parameters, wrong } = measure(linesOf(readFileSync(join(__dirname, file), "utf8")));
  expect({ wrong, taken, right, parameters }).toEqual({ wrong: [], taken: 0, right: 1, parameters: 1 });
});

/** What is not understood yet is among them, so that a change is held to the whole and not to each line. */
test("a thousand lines of every capability's wordings, and of what only sounds like them, are read as people read them, but for a few", () => {
  const { right, taken, wrong } = measure(linesOf(readFileSync(join(__dirname, "families.jsonl"), "utf8")));
  expect(right >= 0.97 && taken <= 0.025 ? [] : wrong).toEqual([]);
});
