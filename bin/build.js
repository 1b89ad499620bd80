const { spawnSync } = require("node:child_process");
const { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const root = join(__dirname, "..");
// The last file of a build: what the compiler notes, it notes of sources that do not compile, too.
const stamp = join(root, "dist", "app.js");
const lock = join(root, "dist", ".building");

/** Compiles the sources of a checkout when one of them is newer than the last build; an installed package has none. */
exports.build = build;

function build() {
  // The build's own run of the app needs none.
  if (!existsSync(join(root, "tsconfig.build.json")) || process.env.PHASELINE_WRITE_CACHE) return;
  if (!existsSync(lock) && isCurrent()) return;
  enter();
  try {
    if (!isCurrent()) compile();
  } finally {
    leave();
  }
}

function isCurrent() {
  const built = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  return ["main.ts", "lib", "stacks", "tsconfig.json", "tsconfig.build.json"].every((path) => newest(join(root, path)) <= built);
}

/** Waits until no other process builds, so that nobody runs what is half written; one that has died is not waited for. */
function enter() {
  mkdirSync(join(root, "dist"), { recursive: true });
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      return writeFileSync(lock, String(process.pid), { flag: "wx" });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (isBuilding()) Atomics.wait(pause, 0, 0, 50);
      else leave();
    }
  }
}

/** Whether the one who holds the lock still lives; who has not written its number yet has only just begun. */
function isBuilding() {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

function leave() {
  rmSync(lock, { force: true });
}

function compile() {
  const { status, stdout, error } = spawnSync(process.execPath, [join(require.resolve("typescript/package.json"), "../bin/tsc"), "-p", join(root, "tsconfig.build.json")], { encoding: "utf8" });
  if (status !== 0) {
    leave();
    process.stderr.write(`phaseline: the sources do not compile.\n${error ?? stdout}`);
    process.exit(1);
  }
  writeFileSync(join(root, "dist/lib/demand/needles.json"), JSON.stringify(require("../dist/lib/demand/lexicon.js").preparedNeedles()));
  // One file instead of two hundred: looking for modules is most of what a short run does. Peers stay where the project has them.
  require("esbuild").buildSync({
    entryPoints: [join(root, "dist/main.js")],
    outfile: join(root, "dist/app.js"),
    bundle: true,
    platform: "node",
    target: "node20",
    external: ["cdktf", "constructs", "@cdktf/*"],
    // Node reads all of it before it runs any: half the text is half the time.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    sourcemap: true,
    logLevel: "error",
  });
  utimesSync(stamp, new Date(), new Date());
  keepCompiled();
}

/** Runs the app once, on this project's increments, for what Node compiles of it on the way. Without it the app is slower, no more. */
function keepCompiled() {
  const scratch = mkdtempSync(join(tmpdir(), "phaseline-"));
  rmSync(join(root, "dist/app.js.cache"), { force: true });
  const env = { ...process.env, CDKTF_OUTDIR: scratch, PHASELINE_WRITE_CACHE: "1" };
  spawnSync(process.execPath, [join(__dirname, "app.js")], { cwd: root, env, stdio: "ignore" });
  rmSync(scratch, { recursive: true, force: true });
}

function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

if (require.main === module) build();
