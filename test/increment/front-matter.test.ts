import { faultsOf, only, read } from "./faults-of";

const CRITERION = "\n- **AC-01**: Text\n";
const QUOTES = "    → Correct it; values with `:` or `#` or a leading `[`, `{`, `@`, `*`, `&`, `!` need quotes.";

test("keys and folded values are read as plain YAML", () => {
  const { frontMatter, title } = read(`---\nincrement: 0012-x\ntitle: >-\n  Production\n  Infrastructure\ncreated: 2025-11-03\nprojects: [a, b]\n---\n# Other${CRITERION}`);
  expect(frontMatter).toEqual({ increment: "0012-x", title: "Production Infrastructure", created: "2025-11-03", projects: ["a", "b"] });
  expect(title).toBe("Production Infrastructure");
});

test.each([
  ["empty", `---\n---${CRITERION}`],
  ["blank", `---\n\n---${CRITERION}`],
  ["absent", CRITERION],
  ["a rule above the text", `---\n\n# Title\n${CRITERION}\n---\n`],
])("front matter that is %s is none", (_, text) => {
  expect(read(text).frontMatter).toEqual({});
  expect(only(text).text).toBe("Text");
});

test.each([
  ["P1", "P1"],
  ['"P1"', "P1"],
  ["P1 (High)", "P1"],
  ["critical", "P0"],
  ["high", "P1"],
  ["Medium", "P2"],
  ["low", "P3"],
  ["2", "P2"],
  ["", undefined],
])("the priority %j is %j", (value, priority) => {
  expect(only(`---\npriority: ${value}\n---${CRITERION}`).priority).toBe(priority);
});

test("a priority that is none is a fault", () => {
  expect(faultsOf(`---\ntitle: T\npriority: soonish\n---${CRITERION}`)).toBe(
    '0001-api/spec.md:3:11: the priority is "soonish", which is none.\n    → Write `priority: P1` (`P0` to `P4`, or critical, high, medium, low).',
  );
});

test("broken YAML is a fault where it breaks", () => {
  expect(faultsOf(`---\ntitle: T\nstatus: [a\n---${CRITERION}`)).toBe(
    `0001-api/spec.md:4:1: the front matter is no valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].\n${QUOTES}`,
  );
});

test("a key that is written twice is a fault", () => {
  expect(faultsOf(`---\nstatus: a\nstatus: b\n---${CRITERION}`)).toBe(`0001-api/spec.md:3:1: the front matter is no valid YAML: the key "status" is written twice.\n${QUOTES}`);
});

test("front matter that never ends is a fault", () => {
  expect(faultsOf(`---\ntitle: T\n${CRITERION}`)).toBe("0001-api/spec.md:1:1: the front matter that begins here has no end.\n    → Write `---` on a line of its own after the last key.");
});

test.each([
  ["- a\n- b", "a list"],
  ["words", "a single value"],
])("front matter %j is a fault", (yaml, found) => {
  expect(faultsOf(`---\n${yaml}\n---${CRITERION}`)).toBe(
    `0001-api/spec.md:2:1: the front matter is ${found}; keys with values are read.\n    → Write \`key: value\` on each line between the two \`---\`.`,
  );
});

test("aliases that unfold without end are a fault", () => {
  const laughs = Array.from({ length: 29 }, (_, i) => `b${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join("\n");
  expect(faultsOf(`---\na: &a0 [x, x]\n${laughs}\n---${CRITERION}`)).toBe(
    `0001-api/spec.md:2:1: the front matter is no valid YAML: Excessive alias count indicates a resource exhaustion attack.\n${QUOTES}`,
  );
});

test("nesting and size have limits", () => {
  const remedy = "Write it flatter; text that holds many brackets belongs below the front matter.";
  expect(faultsOf(`---\na: ${"[".repeat(1000)}\n---${CRITERION}`)).toBe(`0001-api/spec.md:2:20: the front matter is nested more than 16 levels deep.\n    → ${remedy}`);
  expect(faultsOf(`---\n${"- ".repeat(1000)}\n---${CRITERION}`)).toBe(`0001-api/spec.md:2:1: the front matter is nested more than 16 levels deep.\n    → ${remedy}`);
  expect(faultsOf(`---\n${"a: b\n".repeat(5000)}---${CRITERION}`)).toBe(
    "0001-api/spec.md:2:1: the front matter has 25,000 characters; at most 16,384 are read.\n    → Keep a few keys there and move the rest into the text.",
  );
});

test("keys that mean something to JavaScript are plain keys", () => {
  const { frontMatter } = read(`---\n__proto__: {x: 1}\nconstructor: c\n---${CRITERION}`);
  expect(Object.getPrototypeOf(frontMatter)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
});
