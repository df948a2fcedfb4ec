import type { LogEntry } from "../store/scope-log.ts";

/**
 * What became of a commit. `revision_taken` and `history_gone`: the state that it was planned on was not the newest, and it is planned
 * again. `unknown`: the store did not tell, and it is looked up.
 */
export type CommitOutcome = "stored" | "revision_taken" | "history_gone" | "unknown" | "failed";

/** One attempt to write to the log. */
export interface CommitReport {
  /** How many entries were written together: calls that waited for the same commit. */
  readonly entries: number;
  /** How long the store took, in milliseconds. */
  readonly durationMs: number;
  readonly outcome: CommitOutcome;
}

/** Hears how the log is written and followed. It is told on the way: it must be quick, and must not throw. */
export interface ChangeObserver {
  /** The next entries of the log are in memory, whichever process has written them. */
  applied(entries: readonly LogEntry[]): void;
  committed(report: CommitReport): void;
}
