#!/usr/bin/env node
require("./build").build();
require("../dist/lib/cli.js").main(process.argv);
