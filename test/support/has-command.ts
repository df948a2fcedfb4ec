import { execFileSync } from "node:child_process";

/** Whether a command is on the PATH. @param words with which it does nothing but succeed; `--version` if there are none */
export function hasCommand(file: string, ...words: readonly string[]): boolean {
  try {
    execFileSync(file, words.length === 0 ? ["--version"] : words, { stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
