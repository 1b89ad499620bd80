import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { deployScript, EXIT_STATUS } from "../../lib/render/deploy-script";
import { hostApplication, type HostApplicationProps } from "../../lib/render/host-application";

const roots: string[] = [];
afterEach(() => roots.splice(0).forEach((root) => rmSync(root, { recursive: true, force: true })));

/**
 * The real script against a real git repository. Stubs stand in for what would touch this machine: root, the application's user, systemd, and
 * the application's answers (healthy when the release that runs has a file `healthy`).
 */
class Server {
  readonly root = mkdtempSync(join(tmpdir(), "phaseline-deploy-"));
  readonly home = join(this.root, "srv");
  readonly origin = join(this.root, "origin");
  readonly bin = join(this.root, "bin");
  readonly script = join(this.root, "deploy.sh");
  readonly calls = join(this.root, "calls");

  constructor(props: Partial<HostApplicationProps> = {}) {
    roots.push(this.root);
    for (const directory of [this.home, join(this.home, "releases"), this.bin, this.origin, join(this.root, "log")]) mkdirSync(directory);
    writeFileSync(this.calls, "");
    this.stub("id", "echo 0");
    this.stub("runuser", 'shift 3; exec "$@"');
    this.stub("systemctl", `echo "systemctl $*" >> '${this.calls}'; [ "$1" != is-active ] || [ -e '${this.home}/current/healthy' ]`);
    this.stub("curl", `[ -e '${this.home}/current/healthy' ]`);
    this.stub("sleep", "exec /bin/sleep 0.05");
    this.git("init", "--quiet", "--initial-branch=main");
    execFileSync("git", ["init", "--quiet", "--bare", join(this.home, "repository.git")]);
    execFileSync("git", ["-C", join(this.home, "repository.git"), "remote", "add", "origin", this.origin]);
    const app = hostApplication({ repository: this.origin, install: [["sh", "./install.sh"]], migrate: [["sh", "./migrate.sh"]], healthSeconds: 2, ...props });
    writeFileSync(this.script, deployScript({ ...app, home: this.home, logDirectory: join(this.root, "log"), settingsCommand: "/usr/bin/env" }), { mode: 0o755 });
  }

  stub(name: string, body: string): void {
    writeFileSync(join(this.bin, name), `#!/bin/bash\n${body}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  git(...args: string[]): string {
    return execFileSync("git", ["-C", this.origin, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { encoding: "utf8" }).trim();
  }

  /** Commits what the release is to do, and returns the commit. */
  commit(files: Record<string, string | undefined>): string {
    const all: Record<string, string | undefined> = { "install.sh": "touch installed", "migrate.sh": "true", ...files };
    for (const [name, text] of Object.entries(all)) {
      if (text === undefined) rmSync(join(this.origin, name), { force: true });
      else writeFileSync(join(this.origin, name), text);
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "release");
    return this.git("rev-parse", "HEAD");
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, PATH: `${this.bin}:${process.env["PATH"]}` };
  }

  deploy(...args: string[]): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(this.script, args, { env: this.env, encoding: "utf8" });
    return { status, output: `${stdout}${stderr}`.replace(/^\S+Z /gm, "") };
  }

  get current(): string | undefined {
    const link = join(this.home, "current");
    return existsSync(link) ? basename(readlinkSync(link)) : undefined;
  }

  get restarts(): number {
    return readFileSync(this.calls, "utf8").split("\n").filter((line) => line === "systemctl restart app.service").length;
  }
}

describe("deploy.sh", () => {
  test("deploys a branch: installed, migrated, restarted, found healthy", () => {
    const server = new Server();
    const commit = server.commit({ healthy: "", "migrate.sh": "touch migrated" });
    const { status, output } = server.deploy();
    expect([status, output]).toEqual([EXIT_STATUS.deployed, `deploying main\nDEPLOYED: main at ${commit}\n`]);
    expect(server.current).toBe(commit);
    expect(existsSync(join(server.home, "current/installed"))).toBe(true);
    expect(existsSync(join(server.home, "current/migrated"))).toBe(true);
    expect(server.restarts).toBe(1);
    expect(readFileSync(join(server.root, "log/deploy.log"), "utf8")).toContain(`DEPLOYED: main at ${commit}`);
  });

  test("rolls back to the commit before when the health check fails, and says so", () => {
    const server = new Server();
    const good = server.commit({ healthy: "" });
    server.deploy();
    const bad = server.commit({ healthy: undefined });
    // The stub is healthy by the release that runs, so the old one is well again after the roll-back.
    const { status, output } = server.deploy();
    expect(status).toBe(EXIT_STATUS.rolledBack);
    expect(output).toContain(`${bad} is not healthy: http://127.0.0.1:3000/health did not answer well within 2 s\n`);
    expect(output).toContain(`rolling back to ${good} (migrations are not undone)\nROLLED BACK: ${good} runs again\n`);
    expect(server.current).toBe(good);
    expect(server.restarts).toBe(3);
  });

  test("says that nothing healthy runs when there is no release to go back to", () => {
    const server = new Server();
    server.commit({ healthy: undefined });
    const { status, output } = server.deploy();
    expect(status).toBe(EXIT_STATUS.nothingHealthy);
    expect(output).toContain("there is no release before it to go back to\n");
  });

