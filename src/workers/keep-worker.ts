import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { forkWorker, type ServerWorker } from "./fork-worker.ts";
import type { WorkerServing } from "./worker-message.ts";

/** How long a worker serves before its end counts as the first of a row, in milliseconds. */
const STEADY_MS = 60_000;
const MAX_DELAY_MS = 30_000;

/** A worker that is replaced whenever it ends. */
export interface KeptWorker {
  /** What the first of the row has told. */
  readonly serving: WorkerServing;
  /** Resolves when the last of the row is gone, after `stop`. */
  readonly ended: Promise<void>;
}

/**
 * Starts a worker that is replaced until `stop` aborts: at once where it has served for a minute, else ever later, up to
 * half a minute. Resolves once the first serves.
 *
 * @throws {WorkerStartError} if the first ends before it serves
 */
export async function keepWorker(stop: AbortSignal, logger: Logger): Promise<KeptWorker> {
  const first = forkWorker(stop);
  return { serving: await first.serving, ended: replaceUntil(stop, first, logger) };
}

async function replaceUntil(stop: AbortSignal, first: ServerWorker, logger: Logger): Promise<void> {
  let worker = first;
  let quickEnds = 0;
  for (;;) {
    const servedFrom = await worker.serving.then(
      () => performance.now(),
      () => Number.POSITIVE_INFINITY,
    );
    const { exitCode, signal } = await worker.ended;
    if (stop.aborted) return;
    quickEnds = performance.now() - servedFrom >= STEADY_MS ? 0 : quickEnds + 1;
    const delayMs = replacementDelay(quickEnds);
    logger.error(
      { worker_pid: worker.pid, exit_code: exitCode, signal, retry_ms: delayMs },
      "A worker has ended, starting another",
    );
    await sleep(delayMs, undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) return;
    worker = forkWorker(stop);
  }
}

/** How long until a worker is replaced, after so many quick ends in a row, in milliseconds: 0, 0, 1 s, 2 s, 4 s … 30 s. */
function replacementDelay(quickEnds: number): number {
  return quickEnds < 2 ? 0 : Math.min(1_000 * 2 ** (quickEnds - 2), MAX_DELAY_MS);
}
