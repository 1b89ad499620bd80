import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { TerraformJson } from "../demand/synthesized";
import { FaultsError } from "../increment/fault";

/** What a synth wrote, as it lies in a directory now. */
export interface Output {
  /** Terraform JSON by stack; empty where the stacks are written as HCL. */
  readonly stacks: Readonly<Record<string, TerraformJson>>;
  /** Generated files by path below `artifacts/`. */
  readonly artifacts: Readonly<Record<string, string>>;
  readonly form: "json" | "hcl";
}

/**
 * @param directory what `cdktf synth` writes to, `cdktf.out` by default
 * @throws FaultsError where there is no finished synth
 */
export function readOutput(directory: string): Output {
  const stacks = join(directory, "stacks");
  const names = existsSync(stacks) ? readdirSync(stacks).sort() : [];
  const json = names.filter((name) => existsSync(join(stacks, name, "cdk.tf.json")));
  if (!existsSync(join(directory, "manifest.json"))) {
    throw new FaultsError([{ message: `${directory} holds no finished synth.`, remedy: "Run `npm run synth` (or `npx cdktf synth`) first; where it fails, it says why." }]);
  }
  return {
    stacks: Object.fromEntries(json.map((name) => [name, parse(join(stacks, name, "cdk.tf.json"))])),
    artifacts: filesIn(join(directory, "artifacts")),
    form: json.length === 0 && names.some((name) => existsSync(join(stacks, name, "cdk.tf"))) ? "hcl" : "json",
  };
}

function parse(file: string): TerraformJson {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as TerraformJson;
  } catch (error) {
    throw new FaultsError([{ message: `${file} is no JSON: ${(error as Error).message}.`, remedy: "Run `npm run synth` again; the file is not to be edited." }]);
  }
}

/** All files below a directory, by their path with forward slashes. */
export function filesIn(directory: string): Readonly<Record<string, string>> {
  if (!existsSync(directory)) return {};
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map((entry) => [relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/"), readFileSync(join(entry.parentPath, entry.name), "utf8")]));
}

/** The stacks of an environment are named after it: `staging`, `staging-platform`. */
export function stacksOf<T>(environment: string, environments: readonly string[], stacks: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const owner = (stack: string) => environments.filter((name) => stack === name || stack.startsWith(`${name}-`)).sort((one, other) => other.length - one.length)[0];
  return Object.fromEntries(Object.entries(stacks).filter(([stack]) => owner(stack) === environment));
}
