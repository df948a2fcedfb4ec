import { createInterface } from "node:readline/promises";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";

/**
 * Asks on the terminal whether to go on.
 *
 * @throws {CommandError} if there is no terminal to ask on
 */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandError(
      "There is no terminal to ask on: say --yes to apply, or --dry-run to see the plan",
      EXIT.badInput,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C goes to whoever reads the terminal's keys.
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    terminal.close();
  }
}
