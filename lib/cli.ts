import { statSync } from "node:fs";
import { relative } from "node:path";
import { Command } from "commander";
import { explainJson, explainText } from "./artifacts/explain";
import { readOutput } from "./artifacts/output";
import { find, statusJson, statusOf, statusText } from "./artifacts/status";
import { writeBack } from "./artifacts/write-back";
import { understandIncrement } from "./demand/read-increment";
import { readSpec } from "./increment/directory";
import { FaultsError, type Fault } from "./increment/fault";
import { testedJson, testedText } from "./testing/tested";

/**
 * The `phaseline` command. Answers go to stdout, faults to stderr; exit code 1 when something is wrong with the input. What a report
 * says about criteria is no matter of the exit code, but for `test`.
 */
export function main(argv: readonly string[]): void {
  const program = new Command("phaseline")
    .description("Acceptance criteria become proven Terraform.")
    .showHelpAfterError("(phaseline --help tells what there is)");
  program
    .command("explain")
    .description("tell how each criterion of a spec is understood, without synthesizing")
    .argument("<spec>", "a spec.md, or another file of criteria")
    .option("--json", "for programs")
    .action((spec: string, { json }: { json?: true }) => {
      const read = understandIncrement(readSpec(spec));
      process.stdout.write(json ? `${JSON.stringify(explainJson(read), null, 2)}\n` : explainText(read));
    });
  program
    .command("status")
    .description("tell which criteria are proven, and which are not and why, without writing Terraform")
    .argument("[increment]", "its id, number, folder or spec.md; a file that is no increment of this project is judged alone (default: all)")
    .option("--write", "tick the open boxes of proven criteria in their spec.md, and change nothing else")
    .option("--json", "for programs")
    .action(status);
  program
    .command("test")
    .description("hold the criteria against what the last synth wrote, and run Terraform's tests of them, without a cloud")
    .argument("[increment]", "its id, number, folder or spec.md (default: all)")
    .option("--stack <name...>", "run the tests of these stacks only")
    .option("--output <directory>", "what the synth wrote to", process.env["CDKTF_OUTDIR"] ?? "cdktf.out")
    .option("--json", "for programs")
    .action(test);
  try {
    program.parse([...argv]);
  } catch (error) {
    // A construct's refusal is one of the input too; its class is loaded with the constructs only.
    if (!(error instanceof FaultsError || (error instanceof Error && error.name === "ConstructError"))) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

function status(named: string | undefined, { write, json }: { write?: true; json?: true }): void {
  const { incrementsDirectory, incrementsOf, judge } = require("../main") as typeof import("../main");
  const { env } = process;
  const alone = named !== undefined && isFile(named) && relative(incrementsDirectory(env), named).startsWith("..");
  const increments = alone ? [readSpec(named)] : incrementsOf(env);
  const chosen = named === undefined || alone ? increments : [find(named, increments)];
  const traced = judge(env, increments);
  const statuses = statusOf(traced, chosen);
  const faults: Fault[] = [];
  const written = write && statuses.flatMap((each) => attempt(() => [writeBack(each)], faults));
  process.stdout.write(json ? `${JSON.stringify(statusJson(traced, statuses, written), null, 2)}\n` : statusText(statuses, written));
  if (faults.length > 0) throw new FaultsError(faults);
}

/** Exit code 1 where a criterion is not met. */
function test(named: string | undefined, { stack, output, json }: { stack?: readonly string[]; output: string; json?: true }): void {
  const { incrementsOf, judge, judgeOutput } = require("../main") as typeof import("../main");
  const { runTests } = require("./testing/run-tests") as typeof import("./testing/run-tests");
  const { env } = process;
  const all = incrementsOf(env);
  const increments = named === undefined ? all : [find(named, all)];
  const made = readOutput(output);
  // HCL is not read: then the proofs are of what a synth would write now.
  const traced = made.form === "json" ? judgeOutput(env, made, all) : judge(env, all);
  const criteria = runTests(increments, traced, output, env, stack);
  process.stdout.write(json ? `${JSON.stringify(testedJson(criteria), null, 2)}\n` : testedText(increments, criteria));
  if (criteria.some(({ verdict }) => verdict === "fails")) process.exitCode = 1;
}

/** What one file refuses keeps no other from being written. */
function attempt<T>(action: () => readonly T[], faults: Fault[]): readonly T[] {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    faults.push(...error.faults);
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
