import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { FiguresExchange, ProcessFigures } from "../observability/metrics/process-figures.ts";
import { ANSWER_WAIT_MS } from "./figures-relay.ts";
import type { PrimaryMessage, WorkerMessage } from "./worker-message.ts";

/** How long a worker waits for its primary, in milliseconds: it waits itself for as long as all workers may take. */
const GATHER_WAIT_MS = ANSWER_WAIT_MS + 2_000;

/** A worker's part in the metrics: it gives its figures when the primary asks, and asks the primary for those of all. */
export function exchangeFigures(logger: Logger): FiguresExchange {
  const wanted: ((figures: readonly ProcessFigures[]) => void)[] = [];
  let own: () => Promise<ProcessFigures> = async () => [];
  process.on("message", (message: PrimaryMessage) => {
    if (message.kind === "figures-of-all") for (const resolve of wanted.splice(0)) resolve(message.figures);
    else give(message.round).catch((err: unknown) => logger.error({ err }, "The metrics cannot be read"));
  });
  const give = async (round: number) => tell({ kind: "figures", round, figures: await own() });
  return {
    offer(figures) {
      own = figures;
    },
    gather() {
      const { promise, resolve } = Promise.withResolvers<readonly ProcessFigures[]>();
      wanted.push(resolve);
      tell({ kind: "figures-wanted" });
      return Promise.race([promise, sleep(GATHER_WAIT_MS, undefined, { ref: false })]);
    },
  };
}

function tell(message: WorkerMessage): void {
  // Without a primary there is nobody to tell, and the worker is about to end.
  if (process.connected) process.send?.(message, () => undefined);
}
