import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AcceptanceTests } from "../../lib/artifacts/acceptance";
import { madeTests, withdrawTests, writeTests } from "../../lib/artifacts/acceptance-files";

const stacks = mkdtempSync(join(tmpdir(), "phaseline-tests-"));
afterAll(() => rmSync(stacks, { recursive: true }));

let made = 0;
const of = (key: string, texts: Record<string, string>, name = "0001.tftest.hcl"): AcceptanceTests => ({
  source: "0001/spec.md",
  name,
  stacks: ["production", "production-platform"],
  key,
  make: () => {
    made++;
    return new Map(Object.entries(texts));
  },
});
const path = (stack: string, name = "0001.tftest.hcl") => join(stacks, stack, "tests", name);
const names = () => madeTests(stacks).map(({ stack, name }) => `${stack}/${name}`);

beforeEach(() => {
  made = 0;
});

test("tests are written with what they are made from, and how to run them", () => {
  writeTests(stacks, [of("k1", { production: "run 1\n" })]);
  expect(readFileSync(path("production"), "utf8")).toMatch(
    /^# Made by phaseline from 0001\/spec\.md\n# Do not edit; regenerate: npm run synth\n# Run: npx phaseline test, or terraform test beside the stack's cdk\.tf\.json\n# Made from k1, as [0-9a-f]{16}, for production\n\nrun 1\n$/,
  );
  expect(names()).toEqual(["production/0001.tftest.hcl"]);
});

test("tests are not made again from the same", () => {
  writeTests(stacks, [of("k1", { production: "run 1\n" })]);
  expect(made).toBe(0);
});

test("tests are made again from something else, where somebody changed one, and where one is missing", () => {
  writeTests(stacks, [of("k2", { production: "run 2\n", "production-platform": "run 2\n" })]);
  expect(made).toBe(1);
  writeFileSync(path("production"), readFileSync(path("production"), "utf8").replace("run 2", "run nothing"));
  writeTests(stacks, [of("k2", { production: "run 2\n", "production-platform": "run 2\n" })]);
  expect(made).toBe(2);
  expect(readFileSync(path("production"), "utf8")).toContain("\n\nrun 2\n");
  rmSync(path("production-platform"));
  writeTests(stacks, [of("k2", { production: "run 2\n", "production-platform": "run 2\n" })]);
  expect(made).toBe(3);
  expect(names()).toEqual(["production/0001.tftest.hcl", "production-platform/0001.tftest.hcl"]);
});

test("tests of an increment or a stack that is no more go; somebody else's stay", () => {
  writeFileSync(path("production", "own.tftest.hcl"), "run x {}\n");
  writeTests(stacks, [of("k3", { production: "run 3\n" }), of("k4", { production: "run 4\n" }, "0002.tftest.hcl")]);
  expect(names()).toEqual(["production/0001.tftest.hcl", "production/0002.tftest.hcl"]);
  writeTests(stacks, [of("k4", { production: "run 4\n" }, "0002.tftest.hcl")]);
  expect(names()).toEqual(["production/0002.tftest.hcl"]);
  withdrawTests(stacks);
  expect(names()).toEqual([]);
  expect(readdirSync(join(stacks, "production/tests"))).toEqual(["own.tftest.hcl"]);
});

test("a name that would end the comment does not", () => {
  mkdirSync(stacks, { recursive: true });
  writeTests(stacks, [{ ...of("k5", { production: "run 5\n" }), source: 'spec.md\nrun "evil" {}' }]);
  expect(readFileSync(path("production"), "utf8")).toMatch(/^# Made by phaseline from spec\.md run "evil" \{\}\n# Do not edit/);
});

test("where there are no stacks there are no tests", () => {
  expect(madeTests(join(stacks, "none"))).toEqual([]);
  expect(existsSync(join(stacks, "none"))).toBe(false);
});
