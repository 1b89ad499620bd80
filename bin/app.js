#!/usr/bin/env node
// The app of cdktf.json: `npm run synth` runs it directly, `cdktf synth` through the CLI.
// Node 22 and newer keep compiled modules from run to run.
require("node:module").enableCompileCache?.();
require("./build").build();
require("../dist/app.js").main();
