/** The command line as users start it: a process of its own, with its exit code and what it prints. */
import { join } from "node:path";
import {
  type CommandOptions,
  type CommandResult,
  REPOSITORY,
  type RunningCommand,
  runCommand,
  startCommand,
} from "../support/run-command.ts";

const MAIN = ["--conditions=scope-registry-source", join(REPOSITORY, "src/cli/main.js")];

/** Starts a command and waits for nothing. */
export function startCli(args: readonly string[], options: Omit<CommandOptions, "input"> = {}): RunningCommand {
  return startCommand(process.execPath, [...MAIN, ...args], options);
}

/** Runs a command to its end. */
export function runCli(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return runCommand(process.execPath, [...MAIN, ...args], options);
}
