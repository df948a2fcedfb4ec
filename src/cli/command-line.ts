/**
 * The command line `scope-registry`: a client of the registry's public API, never of its store. A command is a file in
 * `commands/` and a line in `program.ts`.
 */
import { CommanderError } from "commander";
import { EXIT, exitCodeOf } from "./exit-code.ts";
import { describeFailure } from "./failure-text.ts";
import { createProgram } from "./program.ts";

/** Runs the command that the process was started with. What it comes to is the process's exit code. */
export async function runCommandLine(): Promise<void> {
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    // `scope-registry list | head`: the reader has seen enough.
    if (code === "EPIPE") process.exit(EXIT.ok);
    process.stderr.write(`Standard output cannot be written (${code}): see that there is room where it goes\n`);
    process.exit(EXIT.badInput);
  });
  // There is nowhere left to tell of it.
  process.stderr.on("error", ({ code }: NodeJS.ErrnoException) =>
    process.exit(code === "EPIPE" ? EXIT.ok : EXIT.fault),
  );

  try {
    await createProgram().parseAsync(process.argv);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    const isHelp = error instanceof CommanderError && (error.exitCode === 0 || error.code === "commander.help");
    if (!isHelp) process.stderr.write(`${describeFailure(error)}\n`);
  }
}
