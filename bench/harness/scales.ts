import type { Scale } from "./benchmark.ts";

/** What the figures are measured at. */
export const FULL: Scale = { size: (full) => full, rounds: 5, roundMs: 1_000, isSmoke: false };

/** Shows within a minute that all benchmarks work, and measures nothing that counts. */
export const SMOKE: Scale = {
  size: (full) => Math.max(400, Math.floor(full / 1_000)),
  rounds: 1,
  roundMs: 100,
  isSmoke: true,
};
