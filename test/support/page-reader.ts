/** Does what a page says, as its reader would: in a new folder, with one terminal that all programs print to. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { CommandStep, FileStep, PageStep } from "./documented-page.ts";
import { cleanEnvironment } from "./run-command.ts";
import { waitUntil } from "./wait-until.ts";

const PRINTED_WITHIN_MS = 15_000;
const STOP_TIMEOUT_MS = 10_000;

/** How this machine differs from what the page takes for granted. */
export interface PageReaderOptions {
  /** Other folders that the page names, by what it calls them. */
  readonly folders?: Readonly<Record<string, string>>;
  /** What stands for pieces of the page's text, ports for example. */
  readonly replacements?: readonly (readonly [piece: string | RegExp, by: string])[];
  /** More variables for the commands. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A reader at work. */
export interface PageReader extends AsyncDisposable {
  /** The folder of the project. */
  readonly folder: string;
  /**
   * Does a step: a command that ends must do so with 0, and what the page says must be printed.
   *
   * @throws {Error} if it is otherwise, with the terminal's text
   */
  follow(step: PageStep): Promise<void>;
}

/** Begins with an empty folder. */
export async function startPageReader(options: PageReaderOptions = {}): Promise<PageReader> {
  const { folders = {}, replacements = [], env = {} } = options;
  const folder = await mkdtemp(join(tmpdir(), "scope-registry-page-"));
  const running = new Map<string, ChildProcess>();
  let terminal = "";
  const ours = (text: string) => replacements.reduce((result, [piece, by]) => result.replaceAll(piece, by), text);

  function launch({ command, folder: name }: CommandStep): ChildProcess {
    // A group of its own, as in a terminal: what the command starts is stopped with it.
    const child = spawn("bash", ["-c", ours(command)], {
      cwd: name === undefined ? folder : (folders[name] ?? join(folder, name)),
      env: { ...cleanEnvironment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    // A test run that breaks off must not leave programs behind.
    const killNow = () => signalAll(child, "SIGKILL");
    process.once("exit", killNow);
    child.once("close", () => process.off("exit", killNow));
    const add = (text: string) => {
      terminal += text;
    };
    child.stdout.setEncoding("utf8").on("data", add);
    child.stderr.setEncoding("utf8").on("data", add);
    return child;
  }

  async function stop(command: string): Promise<void> {
    for (const [name, child] of running) {
      if (!name.startsWith(command)) continue;
      running.delete(name);
      await end(child, "SIGINT");
    }
  }

  async function runCommand(step: CommandStep): Promise<void> {
    if (step.inBackground) await stop(step.command);
    const before = terminal.length;
    const child = launch(step);
    const closed = once(child, "close");
    if (step.inBackground) running.set(step.command, child);
    else {
      const [exitCode] = await closed.finally(() => end(child, "SIGKILL"));
      if (exitCode !== 0) throw new Error(`${step.command} ended with ${exitCode}:\n${terminal.slice(before)}`);
    }
    for (const line of step.prints) {
      const expected = asPattern(ours(line));
      await waitUntil(`"${line}" is printed`, () => expected.test(terminal.slice(before)), {
        forMs: PRINTED_WITHIN_MS,
      }).catch((cause: unknown) => {
        throw new Error(`${step.command} does not print "${line}", but:\n${terminal.slice(before)}`, { cause });
      });
    }
  }

  async function writeStep({ path, place, text }: FileStep): Promise<void> {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    const before = place === "whole" ? "" : await readFile(file, "utf8");
    await writeFile(file, place === "beginning" ? ours(text) + before : before + ours(text));
  }

  return {
    folder,
    async follow(step) {
      if (step.kind === "file") await writeStep(step);
      else if (step.kind === "stop") await stop(step.command);
      else await runCommand(step);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...running.values()].map((child) => end(child, "SIGKILL")));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Ends a command and what it has started, and waits for it. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const closed = child.exitCode === null && child.signalCode === null ? once(child, "close") : undefined;
  signalAll(child, signal);
  const timer = setTimeout(() => signalAll(child, "SIGKILL"), STOP_TIMEOUT_MS);
  await closed;
  clearTimeout(timer);
}

function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nothing of it is left.
  }
}

/** A whole line, with anything where the page has `…`. */
function asPattern(line: string): RegExp {
  const parts = line.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "m");
}
