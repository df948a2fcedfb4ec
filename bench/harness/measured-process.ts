/** Node processes that tell what they have used, to the microsecond. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ProcessUsage } from "../../test/support/process-usage.ts";
import { killAtExit } from "./at-exit.ts";

const REPORTER = fileURLToPath(new URL("report-usage.ts", import.meta.url));
const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const STOP_TIMEOUT_MS = 15_000;

/** What {@link startMeasuredProcess} starts. */
export interface MeasuredProcessOptions {
  /** From the folder of the repository. */
  readonly file: string;
  readonly args?: readonly string[];
  /** Beside PATH and HOME: of this process's environment it finds nothing else. */
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of Node itself, beside those that all of them are started with. */
  readonly nodeArgs?: readonly string[];
}

/** A Node process of ours. */
export interface MeasuredProcess extends AsyncDisposable {
  readonly pid: number;
  /** What it has used so far. With `collect`, after its garbage was collected. */
  usage(options?: { readonly collect?: boolean }): Promise<ProcessUsage>;
  /** Sends it something and waits for its answer. Rejects if it ends before. */
  ask<T>(message: unknown): Promise<T>;
  /** Waits for the first text on its standard output that matches. Rejects with all it has printed if it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

interface Answer {
  readonly answerTo: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Starts a process. */
export function startMeasuredProcess({
  file,
  args = [],
  env = {},
  nodeArgs = [],
}: MeasuredProcessOptions): MeasuredProcess {
  const { PATH = "", HOME = "" } = process.env;
  const child = fork(file, args, {
    cwd: REPOSITORY,
    env: { PATH, HOME, ...env },
    execArgv: ["--conditions=scope-registry-source", "--expose-gc", "--import", REPORTER, ...nodeArgs],
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const output = captured(child);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;
  const ended = once(child, "close");
  const killNow = () => void child.kill("SIGKILL");
  const forget = killAtExit(killNow);
  child.once("close", () => {
    forget();
    for (const { reject } of waiting.values()) reject(new Error(`${file} has ended:\n${output()}`));
  });
  child.on("message", (message: Answer) => {
    const answered = waiting.get(message.answerTo);
    waiting.delete(message.answerTo);
    if (message.error === undefined) answered?.resolve(message.value);
    else answered?.reject(new Error(`${file}: ${message.error}`));
  });

  function ask<T>(message: unknown): Promise<T> {
    asked += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(asked, answer);
    child.send({ id: asked, message });
    return answer.promise as Promise<T>;
  }

  return {
    pid: child.pid ?? 0,
    ask,
    usage: ({ collect = false } = {}) => ask<ProcessUsage>({ usage: { collect } }),
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output());
          if (found !== null) resolve(found);
        };
        child.stdout?.on("data", look);
        child.once("close", () => reject(new Error(`${file} has ended:\n${output()}`)));
        look();
      }),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const timer = setTimeout(killNow, STOP_TIMEOUT_MS);
      if (child.exitCode === null && child.signalCode === null) await ended;
      clearTimeout(timer);
    },
  };
}

function captured(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  }
  return () => text;
}
