import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
// Before cdktf is loaded by anything else.
import "./lib/cdktf-alone";
import { App } from "cdktf";
import { acceptance } from "./lib/artifacts/acceptance";
import { withdrawTests, writeTests } from "./lib/artifacts/acceptance-files";
import { artifacts } from "./lib/artifacts/artifacts";
import { forgotten } from "./lib/artifacts/forgotten";
import { stacksOf, type Output } from "./lib/artifacts/output";
import { toJson, toMarkdown, toText } from "./lib/artifacts/report";
import { requireProven, synthesizedOf, trace, type Trace, type TracedEnvironment } from "./lib/artifacts/trace";
import type { Blueprint } from "./lib/blueprint/blueprint";
import { foldEnvironments } from "./lib/blueprint/environments";
import { readSettings, type Settings } from "./lib/blueprint/settings";
import { ConstructError } from "./lib/constructs/construct-error";
import { includesArchive } from "./lib/demand/archive";
import { demandsOf, type ReadIncrement, understandIncrement } from "./lib/demand/read-increment";
import type { Synthesized } from "./lib/demand/synthesized";
import { readIncrements } from "./lib/increment/directory";
import { FaultsError } from "./lib/increment/fault";
import type { Increment } from "./lib/increment/increment";
import { environmentStacks } from "./stacks/environment";
import { unmovedStates } from "./stacks/unmoved-state";

/** Where a SpecWeave project keeps its increments; `PHASELINE_INCREMENTS` names another directory. */
const INCREMENTS = ".specweave/increments";

