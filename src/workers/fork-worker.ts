import cluster from "node:cluster";
import type { WorkerMessage, WorkerServing } from "./worker-message.ts";

/** A worker has ended before it served. The message says what to do. */
export class WorkerStartError extends Error {
  override readonly name = "WorkerStartError";
}

/** How a worker's process has ended. */
export interface WorkerEnd {
  /** Null: by a signal, or it could not be started. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** A worker's process. */
export interface ServerWorker {
  /** Undefined: it could not be started. */
  readonly pid: number | undefined;
  /** Resolves once it serves; rejects with {@link WorkerStartError} if it ends before. */
  readonly serving: Promise<WorkerServing>;
  /** Resolves when it is gone. */
  readonly ended: Promise<WorkerEnd>;
}

/** Starts a worker, and tells it to stop when `stop` aborts. */
export function forkWorker(stop: AbortSignal): ServerWorker {
  const worker = cluster.fork();
  const serving = Promise.withResolvers<WorkerServing>();
  const ended = Promise.withResolvers<WorkerEnd>();
  const tellToStop = () => worker.kill("SIGTERM");
  let refusal: string | undefined;
  worker.on("message", (message: WorkerMessage) => {
    if (message.kind === "serving") serving.resolve(message);
    else if (message.kind === "refused") refusal = message.sentence;
  });
  const onEnd = (exitCode: number | null, signal: NodeJS.Signals | null) => {
    stop.removeEventListener("abort", tellToStop);
    const how = signal === null ? `with exit code ${exitCode}` : `by ${signal}`;
    serving.reject(
      new WorkerStartError(refusal ?? `A worker has ended before it served, ${how}: see what it has printed`),
    );
    ended.resolve({ exitCode, signal });
  };
  // Comes when the process is gone and its last message is read, in whichever order.
  worker.process.once("close", onEnd);
  worker.on("error", () => {
    // The other errors are of a worker that has just died, and cannot be sent a connection: its end tells all there is to tell.
    if (worker.process.pid === undefined) onEnd(null, null);
  });
  if (stop.aborted) tellToStop();
  else stop.addEventListener("abort", tellToStop);
  return { pid: worker.process.pid, serving: serving.promise, ended: ended.promise };
}
