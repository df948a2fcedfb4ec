import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Benchmark, Findings, Scale } from "./benchmark.ts";

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
  const folder = await mkdtemp(join(tmpdir(), "scope-registry-bench-"));
  const start = performance.now();
  try {
    await using stack = new AsyncDisposableStack();
    const findings = await benchmark.run({ scale, folder, progress, stack });
    return { benchmark, findings, seconds: (performance.now() - start) / 1_000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
