import { Counter, type Registry } from "prom-client";
import type { ChangeObserver, CommitOutcome } from "../../registry/change-observer.ts";
import { BucketCounts } from "./bucket-counts.ts";
import { addHistogram } from "./collected-histogram.ts";

/** In seconds. */
const LAG_BOUNDS = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** In seconds. */
const COMMIT_BOUNDS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const ENTRIES_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** Measures how the log is written and followed. */
export function createChangeMetrics(registry: Registry): ChangeObserver {
  const lag = new BucketCounts(LAG_BOUNDS);
  const durations = new BucketCounts(COMMIT_BOUNDS);
  const entries = new BucketCounts(ENTRIES_BOUNDS);
  const outcomes = new Map<CommitOutcome, number>();
  const addPlain = (name: string, help: string, counts: BucketCounts) =>
    addHistogram(registry, { name, help, series: () => [{ labels: {}, counts }] });

  addPlain(
    "scope_registry_replication_lag_seconds",
    "From the time of a change, by the clock of the process that made it, until this process had it in memory",
    lag,
  );
  addPlain(
    "scope_registry_commit_duration_seconds",
    "How long the store took for a commit, whatever came of it",
    durations,
  );
  addPlain("scope_registry_commit_entries", "How many changes were committed together", entries);
  new Counter({
    name: "scope_registry_commits_total",
    help: "Commits, by what came of them; revision_taken and history_gone are planned again, unknown is looked up",
    labelNames: ["outcome"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [outcome, count] of outcomes) this.inc({ outcome }, count);
    },
  });

  return {
    applied(applied) {
      const now = Date.now();
      // Clocks differ between machines.
      for (const { time } of applied) lag.observe(Math.max(0, now - time) / 1_000);
    },
    committed({ entries: count, durationMs, outcome }) {
      entries.observe(count);
      durations.observe(durationMs / 1_000);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    },
  };
}
