import { execFileSync, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { schemaLocation, writeSchemas } from "./kubernetes-schemas";
import { setup, SHARED } from "./shared";
import { scratch } from "./terraform";

/** The ports that one control plane takes: the first and those after it. */
const PORTS = 6;

/** A real control plane on loopback, with simulated nodes. */
export class ControlPlane {
  private constructor(
    readonly directory: string,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  static async start(): Promise<ControlPlane> {
    const directory = scratch("kubernetes");
    const env = { ...setup("kubernetes"), KUBECONFIG: join(directory, "kubeconfig") };
    execFileSync(join(SHARED, "kubernetes/start"), [directory, String(await freePorts(PORTS))], { env, stdio: ["ignore", "ignore", "inherit"] });
    return new ControlPlane(directory, env);
  }

  stop(): void {
    execFileSync(join(SHARED, "kubernetes/stop"), [this.directory], { env: this.env });
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }

  /** Runs a command against it; what it prints, on both outputs, and its status. */
  try(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ""): { readonly status: number | null; readonly output: string } {
    const { status, stdout, stderr, error } = spawnSync(command, args, { env: { ...this.env, ...env }, encoding: "utf8", input, maxBuffer: 1 << 28 });
    if (error) throw error;
    return { status, output: `${stdout}${stderr}` };
  }

  /** As `try`; a failure is an error that carries the output. */
  run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ""): string {
    const { status, output } = this.try(command, args, env, input);
    if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${output}`);
    return output;
  }

  kubectl(...args: readonly string[]): string {
    return this.run("kubectl", args);
  }

  /** `kubeconform -strict` with the schemas of this server; options begin with a hyphen. */
  kubeconform(...paths: readonly string[]): { readonly status: number | null; readonly output: string } {
    const version = (JSON.parse(this.kubectl("get", "--raw", "/version")) as { gitVersion: string }).gitVersion;
    const schemas = join(tmpdir(), `phaseline-kubernetes-schemas-${version}`);
    writeSchemas(schemas, () => this.kubectl("get", "--raw", "/openapi/v2"));
    return this.try("kubeconform", ["-strict", "-summary", "-schema-location", schemaLocation(schemas), ...paths]);
  }
}

/** The first of so many neighbouring ports that nobody listens on. */
export async function freePorts(count: number): Promise<number> {
  // A range for each process that runs tests: between looking and listening, another one must not take them.
  const base = 20000 + (Number(process.env["JEST_WORKER_ID"] ?? 0) % 10) * 1000;
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = base + Math.floor(Math.random() * 100) * 10;
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`no ${count} neighbouring ports are free between ${base} and ${base + 1000}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once("error", () => resolve(false))
      .once("listening", () => server.close(() => resolve(true)))
      .listen(port, "127.0.0.1");
  });
}
