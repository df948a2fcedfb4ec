import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";

/**
 * Asks on the terminal whether to go on. The end of the input, Ctrl-D, is a no.
 *
 * @throws {CommandError} if there is no terminal to ask on
 */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandError(
      "There is no terminal to ask on: use --yes to apply, or --dry-run to see the plan",
      EXIT.badInput,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C goes to whoever reads the terminal's keys.
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const ended = once(terminal, "close").then(() => undefined);
  // Which of the two the end of the input settles, Node's versions differ about.
  const answered = terminal.question(`${question} [y/N] `, { signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
  });
  try {
    const answer = await Promise.race([answered, ended]);
    if (typeof answer !== "string") process.stderr.write("\n");
    return typeof answer === "string" && /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
