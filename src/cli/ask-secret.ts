import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";

/**
 * A secret from standard input: what it holds but for the newline at its end; on a terminal one line, which is asked for and not
 * shown. Empty: none was given.
 */
export async function askSecret(question: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, "");
  process.stderr.write(question);
  // As a terminal it takes the keys one by one, and shows them where nobody looks.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const ended = once(terminal, "close").then(() => "");
    return await Promise.race([once(terminal, "line").then(([line]) => String(line)), ended]);
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}
