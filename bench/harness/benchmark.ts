import type { Figure } from "./figure.ts";

/** How much is measured. */
export interface Scale {
  /** The number of scopes that "100,000" stands for, and so on: at full scale the number itself. */
  readonly size: (full: number) => number;
  /** How often the sides of a comparison take turns. */
  readonly rounds: number;
  /** How long one side is under load in one round, in milliseconds. */
  readonly roundMs: number;
  /** Whether this run only shows that the benchmarks work: sizes and times are too small for figures. */
  readonly isSmoke: boolean;
}

/** What a benchmark is given. */
export interface BenchmarkContext {
  readonly scale: Scale;
  /** A folder that is removed after the benchmark. */
  readonly folder: string;
  /** Tells the person at the terminal what is under way. */
  progress(text: string): void;
  /** Ends, last one first, when the benchmark is over, however it ends. */
  readonly stack: AsyncDisposableStack;
}

/** A point of the plot of cost against size. */
export interface PlotPoint {
  readonly series: string;
  readonly size: number;
  readonly value: number;
}

/** What a benchmark has found. */
export interface Findings {
  readonly figures: readonly Figure[];
  readonly points?: readonly PlotPoint[];
  /** Why something of it was not measured, in a sentence each. */
  readonly leftOut?: readonly string[];
}

/** One thing that is measured. It ends all that it starts. */
export interface Benchmark {
  /** By which it is asked for: `npm run bench -- <name>`. */
  readonly name: string;
  /** What it measures, in a line. */
  readonly title: string;
  run(context: BenchmarkContext): Promise<Findings>;
}
