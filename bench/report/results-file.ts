import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import type { Figure } from "../harness/figure.ts";
import type { BenchmarkResult } from "../harness/run-benchmarks.ts";

/** What `results.json` holds. */
export interface ResultsFile {
  /** Where and when it was measured. */
  readonly machine: { readonly cpus: number; readonly model: string; readonly node: string; readonly date: string };
  readonly benchmarks: readonly {
    readonly name: string;
    readonly title: string;
    readonly seconds: number;
    readonly figures: readonly Figure[];
    readonly leftOut: readonly string[];
  }[];
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
  const fresh = results.map(({ benchmark: { name, title }, seconds, findings: { figures, leftOut = [] } }) => ({
    name,
    title,
    seconds: Math.round(seconds),
    figures,
    leftOut,
  }));
  const kept = before.filter(({ name }) => order.includes(name) && !fresh.some((each) => each.name === name));
  const file: ResultsFile = {
    machine: {
      cpus: availableParallelism(),
      model: cpus()[0]?.model ?? "unknown",
      node: process.version,
      date: new Date().toISOString().slice(0, 10),
    },
    benchmarks: [...kept, ...fresh].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
  };
  await writeFile(path, `${JSON.stringify(file, undefined, 2)}\n`);
  return file;
}

async function readResults(path: string): Promise<ResultsFile["benchmarks"]> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? [] : (JSON.parse(text) as ResultsFile).benchmarks;
}
