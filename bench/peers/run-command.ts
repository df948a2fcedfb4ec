import { type ExecFileOptions, execFile } from "node:child_process";
import { killAtExit } from "../harness/at-exit.ts";

/**
 * Runs a program of somebody else's to its end, and gives what it prints. It does not outlive the bench.
 *
 * @param input what it reads
 * @throws {Error} if it cannot be started or does not end well
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: ExecFileOptions = {},
  input = "",
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { ...options, encoding: "utf8" }, (error, stdout) => {
      ended();
      if (error === null) resolve(stdout);
      else reject(error);
    });
    const ended = killAtExit(() => child.kill("SIGKILL"));
    child.stdin?.end(input);
  });
}
