/** Processes of programs that are not ours, which tell neither what they use nor when they are ready. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { killAtExit } from "../harness/at-exit.ts";

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;

/** What {@link startForeignProcess} starts. */
export interface ForeignProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** As which user of the system it runs; undefined: as this one. */
  readonly uid?: number | undefined;
  /** What ends it in good order, SIGTERM if not given. */
  readonly stopSignal?: NodeJS.Signals;
  /** Whether it serves. It is asked until it does; an error means no. */
  isReady(): Promise<boolean>;
}

/** A process that serves. */
export interface ForeignProcess extends AsyncDisposable {
  readonly pid: number;
}

/**
 * Starts a program and waits until it serves.
 *
 * @throws {Error} with what it has printed, if it ends before or takes longer than 30 seconds
 */
export async function startForeignProcess({
  command,
  args,
  cwd,
  env = {},
  uid,
  stopSignal = "SIGTERM",
  isReady,
}: ForeignProcessOptions): Promise<ForeignProcess> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(command, args, {
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // With those that it starts itself it makes a group, which can be killed as one.
    detached: true,
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
    });
  }
  const killNow = () => {
    if (child.pid !== undefined && !hasEnded(child)) process.kill(-child.pid, "SIGKILL");
  };
  child.once("exit", killAtExit(killNow));
  await once(child, "spawn");

  const giveUpAt = performance.now() + START_TIMEOUT_MS;
  while (!(await isReady().catch(() => false))) {
    if (hasEnded(child) || performance.now() > giveUpAt) {
      killNow();
      throw new Error(`${command} does not serve:\n${output}`);
    }
    await delay(50);
  }
  return {
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      if (hasEnded(child)) return;
      const ended = once(child, "exit");
      child.kill(stopSignal);
      const timer = setTimeout(killNow, STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
