#!/usr/bin/env node
// The app of cdktf.json: `npm run synth` runs it directly, `cdktf synth` through the CLI.
require("./build").build();
require("../dist/main.js").main();
