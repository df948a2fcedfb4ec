/** The command line as users start it: a process of its own, with its exit code and what it prints. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type CommandResult, cleanEnvironment, REPOSITORY } from "../support/run-command.ts";

const TIMEOUT_MS = 20_000;

/** How a command is run. */
export interface CliOptions {
  /** Added to a clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads on standard input; nothing if not given. */
  readonly input?: string;
}

/** A command that runs. */
export interface RunningCli {
  readonly process: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  /** Waits for its end. */
  ended(): Promise<CommandResult>;
}

/** Starts a command and waits for nothing. */
export function startCli(args: readonly string[], { env = {} }: CliOptions = {}): RunningCli {
  const main = join(REPOSITORY, "src/cli/main.ts");
  const child = spawn(process.execPath, ["--conditions=scope-registry-source", main, ...args], {
    cwd: REPOSITORY,
    env: { ...cleanEnvironment(), ...env },
    stdio: "pipe",
    timeout: TIMEOUT_MS,
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
      if (child.signalCode !== null)
        throw new Error(`${args.join(" ")} was ended by ${child.signalCode}:\n${stdout}${stderr}`);
      return { exitCode: child.exitCode, stdout, stderr };
    },
  };
}

/** Runs a command to its end. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CommandResult> {
  const cli = startCli(args, options);
  cli.process.stdin.end(options.input ?? "");
  return cli.ended();
}
