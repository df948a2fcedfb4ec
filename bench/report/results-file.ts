import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import type { PlotPoint } from "../harness/benchmark.ts";
import type { Figure } from "../harness/figure.ts";
import type { BenchmarkResult } from "../harness/run-benchmarks.ts";

/** Where and when it was measured. */
export interface Machine {
  readonly cpus: number;
  readonly model: string;
  readonly node: string;
  /** `2026-11-26`. */
  readonly date: string;
}

/** What `results.json` holds of one benchmark. */
export interface BenchmarkRecord {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  readonly figures: readonly Figure[];
  /** Of the plot of cost against size; missing if it has none. */
  readonly points?: readonly PlotPoint[];
  readonly leftOut: readonly string[];
}

/** What `results.json` holds. */
export interface ResultsFile {
  readonly machine: Machine;
  readonly benchmarks: readonly BenchmarkRecord[];
}

/**
 * Writes results, in the place of those of the same benchmarks: where only one was run, the others' stay.
 *
 * @param order the names of all benchmarks, in which order they stand in the file
 */
export async function writeResults(
  path: string,
  results: readonly BenchmarkResult[],
  order: readonly string[],
): Promise<ResultsFile> {
  const before = await readResults(path);
  const file: ResultsFile = {
    machine: thisMachine(),
    benchmarks: mergeRecords(before?.benchmarks ?? [], results.map(recordOf), order),
  };
  await writeFile(path, `${JSON.stringify(file, undefined, 2)}\n`);
  return file;
}

/** Reads what was written; undefined if nothing was. */
export async function readResults(path: string): Promise<ResultsFile | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ResultsFile);
}

/** The records of a file with new ones among them, in that order. Those of benchmarks that are no more go. */
export function mergeRecords(
  before: readonly BenchmarkRecord[],
  fresh: readonly BenchmarkRecord[],
  order: readonly string[],
): readonly BenchmarkRecord[] {
  const kept = before.filter(({ name }) => !fresh.some((each) => each.name === name));
  const all = [...kept, ...fresh];
  return order.flatMap((name) => all.filter((each) => each.name === name));
}

/** The points of the plot of cost against size, of all benchmarks. */
export function pointsOf({ benchmarks }: ResultsFile): readonly PlotPoint[] {
  return benchmarks.flatMap(({ points = [] }) => points);
}

function recordOf({ benchmark: { name, title }, seconds, findings }: BenchmarkResult): BenchmarkRecord {
  const { figures, points, leftOut = [] } = findings;
  return { name, title, seconds: Math.round(seconds), figures, ...(points && { points }), leftOut };
}

function thisMachine(): Machine {
  return {
    cpus: availableParallelism(),
    model: cpus()[0]?.model ?? "unknown",
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  };
}
