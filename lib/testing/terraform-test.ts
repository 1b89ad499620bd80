import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { FaultsError } from "../increment/fault";

/** What became of a run. `not-run`: Terraform did not come to it. */
export interface RunResult {
  readonly stack: string;
  /** The test file's name. */
  readonly file: string;
  readonly run: string;
  readonly status: "pass" | "fail" | "error" | "not-run";
  /** What Terraform says about it. */
  readonly messages: readonly string[];
}

/** Write-only arguments and values of mocks while planning. */
const LEAST = [1, 11] as const;

/** Where a part of a test file lies while it is run; Terraform reads tests below a stack's directory only. */
const SCRATCH = ".phaseline-tests";

/** Terraform's test runner, which needs the providers but no cloud and no credentials. */
export class TerraformTest {
  private readonly command: string;

  /** @throws FaultsError where there is no Terraform, or an old one */
  constructor(private readonly env: NodeJS.ProcessEnv) {
    this.command = env["TERRAFORM_BINARY_NAME"] || "terraform";
    this.requireVersion();
  }

  /**
   * Runs test files of a stack. A run that cannot be evaluated makes Terraform skip those after it in the file: they are run again
   * without it, so that each has a result of its own.
   *
   * @param directory the stack's, with `cdk.tf.json`
   * @param files below its `tests/`
   */
  run(stack: string, directory: string, files: readonly string[]): readonly RunResult[] {
    const { status, output } = this.terraform(directory, "init", "-backend=false", "-input=false", "-no-color");
    if (status !== 0) return files.flatMap((file) => runsIn(file).map((run) => ({ stack, file: basename(file), run, status: "not-run" as const, messages: [`${this.command} init failed: ${lastError(output)}`] })));
    return files.flatMap((file) => this.runFile(stack, directory, file));
  }

  private runFile(stack: string, directory: string, file: string): readonly RunResult[] {
    const results = new Map<string, RunResult>();
    const all = runsIn(file);
    const scratch = join(directory, SCRATCH);
    try {
      for (let left = all; left.length > 0; left = all.filter((run) => !results.has(run))) {
        const whole = left.length === all.length;
        if (!whole) {
          mkdirSync(scratch, { recursive: true });
          writeFileSync(join(scratch, basename(file)), only(left, readFileSync(file, "utf8")));
        }
        const tests = whole ? basename(dirname(file)) : SCRATCH;
        const { output } = this.terraform(directory, "test", "-json", `-test-directory=${tests}`, `-filter=${tests}/${basename(file)}`);
        const { runs, general } = parse(output);
        const told = left.filter((run) => runs.get(run) !== undefined && runs.get(run)!.status !== "skip");
        for (const run of told) results.set(run, { stack, file: basename(file), run, ...(runs.get(run) as { status: "pass"; messages: string[] }) });
        if (told.length === 0) for (const run of left) results.set(run, { stack, file: basename(file), run, status: "not-run", messages: general.length > 0 ? general : [`${this.command} test did not run it: ${lastError(output)}`] });
      }
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    return all.map((run) => results.get(run)!);
  }

  private terraform(cwd: string, ...args: readonly string[]): { readonly status: number | null; readonly output: string } {
    const { status, stdout, stderr, error } = spawnSync(this.command, args, {
      cwd,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: { CHECKPOINT_DISABLE: "1", ...this.env, TF_IN_AUTOMATION: "1" },
    });
    if (error) throw new FaultsError([{ message: `${this.command} cannot be run: ${error.message}.`, remedy: "Install Terraform 1.11 or newer (https://developer.hashicorp.com/terraform/install), or name its command in TERRAFORM_BINARY_NAME." }]);
    return { status, output: `${stdout}${stderr}` };
  }

  private requireVersion(): void {
    const { output } = this.terraform(".", "version", "-json");
    const version = /"terraform_version": *"(\d+)\.(\d+)[^"]*"/.exec(output);
    const [, major = "0", minor = "0"] = version ?? [];
    if (Number(major) > LEAST[0] || (Number(major) === LEAST[0] && Number(minor) >= LEAST[1])) return;
    throw new FaultsError([
      {
        message: version ? `${this.command} is version ${major}.${minor}; the tests need ${LEAST.join(".")} or newer.` : `${this.command} does not tell its version: ${lastError(output)}`,
        remedy: "Install Terraform 1.11 or newer (https://developer.hashicorp.com/terraform/install), or name its command in TERRAFORM_BINARY_NAME.",
      },
    ]);
  }
}

/** The names of the runs in a test file that phaseline made. */
export function runsIn(file: string): readonly string[] {
  return [...readFileSync(file, "utf8").matchAll(/^run "([\w-]+)" \{$/gm)].map(([, name = ""]) => name);
}

/** The file with these runs alone. */
function only(runs: readonly string[], text: string): string {
  return text.split(/^(?=run "[\w-]+" \{$)/m).filter((part) => {
    const name = /^run "([\w-]+)"/.exec(part)?.[1];
    return name === undefined || runs.includes(name);
  }).join("");
}

interface Told {
  status: "pass" | "fail" | "error" | "skip";
  readonly messages: string[];
}

/** Terraform's messages of a test, a line each. */
function parse(output: string): { readonly runs: ReadonlyMap<string, Told>; readonly general: readonly string[] } {
  const runs = new Map<string, Told>();
  const general: string[] = [];
  const of = (run: string): Told => {
    const told = runs.get(run) ?? { status: "skip", messages: [] };
    runs.set(run, told);
    return told;
  };
  for (const line of output.split("\n")) {
    if (!line.startsWith("{")) continue;
    const message = JSON.parse(line) as {
      readonly "@testrun"?: string;
      readonly type?: string;
      readonly test_run?: { readonly run: string; readonly status?: Told["status"] };
      readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail?: string };
    };
    if (message.test_run?.status !== undefined) of(message.test_run.run).status = message.test_run.status;
    if (message.diagnostic?.severity === "error") {
      const { summary, detail = "" } = message.diagnostic;
      // What an assertion says is all there is to say.
      const text = summary === "Test assertion failed" ? detail : `${summary}${detail === "" ? "" : `: ${detail.replace(/\s+/g, " ").trim()}`}`;
      (message["@testrun"] === undefined ? general : of(message["@testrun"]).messages).push(text);
    }
  }
  return { runs, general };
}

/** The first error that Terraform tells, in one line. */
function lastError(output: string): string {
  const [, error] = /Error: ([^]*?)(?:\n\n\n|$)/.exec(output) ?? [];
  const text = (error ?? output).replace(/[│╷╵]/g, " ").replace(/\s+/g, " ").trim();
  return text.length <= 400 ? text : `${text.slice(0, 399)}…`;
}
