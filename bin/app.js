#!/usr/bin/env node
// The app of cdktf.json: `npm run synth` runs it directly, `cdktf synth` through the CLI.
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { createRequire, enableCompileCache, wrap } = require("node:module");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

// Node 22 and newer keep compiled modules from run to run.
enableCompileCache?.();
require("./build").build();

// What the build's own run compiled of our file is used again; another version of Node ignores it.
const filename = join(__dirname, "../dist/app.js");
const cache = `${filename}.cache`;
const script = new Script(wrap(readFileSync(filename, "utf8")), { filename, ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}) });
const app = { exports: {} };
script.runInThisContext()(app.exports, createRequire(filename), app, filename, dirname(filename));
app.exports.main();
if (process.env.PHASELINE_WRITE_CACHE) writeFileSync(cache, script.createCachedData());
