import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** The directory of real tools beside the project; SHARED_DIR names another place. */
export const SHARED = resolve(process.env["SHARED_DIR"] ?? join(__dirname, "../../../../shared"));

/** `describe`, or, where a tool is missing, a skipped one whose title says why. */
export function describeWith(tool: "terraform" | "kubernetes", title: string, body: () => void): void {
  const setup = join(SHARED, tool, "setup");
  const reason = existsSync(setup) ? undefined : `${setup} is not there`;
  if (reason === undefined) return describe(title, body);
  console.warn(`skipped: ${title}: ${reason}`);
  describe.skip(`${title} (skipped: ${reason})`, body);
}

/** What a `setup` script prints as `export A='x' B=y`, run once a process; `$PATH` in it is this process's. */
export function setup(tool: "terraform" | "kubernetes"): NodeJS.ProcessEnv {
  const known = environments.get(tool);
  if (known) return known;
  const script = `eval "$('${join(SHARED, tool, "setup")}' 2>/dev/null)" && env -0`;
  const output = execFileSync("bash", ["-c", script], { encoding: "utf8", maxBuffer: 1 << 24, timeout: 1_500_000 });
  const environment = Object.fromEntries(
    output.split("\0").filter(Boolean).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  environments.set(tool, environment);
  return environment;
}
const environments = new Map<string, NodeJS.ProcessEnv>();
