import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setup } from "./shared";

export const PROJECT = join(__dirname, "../../..");

/** A directory of its own under the system's temporary one. */
export function scratch(name: string): string {
  return mkdtempSync(join(tmpdir(), `phaseline-${name}-`));
}

/** Runs a command to its end; a failure carries the whole output. */
export function run(command: string, args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv; status?: readonly number[] }): string {
  const result = spawnSync(command, args, {
    cwd: options.cwd,
    env: { ...setup("terraform"), CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", ...options.env },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (result.error) throw result.error;
  if (!(options.status ?? [0]).includes(result.status ?? -1)) {
    throw new Error(`${command} ${args.join(" ")} ended with ${result.status}:\n${result.stdout}\n${result.stderr}`);
  }
  return `${result.status === 0 ? "" : `status ${result.status}\n`}${result.stdout}`;
}

export function terraform(cwd: string, ...args: readonly string[]): string {
  return run("terraform", [...args, ...(args[0] === "show" ? [] : ["-no-color"])], { cwd });
}

/** Synthesizes the project's app into `<into>/out`, as JSON or HCL. */
export function synth(into: string, form: "json" | "hcl", env: NodeJS.ProcessEnv = {}): string {
  const outdir = join(into, "out");
  run("node", [join(PROJECT, "bin/app.js")], {
    cwd: PROJECT,
    env: { CDKTF_OUTDIR: outdir, ...(form === "hcl" ? { SYNTH_HCL_OUTPUT: "true" } : {}), ...env },
  });
  return outdir;
}

export interface Change {
  readonly address: string;
  readonly actions: readonly string[];
  readonly after: unknown;
}

/** Plans a stack and returns its resource changes, in the order of their addresses. */
export function plan(directory: string): readonly Change[] {
  terraform(directory, "plan", "-input=false", "-lock=false", "-out=plan.bin");
  return shown(directory);
}

function shown(directory: string): readonly Change[] {
  const { resource_changes = [] } = JSON.parse(run("terraform", ["show", "-json", "plan.bin"], { cwd: directory })) as {
    resource_changes?: { address: string; mode: string; change: { actions: string[]; after: unknown } }[];
  };
  return resource_changes
    .filter(({ mode }) => mode === "managed")
    .map(({ address, change: { actions, after } }) => ({ address, actions, after }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** What a fresh stack would be. Planning validates, too. */
export function planned(directory: string): readonly Change[] {
  terraform(directory, "init", "-input=false");
  return plan(directory);
}

/** Plans a fresh stack and applies what is planned, after which a second plan has nothing left to do. */
export function stand(directory: string): readonly Change[] {
  const changes = planned(directory);
  terraform(directory, "apply", "-input=false", "-auto-approve", "plan.bin");
  expect(left(directory)).toEqual([]);
  return changes;
}

/** What a plan would do to what stands: mostly nothing, which one command tells. */
export function left(directory: string): readonly string[] {
  const told = run("terraform", ["plan", "-input=false", "-lock=false", "-detailed-exitcode", "-out=plan.bin", "-no-color"], { cwd: directory, status: [0, 2] });
  return told.startsWith("status 2") ? effective(shown(directory)) : [];
}

/** The changes that do something. */
export function effective(changes: readonly Change[]): readonly string[] {
  return changes.filter(({ actions }) => actions.join() !== "no-op").map(({ address, actions }) => `${actions.join("+")} ${address}`);
}
