/**
 * Keeps what Node makes of the source files, so that from the second start on they are not parsed anew: imported first, for what is
 * imported dynamically. Where the folder cannot be written, nothing is kept.
 */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Not in the folder for temporary files, where others could put code for us to run.
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/scope-registry", import.meta.url)));
