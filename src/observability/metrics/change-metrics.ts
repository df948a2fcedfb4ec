import type { ChangeObserver, CommitOutcome } from "../../registry/change-observer.ts";
import { BucketCounts } from "./bucket-counts.ts";
import { counter, histogram, type MeasuredMetric } from "./measured-metric.ts";

/** In seconds. */
const LAG_BOUNDS = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** In seconds. */
const COMMIT_BOUNDS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const ENTRIES_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** What is measured of changes. */
export interface ChangeMetrics {
  /** Who counts them. */
  readonly observer: ChangeObserver;
  readonly metrics: readonly MeasuredMetric[];
}

/** Measures how the log is written and followed. */
export function createChangeMetrics(): ChangeMetrics {
  const lag = new BucketCounts(LAG_BOUNDS);
  const durations = new BucketCounts(COMMIT_BOUNDS);
  const entries = new BucketCounts(ENTRIES_BOUNDS);
  const outcomes = new Map<CommitOutcome, number>();
  const plain = (name: string, help: string, counts: BucketCounts) =>
    histogram(name, help, () => [{ labels: {}, counts }]);

  const metrics = [
    plain(
      "scope_registry_replication_lag_seconds",
      "From the time of a change, by the clock of the process that made it, until this process had it in memory",
      lag,
    ),
    plain(
      "scope_registry_commit_duration_seconds",
      "How long the store took for a commit, whatever came of it",
      durations,
    ),
    plain("scope_registry_commit_entries", "How many changes were committed together", entries),
    counter(
      "scope_registry_commits_total",
      "Commits, by what came of them; revision_taken and history_gone are planned again, unknown is looked up",
      function* () {
        for (const [outcome, value] of outcomes) yield { labels: { outcome }, value };
      },
    ),
  ];

  const observer: ChangeObserver = {
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
  return { observer, metrics };
}