  test("says that nothing healthy runs when the release before is ill by now, too", () => {
    const server = new Server();
    const good = server.commit({ healthy: "" });
    server.deploy();
    server.commit({ healthy: undefined });
    rmSync(join(server.home, "current/healthy"));
    const { status, output } = server.deploy();
    expect(status).toBe(EXIT_STATUS.nothingHealthy);
    expect(output).toContain(`FAILED: ${good} is not healthy either; see journalctl -u app.service`);
  });

  test.each([
    ["install.sh", "exit 3", EXIT_STATUS.notInstalled, "could not be installed"],
    ["migrate.sh", "exit 3", EXIT_STATUS.notMigrated, "failed"],
  ])("leaves the running release alone when %s fails", (file, body, expected, words) => {
    const server = new Server();
    const good = server.commit({ healthy: "" });
    server.deploy();
    server.commit({ healthy: "", [file]: body });
    const { status, output } = server.deploy();
    expect(status).toBe(expected);
    expect(output).toMatch(new RegExp(`FAILED: .*${words}; ${good} still runs`));
    expect(server.current).toBe(good);
    expect(server.restarts).toBe(1);
  });

  test("installs anew what an earlier attempt left half done", () => {
    const server = new Server();
    server.commit({ healthy: "", "install.sh": `[ -e '${server.root}/ready' ] || exit 1` });
    expect(server.deploy().status).toBe(EXIT_STATUS.notInstalled);
    writeFileSync(join(server.root, "ready"), "");
    expect(server.deploy().status).toBe(EXIT_STATUS.deployed);
  });

  test("has nothing to do when the branch's commit runs already", () => {
    const server = new Server();
    const commit = server.commit({ healthy: "" });
    server.deploy();
    const { status, output } = server.deploy();
    expect([status, output]).toEqual([EXIT_STATUS.deployed, `deploying main\nDEPLOYED: main is at ${commit}, which runs already\n`]);
    expect(server.restarts).toBe(1);
  });

  test("deploys the branch that is named, and tells one that is not there", () => {
    const server = new Server();
    server.commit({ healthy: "" });
    server.git("checkout", "--quiet", "-b", "feature/x");
    const commit = server.commit({ healthy: "", more: "" });
    expect(server.deploy("feature/x").status).toBe(EXIT_STATUS.deployed);
    expect(server.current).toBe(commit);
    expect(server.deploy("nowhere")).toEqual({ status: EXIT_STATUS.notPulled, output: "deploying nowhere\nFAILED: there is no branch nowhere\n" });
  });

  test("goes back to the release before on demand", () => {
    const server = new Server();
    const first = server.commit({ healthy: "" });
    server.deploy();
    const second = server.commit({ healthy: "", more: "" });
    server.deploy();
    const { status, output } = server.deploy("--rollback");
    expect([status, output]).toEqual([EXIT_STATUS.deployed, `going back from ${second} to ${first}\nROLLED BACK: ${first} runs\n`]);
    expect(server.current).toBe(first);
  });

  test("refuses to run beside another deployment", () => {
    const server = new Server();
    server.commit({ healthy: "" });
    const holder = spawnSync("flock", [join(server.home, "deploy.lock"), server.script], { env: server.env, encoding: "utf8" });
    expect([holder.status, holder.stdout.replace(/^\S+Z /gm, "")]).toEqual([EXIT_STATUS.locked, "FAILED: another deployment is running\n"]);
  });

  test("goes back when it is interrupted before the new release is known to be healthy", async () => {
    const server = new Server({ healthSeconds: 60 });
    const good = server.commit({ healthy: "" });
    server.deploy();
    server.commit({ healthy: undefined });
    // In a process group of its own, as a terminal has it.
    const child = spawn(server.script, { env: server.env, detached: true });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    const ended = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
    while (server.restarts < 2) await new Promise((resolve) => setTimeout(resolve, 50));
    process.kill(-child.pid!, "SIGINT");
    expect(await ended).toBe(EXIT_STATUS.rolledBack);
    expect(output).toContain(`ROLLED BACK: ${good} runs again`);
    expect(server.current).toBe(good);
  });

  test("keeps no more releases than it is told to", () => {
    const server = new Server({ keepReleases: 2 });
    for (const name of ["a", "b", "c", "d"]) {
      server.commit({ healthy: "", name });
      expect(server.deploy().status).toBe(EXIT_STATUS.deployed);
    }
    const kept = execFileSync("find", [join(server.home, "releases"), "-mindepth", "1", "-maxdepth", "1", "-type", "d"], { encoding: "utf8" });
    expect(kept.trim().split("\n")).toHaveLength(2);
  });

  test.each([["a; rm -rf /"], ["--help"], ["$(id)"], ["../x y"]])("refuses %j as a branch", (branch) => {
    const server = new Server();
    expect(server.deploy(branch)).toEqual({ status: EXIT_STATUS.usage, output: "usage: deploy.sh [BRANCH | --rollback | --key]\n" });
  });

  test("refuses to run as anyone but root", () => {
    const server = new Server();
    server.stub("id", "echo 1000");
    expect(server.deploy()).toEqual({ status: EXIT_STATUS.notRoot, output: "deploy.sh: it restarts a service; run it with sudo\n" });
  });
});
