/**
 * `npm run bench`: measures what the registry is fast at, each figure beside a reference of the same run, prints a table, and
 * writes `bench/results.json` and what is made of it: the plot in `docs/`, and the tables in `docs/benchmarks.md` and the README.
 * `npm run bench -- <name>` runs one benchmark, `-- --smoke` all of them in a minute, without figures that count; `-- --list`
 * names them, and `-- --report` makes plot and tables anew without measuring.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BENCHMARKS } from "./benchmarks.ts";
import { exitOnSignals } from "./harness/at-exit.ts";
import type { Benchmark } from "./harness/benchmark.ts";
import type { Figure } from "./harness/figure.ts";
import { type BenchmarkResult, runBenchmark } from "./harness/run-benchmarks.ts";
import { FULL, SMOKE } from "./harness/scales.ts";
import { writeDocuments } from "./report/documents.ts";
import { createProgress } from "./report/progress.ts";
import { reportTable } from "./report/report-table.ts";
import { pointsOf, type ResultsFile, readResults, writeResults } from "./report/results-file.ts";
import { sizePlot } from "./report/size-plot.ts";

const REPOSITORY = join(import.meta.dirname, "..");

const { values: options, positionals: names } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
    /** Where to write the results and the plot, and nothing else. */
    out: { type: "string" },
  },
  allowPositionals: true,
});

if (options.list) {
  for (const { name, title } of BENCHMARKS) process.stdout.write(`${name.padEnd(14)}${title}\n`);
} else if (options.report) {
  await report(await readResults(join(REPOSITORY, "bench/results.json")));
} else {
  await run(chosen(names));
}

function chosen(wanted: readonly string[]): readonly Benchmark[] {
  const unknown = wanted.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`No benchmark is named ${unknown.join(", ")}: --list names them\n`);
    process.exit(2);
  }
  return wanted.length === 0 ? BENCHMARKS : BENCHMARKS.filter(({ name }) => wanted.includes(name));
}

async function run(benchmarks: readonly Benchmark[]): Promise<void> {
  exitOnSignals();
  const scale = options.smoke ? SMOKE : FULL;
  const progress = createProgress(benchmarks.length);
  const results: BenchmarkResult[] = [];
  for (const benchmark of benchmarks) {
    const step = progress.begin(benchmark.title);
    const result = await runBenchmark(benchmark, scale, step);
    progress.end(result.seconds);
    const { figures, leftOut = [] } = result.findings;
    process.stdout.write(reportTable(figures));
    for (const why of leftOut) process.stdout.write(`not measured: ${why}\n`);
    results.push(result);
  }
  await write(results);
  const missed = results.flatMap(({ findings }) => findings.figures).filter(({ met }) => met === false);
  if (options.smoke) process.stdout.write("\nThis was a smoke test: its numbers say nothing\n");
  else process.stdout.write(`\n${summary(missed)}\n`);
}

async function write(results: readonly BenchmarkResult[]): Promise<void> {
  // Numbers of a smoke test must not take the place of figures.
  if (options.smoke && options.out === undefined) return;
  const out = options.out ?? join(REPOSITORY, "bench");
  await mkdir(out, { recursive: true });
  const order = BENCHMARKS.map(({ name }) => name);
  await report(await writeResults(join(out, "results.json"), results, order));
}

async function report(results: ResultsFile | undefined): Promise<void> {
  if (results === undefined) return;
  const points = pointsOf(results);
  if (points.length > 0) {
    await writeFile(join(options.out ?? join(REPOSITORY, "docs"), "cost-by-size.svg"), sizePlot(points));
  }
  if (options.out === undefined) await writeDocuments(REPOSITORY, results);
}

function summary(missed: readonly Figure[]): string {
  if (missed.length === 0) return "All targets are met";
  return `Targets that are not met:\n${missed.map(({ name, reference }) => `  ${name}${reference === undefined ? "" : `, beside ${reference.name}`}`).join("\n")}`;
}
