import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** What a process has used so far. */
export interface ProcessUsage {
  /** CPU time of all its threads, in microseconds. */
  readonly cpuMicros: number;
  /** What it has in memory, in bytes. */
  readonly residentBytes: number;
}

const run = promisify(execFile);
/** What `/proc/<pid>/stat` counts in: USER_HZ, which is 100 wherever Linux runs. */
const TICK_MICROS = 10_000;

/** What any process has used: to 10 ms of CPU time, which is little in a round of seconds. */
export async function readUsage(pid: number): Promise<ProcessUsage> {
  if (process.platform === "linux") {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile(`/proc/${pid}/status`, "utf8"),
    ]);
    // The name of the program, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(status) ?? [];
    return {
      cpuMicros: (Number(fields[11]) + Number(fields[12])) * TICK_MICROS,
      residentBytes: Number(kibibytes) * 1_024,
    };
  }
  const { stdout } = await run("ps", ["-o", "time=,rss=", "-p", String(pid)]);
  const [time = "", kibibytes] = stdout.trim().split(/\s+/);
  const seconds = time.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0);
  return { cpuMicros: seconds * 1e6, residentBytes: Number(kibibytes) * 1_024 };
}

/** What processes have used together: those of one server. */
export async function readUsageOfAll(pids: readonly number[]): Promise<ProcessUsage> {
  return sumOfUsages(...(await Promise.all(pids.map(readUsage))));
}

/** What was used in all. */
export function sumOfUsages(...usages: readonly ProcessUsage[]): ProcessUsage {
  return {
    cpuMicros: usages.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0),
    residentBytes: usages.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
  };
}
