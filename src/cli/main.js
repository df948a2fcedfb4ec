#!/usr/bin/env -S node --conditions=scope-registry-source
/** Where the command line begins: `command-line.ts` begins twice as fast once what Node makes of it is kept. */
import "../node-version.js";
import "../compile-cache.js";

const { runCommandLine } = await import("./command-line.ts");
await runCommandLine();
