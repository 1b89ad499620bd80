import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { madeTests, tampered } from "../artifacts/acceptance-files";
import { testFile } from "../artifacts/tftest";
import type { Trace } from "../artifacts/trace";
import { FaultsError } from "../increment/fault";
import type { Increment } from "../increment/increment";
import { TerraformTest, type RunResult } from "./terraform-test";
import { tested, type TestedCriterion } from "./tested";

/**
 * Runs Terraform's tests of these increments in an output directory, stack by stack, and tells of each criterion whether it is met.
 *
 * @param trace of what lies in the directory
 * @param stacks whose tests are run; all by default
 * @throws FaultsError where a stack is not there, where tests are missing or changed, and where there is no Terraform to run them
 */
export function runTests(increments: readonly Increment[], trace: Trace, output: string, env: NodeJS.ProcessEnv, stacks?: readonly string[]): readonly TestedCriterion[] {
  const directory = join(output, "stacks");
  const made = madeTests(directory);
  const unknown = (stacks ?? []).filter((stack) => !existsSync(join(directory, stack)));
  if (unknown.length > 0) {
    throw new FaultsError([{ message: `there is no stack ${unknown.join(", ")} in ${output}.`, remedy: `Name one of ${[...new Set(made.map(({ stack }) => stack))].join(", ")}.` }]);
  }
  const faults = tampered(directory, made).map((file) => ({ message: `${file} is not as the synth left it.`, remedy: "Run `npm run synth` again; the file is not to be edited." }));
  if (made.length === 0 && trace.criteria.some(({ outcome, demands }) => outcome === "proven" && demands.some(({ addresses }) => addresses.length > 0))) {
    faults.push({ message: `${output} holds no tests.`, remedy: "Run `npm run synth` again." });
  }
  if (faults.length > 0) throw new FaultsError(faults);
  const names = new Set(increments.map(({ id }) => testFile(id)));
  const chosen = made.filter(({ stack, name }) => names.has(name) && (stacks === undefined || stacks.includes(stack)));
  const terraform = chosen.length > 0 ? new TerraformTest(env) : undefined;
  const runs = [...new Set(chosen.map(({ stack }) => stack))].flatMap((stack): readonly RunResult[] =>
    terraform!.run(stack, join(directory, stack), chosen.filter((test) => test.stack === stack).map(({ file }) => file)),
  );
  const traceability = join(output, "traceability.json");
  return tested(increments, trace, existsSync(traceability) ? readFileSync(traceability, "utf8") : "", runs);
}
