import cluster from "node:cluster";
import type { Logger } from "pino";
import type { Settings } from "../config/settings.ts";
import { runServer, type StartListener } from "../run-server.ts";
import { exchangeFigures } from "./worker-figures.ts";
import type { WorkerMessage } from "./worker-message.ts";

/**
 * Runs this process as a worker: a whole server that listens through its primary, and tells it how the start went. Stops
 * when it is told to, or when its primary is gone.
 */
export function runWorker(settings: Settings, logger: Logger, stop: AbortSignal): Promise<void> {
  const { worker } = cluster;
  if (worker === undefined) throw new Error("A worker was started without a primary");
  const orphaned = new AbortController();
  const listener: StartListener = {
    onServing({ grpcPort, httpPort, storeDescription }) {
      // Without a primary a server can neither listen nor fail to: until it serves, Node ends an orphan at once.
      worker.once("disconnect", () => {
        // Keeps Node from doing so now, so that the calls under way can end.
        worker.exitedAfterDisconnect = true;
        if (!stop.aborted) logger.warn("The primary process is gone");
        orphaned.abort();
      });
      return tell({ kind: "serving", grpcPort, httpPort, storeDescription });
    },
    async onRefused(sentence) {
      await tell({ kind: "refused", sentence });
      worker.disconnect();
    },
  };
  const exchange = settings.metrics === "off" ? undefined : exchangeFigures(logger);
  return runServer(settings, logger, AbortSignal.any([stop, orphaned.signal]), listener, exchange);
}

/** Resolves when the message is sent, or cannot be since the primary is gone. */
function tell(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => resolve());
  });
}