/** Reads the increments, synthesizes, and writes; or tells what is wrong, writes nothing and ends with exit code 1. */
export function main(env: NodeJS.ProcessEnv = process.env): void {
  try {
    process.stdout.write(toText(synthesize(env)));
  } catch (error) {
    if (!(error instanceof FaultsError || error instanceof ConstructError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/**
 * The main job. Nothing is written before every proof holds; what an earlier run wrote is withdrawn when this one fails, so that
 * nobody deploys it by mistake.
 *
 * @throws FaultsError with all faults of the inputs, or every criterion of priority P0 or P1 that is not met, or states that would be lost
 */
export function synthesize(env: NodeJS.ProcessEnv): Trace {
  // The App makes the directory, but not those above it.
  mkdirSync(env["CDKTF_OUTDIR"] ?? "cdktf.out", { recursive: true });
  const app = new App({ stackTraces: false });
  try {
    const settings = readContext(env);
    const { traced, files, read, made, stacks } = prove(app, settings, incrementsOf(env, settings));
    requireProven(traced);
    const unmoved = unmovedStates(app);
    if (unmoved.length > 0) throw new FaultsError(unmoved);
    const earlier = join(app.outdir, "traceability.json");
    if (existsSync(earlier)) {
      const warnings = forgotten(readFileSync(earlier, "utf8"), traced.increments.map(({ id }) => id), stacks);
      for (const warning of warnings) process.stderr.write(warning);
    }
    app.synth();
    write(app.outdir, files, traced);
    writeTests(join(app.outdir, "stacks"), acceptance(read, made, traced));
    return traced;
  } catch (error) {
    withdraw(app.outdir);
    throw error;
  }
}

/**
 * What became of every criterion, without writing anything: what is not met is told in the trace, of any priority.
 *
 * @param increments what is judged
 * @throws FaultsError with all faults of the inputs
 */
export function judge(env: NodeJS.ProcessEnv, increments: readonly Increment[]): Trace {
  const settings = readContext(env);
  // An App wants a directory, even where nothing comes to lie in it.
  const outdir = mkdtempSync(join(tmpdir(), "phaseline-"));
  try {
    return prove(new App({ stackTraces: false, outdir }), settings, increments).traced;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/**
 * The same of what lies in an output directory, whoever changed it since.
 *
 * @throws FaultsError with all faults of the inputs
 */
export function judgeOutput(env: NodeJS.ProcessEnv, { stacks, artifacts: files }: Output, increments: readonly Increment[]): Trace {
  const { read, blueprints } = understand(readContext(env), increments);
  const names = blueprints.map(({ settings: { environment } }) => environment);
  const made = blueprints.map((blueprint) => ({ blueprint, stacks: stacksOf(blueprint.settings.environment, names, stacks) }));
  const environments = made.filter((each) => Object.keys(each.stacks).length > 0).map(({ blueprint: { settings: { environment } } }) => environment);
  return trace(read, made.map((each) => ({ blueprint: each.blueprint, synthesized: synthesizedOf(each.blueprint, { stacks: each.stacks, artifacts: files, environments }) })));
}

/**
 * The increments of this project.
 *
 * @throws FaultsError with all faults of the settings and of the files
 */
export function incrementsOf(env: NodeJS.ProcessEnv, settings = readContext(env)): Increment[] {
  const directory = incrementsDirectory(env);
  return readIncrements(directory, { archived: includesArchive(directory, archivedOf(env) ?? settings.increments?.archived) });
}

/** What `PHASELINE_ARCHIVED` says. */
function archivedOf(env: NodeJS.ProcessEnv): boolean | undefined {
  const stated = env["PHASELINE_ARCHIVED"] || undefined;
  if (stated === undefined || stated === "true" || stated === "false") return stated === undefined ? undefined : stated === "true";
  throw new FaultsError([{ message: `PHASELINE_ARCHIVED is "${stated}".`, remedy: "Set it to true or false, or leave it to context.phaseline.increments.archived." }]);
}

export function incrementsDirectory(env: NodeJS.ProcessEnv): string {
  return env["PHASELINE_INCREMENTS"] ?? INCREMENTS;
}

interface Proven extends Pick<Synthesized, "stacks"> {
  readonly traced: Trace;
  readonly files: Readonly<Record<string, string>>;
  readonly read: readonly ReadIncrement[];
  readonly made: readonly TracedEnvironment[];
}

/**
 * cdktf notes for each of its tokens where it was made, which is of use only in its own messages about tokens, and costs a tenth of
 * the time. Errors keep their stacks.
 */
function withoutTokenStacks<T>(work: () => T): T {
  const capture = Error.captureStackTrace;
  Error.captureStackTrace = (target, below) => {
    if (target instanceof Error) capture(target, below);
  };
  try {
    return work();
  } finally {
    Error.captureStackTrace = capture;
  }
}

/** @throws FaultsError with all faults of the increments */
function understand(settings: Settings, increments: readonly Increment[]): { readonly read: readonly ReadIncrement[]; readonly blueprints: readonly Blueprint[] } {
  const read = increments.map(understandIncrement);
  const faults = read.flatMap((increment) => increment.faults);
  if (faults.length > 0) throw new FaultsError(faults);
  const layers = read.map((each) => ({ increment: each.increment.id, demands: demandsOf(each), preferences: each.preferences }));
  return { read, blueprints: foldEnvironments(layers, settings) };
}

/** Makes the stacks of all environments, in memory, and holds every criterion against them. */
function prove(app: App, settings: Settings, increments: readonly Increment[]): Proven {
  const { read, blueprints } = understand(settings, increments);
  const stacks = withoutTokenStacks(() => blueprints.map((blueprint) => environmentStacks(app, blueprint)));
  for (const stack of stacks.flat()) stack.prepareStack();
  const files = artifacts(...blueprints);
  const environments = blueprints.filter((_, index) => stacks[index]!.length > 0).map(({ settings: { environment } }) => environment);
  const made = blueprints.map((blueprint, index) => ({
    blueprint,
    synthesized: synthesizedOf(blueprint, { stacks: Object.fromEntries(stacks[index]!.map((stack) => [stack.node.id, stack.seal()])), artifacts: files, environments }),
  }));
  return { traced: trace(read, made), files, read, made, stacks: Object.assign({}, ...made.map(({ synthesized }) => synthesized.stacks)) };
}

/** The settings: from the CLI's environment, or from cdktf.json itself where the app runs without the CLI. */
function readContext(env: NodeJS.ProcessEnv): Settings {
  const fromCli = env["CDKTF_CONTEXT_JSON"];
  const file = "cdktf.json";
  if (fromCli === undefined && !existsSync(file)) {
    throw new FaultsError([{ message: `${file} is not in ${resolve(".")}.`, remedy: "Run phaseline in the project's directory, or write the file; the README shows one." }]);
  }
  try {
    const context = fromCli === undefined ? JSON.parse(readFileSync(file, "utf8")).context : JSON.parse(fromCli);
    return readSettings(context?.phaseline, file);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new FaultsError([{ message: `${file} is no JSON: ${error.message}.`, remedy: "Correct it; most often a comma is missing or one too many." }]);
  }
}

function write(outdir: string, files: Readonly<Record<string, string>>, traced: Trace): void {
  rmSync(join(outdir, "artifacts"), { recursive: true, force: true });
  mkdirSync(join(outdir, "artifacts"));
  for (const [path, text] of Object.entries(files)) {
    const file = join(outdir, "artifacts", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  writeFileSync(join(outdir, "traceability.json"), toJson(traced));
  writeFileSync(join(outdir, "traceability.md"), toMarkdown(traced));
}

/** Takes away what makes an output directory look complete; Terraform's own working files stay. */
function withdraw(outdir: string): void {
  for (const name of ["manifest.json", "traceability.json", "traceability.md", "artifacts"]) rmSync(join(outdir, name), { recursive: true, force: true });
  const stacks = join(outdir, "stacks");
  if (!existsSync(stacks)) return;
  withdrawTests(stacks);
  for (const name of readdirSync(stacks)) {
    for (const file of ["cdk.tf.json", "cdk.tf"]) rmSync(join(stacks, name, file), { force: true });
  }
}
