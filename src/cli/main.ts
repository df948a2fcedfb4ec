#!/usr/bin/env -S node --conditions=scope-registry-source
/**
 * The command line `scope-registry`: a client of the registry's public API, never of its store. A command is a file in
 * `commands/` and a line in `program.ts`.
 */
import { CommanderError } from "commander";
import { EXIT, exitCodeOf } from "./exit-code.ts";
import { describeFailure } from "./failure-text.ts";
import { createProgram } from "./program.ts";

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // `scope-registry list | head`: the reader has seen enough.
    process.exit(error.code === "EPIPE" ? EXIT.ok : EXIT.fault);
  });
}

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCodeOf(error);
  const isHelp = error instanceof CommanderError && (error.exitCode === 0 || error.code === "commander.help");
  if (!isHelp) process.stderr.write(`${describeFailure(error)}\n`);
}
