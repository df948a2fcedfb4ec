/** For a process's `--import`: writes a line like those of the server's log for each package that the process loads. */
import { registerHooks } from "node:module";

const told = new Set<string>();
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(found.url)?.[1];
    if (name !== undefined && !told.has(name)) {
      told.add(name);
      process.stderr.write(`${JSON.stringify({ level: 30, msg: "Package loaded", package: name })}\n`);
    }
    return found;
  },
});
