import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { digest, type AcceptanceTests } from "./acceptance";

/** Where Terraform looks for tests, below a stack's directory. */
export const TESTS = "tests";

/** A test file that phaseline made. */
export interface MadeTest {
  readonly stack: string;
  readonly name: string;
  readonly file: string;
}

const MADE = "# Made by phaseline from ";
const SEAL = /^# Made from (\w+), as (\w+), for (.+)\n\n/m;

/**
 * Writes the tests, but for those that are there already, untouched, and made from the same; those that are made no more go. Tests that
 * somebody else keeps in the directory are left alone.
 *
 * @param directory the directory of all stacks
 */
export function writeTests(directory: string, tests: readonly AcceptanceTests[]): void {
  const kept = new Set<string>();
  for (const each of tests) {
    const file = (stack: string) => join(directory, stack, TESTS, each.name);
    const known = each.stacks.map((stack) => stacksOf(each.key, file(stack))).find((stacks) => stacks !== undefined);
    if (known?.every((stack) => stacksOf(each.key, file(stack)) !== undefined)) {
      for (const stack of known) kept.add(file(stack));
      continue;
    }
    const made = each.make();
    for (const [stack, body] of made) {
      mkdirSync(dirname(file(stack)), { recursive: true });
      const head = [
        `${MADE}${oneLine(each.source)}`,
        "# Do not edit; regenerate: npm run synth",
        "# Run: npx phaseline test, or terraform test beside the stack's cdk.tf.json",
        `# Made from ${each.key}, as ${digest(body)}, for ${[...made.keys()].join(" ")}`,
      ];
      writeFileSync(file(stack), `${head.join("\n")}\n\n${body}`);
      kept.add(file(stack));
    }
  }
  for (const { file } of madeTests(directory)) if (!kept.has(file)) rmSync(file);
}

/** Takes away what `writeTests` wrote. */
export function withdrawTests(directory: string): void {
  for (const { file } of madeTests(directory)) rmSync(file);
}

/** The test files that phaseline made, in the order of stacks and names. */
export function madeTests(directory: string): readonly MadeTest[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .sort()
    .flatMap((stack) => {
      const tests = join(directory, stack, TESTS);
      if (!existsSync(tests)) return [];
      const names = readdirSync(tests).filter((name) => name.endsWith(".tftest.hcl"));
      return names.sort().map((name) => ({ stack, name, file: join(tests, name) }));
    })
    .filter(({ file }) => readFileSync(file, "utf8").startsWith(MADE));
}

/**
 * What is not as `writeTests` left it: a file that somebody changed, or took away.
 *
 * @param tests as `madeTests` gives them
 */
export function tampered(directory: string, tests: readonly MadeTest[]): readonly string[] {
  const changed = tests.filter(({ file }) => sealOf(readFileSync(file, "utf8")) === undefined).map(({ file }) => file);
  const missing = tests.flatMap(({ file, name }) => (sealOf(readFileSync(file, "utf8"))?.stacks ?? []).map((stack) => join(directory, stack, TESTS, name)).filter((path) => !existsSync(path)));
  return [...new Set([...changed, ...missing])];
}

/** The stacks that have a file of the same making, if this is one of them and nobody changed it. */
function stacksOf(key: string, file: string): readonly string[] | undefined {
  const seal = existsSync(file) ? sealOf(readFileSync(file, "utf8")) : undefined;
  return seal?.key === key ? seal.stacks : undefined;
}

/** What a file says it was made from, if it is as it was made. */
function sealOf(text: string): { readonly key: string; readonly stacks: readonly string[] } | undefined {
  const [head = "", key = "", hash, stacks = ""] = SEAL.exec(text) ?? [];
  return hash !== undefined && hash === digest(text.slice(text.indexOf(head) + head.length)) ? { key, stacks: stacks.split(" ") } : undefined;
}

/** A path may hold what ends a comment. */
function oneLine(text: string): string {
  return text.replace(/\p{C}|\p{Zl}|\p{Zp}/gu, " ");
}
