import type { Benchmark, Findings, Scale } from "./benchmark.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** What a benchmark has found, and how long it took. */
export interface BenchmarkResult {
  readonly benchmark: Benchmark;
  readonly seconds: number;
  readonly findings: Findings;
}

/** Runs a benchmark with a folder of its own, and ends all that it has started, however it ends. */
export async function runBenchmark(
  benchmark: Benchmark,
  scale: Scale,
  progress: (text: string) => void,
): Promise<BenchmarkResult> {
  await using folder = await makeTemporaryFolder("bench");
  await using stack = new AsyncDisposableStack();
  const start = performance.now();
  const findings = await benchmark.run({ scale, folder: folder.path, progress, stack });
  return { benchmark, findings, seconds: (performance.now() - start) / 1_000 };
}
