import { spawn } from "node:child_process";
import { once } from "node:events";

const TIMEOUT_MS = 20_000;

/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command. */
export interface CommandOptions {
  /** Added to {@link cleanEnvironment}. */
  readonly env?: Readonly<Record<string, string>>;
  /** After how many milliseconds it is killed; 20 s if not given. */
  readonly timeoutMs?: number;
}

/** The folder of the repository. */
export const REPOSITORY = new URL("../../", import.meta.url).pathname;

/** What commands find of this process's environment: no settings of the registry, and none of the tests. */
export function cleanEnvironment(): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME };
}

/**
 * Runs a command to its end, in the folder of the repository.
 *
 * @throws {Error} if it cannot be started, or does not end in time
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  { env = {}, timeoutMs = TIMEOUT_MS }: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(file, args, {
    cwd: REPOSITORY,
    env: { ...cleanEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  await once(child, "close");
  if (child.signalCode !== null) {
    throw new Error(`${file} was ended by ${child.signalCode}, ${timeoutMs} ms being its limit:\n${stdout}${stderr}`);
  }
  return { exitCode: child.exitCode, stdout, stderr };
}
