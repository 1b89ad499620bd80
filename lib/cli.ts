import { Command } from "commander";
import { explainJson, explainText } from "./artifacts/explain";
import { understandIncrement } from "./demand/read-increment";
import { readSpec } from "./increment/directory";
import { FaultsError } from "./increment/fault";

/** The `phaseline` command. Answers go to stdout, faults to stderr; exit code 1 when something is wrong with the input. */
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
  try {
    program.parse([...argv]);
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
