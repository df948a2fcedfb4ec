/**
 * Keeps what Node makes of the source files, so that from the second start on they are not parsed anew: imported before what is
 * imported dynamically. Where the folder cannot be written, nothing is kept. What runs before is JavaScript: for a single file of
 * TypeScript Node would load what strips types, at each start.
 */
// By name, an old Node would not find it, and end before it is refused.
import nodeModule from "node:module";
import { fileURLToPath } from "node:url";

// Not in the folder for temporary files, where others could put code for us to run.
nodeModule.enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/scope-registry", import.meta.url)));
