import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
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
  /** What it reads on standard input; nothing if not given. */
  readonly input?: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly process: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  /**
   * Waits for its end.
   *
   * @throws {Error} if it cannot be started, or does not end in time
   */
  ended(): Promise<CommandResult>;
}

/** The folder of the repository. */
export const REPOSITORY = new URL("../../", import.meta.url).pathname;

/** What commands find of this process's environment: no settings of the registry, and none of the tests. */
export function cleanEnvironment(): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME };
}

/** Starts a command in the folder of the repository, and waits for nothing. Its standard input is open. */
export function startCommand(
  file: string,
  args: readonly string[],
  { env = {}, timeoutMs = TIMEOUT_MS }: Omit<CommandOptions, "input"> = {},
): RunningCommand {
  const child = spawn(file, args, {
    cwd: REPOSITORY,
    env: { ...cleanEnvironment(), ...env },
    stdio: "pipe",
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
  // A command that does not read its input may end before it is written.
  child.stdin.on("error", () => undefined);
  const closed = once(child, "close");
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    async ended() {
      await closed;
      if (child.signalCode === null) return { exitCode: child.exitCode, stdout, stderr };
      throw new Error(`${file} was ended by ${child.signalCode}, ${timeoutMs} ms being its limit:\n${stdout}${stderr}`);
    },
  };
}

/**
 * Runs a command to its end, in the folder of the repository.
 *
 * @throws {Error} if it cannot be started, or does not end in time
 */
export function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const command = startCommand(file, args, options);
  command.process.stdin.end(options.input ?? "");
  return command.ended();
}
