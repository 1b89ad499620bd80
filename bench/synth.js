// What does phaseline itself cost? `npm run bench` times the app (as cdktf.json runs it, without the CLI) against a script that
// loads cdktf, the providers and all else that the app loads of others, and writes the same files, in turns, and prints the medians and their ratio.
const { execFileSync, spawnSync } = require("node:child_process");
const { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const RUNS = Number(process.argv[2] ?? 15);
const root = join(__dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "phaseline-bench-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

const env = { ...process.env, CDKTF_OUTDIR: join(scratch, "out") };
const app = ["bin/app.js"];

// One run that tells which modules it loaded.
const probe = join(scratch, "probe.js");
writeFileSync(probe, `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(join(scratch, "modules.json"))}, JSON.stringify(Object.keys(require.cache))));`);
execFileSync(process.execPath, ["-r", probe, ...app], { cwd: root, env, stdio: "ignore" });
const modules = JSON.parse(readFileSync(join(scratch, "modules.json"), "utf8")).filter((path) => path.includes("node_modules"));

const files = (directory) =>
  readdirSync(directory).flatMap((name) => (statSync(join(directory, name)).isDirectory() ? files(join(directory, name)) : [join(directory, name)]));
const baseline = join(scratch, "baseline.js");
cpSync(join(scratch, "out"), join(scratch, "written"), { recursive: true });
const written = files(join(scratch, "written")).map((path) => [path, readFileSync(path, "utf8")]);
writeFileSync(
  baseline,
  `for (const path of ${JSON.stringify(modules)}) require(path);\nconst fs = require("node:fs");\nfor (const [path, text] of ${JSON.stringify(written)}) fs.writeFileSync(path, text);\n`,
);

const seconds = (args) => {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: "ignore" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e9;
};
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

seconds(app);
seconds([baseline]);
const times = Array.from({ length: RUNS }, () => ({ app: seconds(app), baseline: seconds([baseline]) }));
const ofApp = median(times.map((time) => time.app));
const ofBaseline = median(times.map((time) => time.baseline));
const ratio = median(times.map((time) => time.app / time.baseline));
console.log(`synth of the app          ${ofApp.toFixed(3)} s (median of ${RUNS})`);
console.log(`same modules, same files  ${ofBaseline.toFixed(3)} s (${written.length} files)`);
console.log(`ratio                     ${ratio.toFixed(2)}`);
