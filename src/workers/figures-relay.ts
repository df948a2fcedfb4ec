import cluster, { type Worker } from "node:cluster";
import type { ProcessFigures } from "../observability/metrics/process-figures.ts";
import { addCounts, countsOf } from "./kept-counts.ts";
import type { PrimaryMessage, WorkerMessage } from "./worker-message.ts";

/** How long workers have to give their figures, in milliseconds. */
export const ANSWER_WAIT_MS = 1_000;

/** How long all workers are left in peace between two rounds, in milliseconds: however many of them are asked for the metrics. */
const PAUSE_MS = 250;

/** One time that all workers are asked. */
interface Round {
  readonly number: number;
  /** Who has not answered yet. */
  readonly missing: Set<number>;
  readonly timer: NodeJS.Timeout;
}

/**
 * The primary's part in the metrics: a worker that is asked for them gets the figures of all workers. Those who ask at the same time
 * share a round.
 *
 * Counts must not go down, which Prometheus would take for a new beginning and count everything again. So what a worker has counted is
 * kept when it ends, as far as it has told, and while it is too busy to answer.
 */
export class FiguresRelay {
  readonly #latest = new Map<number, ProcessFigures>();
  /** Who wants to know. */
  readonly #readers = new Set<Worker>();
  #ended: ProcessFigures = [];
  /** Set while a round waits for its time. */
  #soon: NodeJS.Timeout | undefined;
  /** By `performance.now()`. */
  #nextAt = 0;
  #rounds = 0;
  #round: Round | undefined;

  /** Begins to answer workers. */
  start(): void {
    cluster.on("message", (worker, message: WorkerMessage) => {
      if (message.kind === "figures-wanted") this.#ask(worker);
      else if (message.kind === "figures") this.#take(worker.id, message.round, message.figures);
    });
    cluster.on("fork", ({ id, process }) => {
      // Comes when nothing that it has sent is still to be read. That it has disconnected is not told if it is killed in the middle of it.
      process.once("close", () => this.#forget(id));
    });
  }

  #ask(reader: Worker): void {
    this.#readers.add(reader);
    if (this.#round !== undefined || this.#soon !== undefined) return;
    this.#soon = setTimeout(() => this.#begin(), Math.max(0, this.#nextAt - performance.now()));
  }

  #begin(): void {
    this.#soon = undefined;
    const number = ++this.#rounds;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected() === true);
    this.#round = {
      number,
      missing: new Set(workers.map((worker) => worker?.id ?? 0)),
      timer: setTimeout(() => this.#finish(), ANSWER_WAIT_MS),
    };
    for (const worker of workers) if (worker !== undefined) tell(worker, { kind: "figures-asked", round: number });
    this.#finishIfComplete();
  }

  #take(worker: number, round: number, figures: ProcessFigures): void {
    this.#latest.set(worker, figures);
    if (this.#round?.number !== round) return;
    this.#round.missing.delete(worker);
    this.#finishIfComplete();
  }

  #forget(worker: number): void {
    this.#ended = addCounts(this.#ended, countsOf(this.#latest.get(worker) ?? []));
    this.#latest.delete(worker);
    this.#round?.missing.delete(worker);
    this.#finishIfComplete();
  }

  #finishIfComplete(): void {
    if (this.#round?.missing.size === 0) this.#finish();
  }

  #finish(): void {
    const round = this.#round;
    if (round === undefined) return;
    this.#round = undefined;
    this.#nextAt = performance.now() + PAUSE_MS;
    clearTimeout(round.timer);
    const living = [...this.#latest].map(([id, figures]) => (round.missing.has(id) ? countsOf(figures) : figures));
    const figures = [...living, this.#ended];
    for (const reader of this.#readers) tell(reader, { kind: "figures-of-all", figures });
    this.#readers.clear();
  }
}

function tell(worker: Worker, message: PrimaryMessage): void {
  // One that ends meanwhile needs no answer.
  if (worker.isConnected()) worker.send(message, () => undefined);
}
