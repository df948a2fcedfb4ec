import { once } from "node:events";
import type { Logger } from "pino";
import { type App, startApp } from "./app.ts";
import type { Settings } from "./config/settings.ts";
import { devBanner } from "./dev-banner.ts";
import { flushLogger } from "./observability/logger.ts";
import type { FiguresExchange } from "./observability/metrics/process-figures.ts";
import { EXIT_FAILED, startProblem } from "./start-problem.ts";

/** Whom a server tells how its start went: the person who started it, or the primary process. */
export interface StartListener {
  onServing(app: App): Promise<void>;
  /** It cannot start; the sentence says what to do. */
  onRefused(sentence: string): Promise<void>;
}

/** Runs a server as {@link runServer} does, for the person who has started this process. */
export function runAlone(settings: Settings, logger: Logger, stop: AbortSignal): Promise<void> {
  return runServer(settings, logger, stop, {
    async onServing(app) {
      process.stdout.write(await devBanner(app, settings));
    },
    async onRefused(sentence) {
      process.stderr.write(`Cannot start: ${sentence}\n`);
    },
  });
}

/**
 * Runs a server in this process until it is told to stop, and ends the process: with 0 after calls under way have ended, or
 * with {@link EXIT_FAILED} if it cannot start.
 *
 * @param exchange the other processes of the server, for metrics; undefined: there are none
 * @throws whatever keeps it from starting by a fault of its own
 */
export async function runServer(
  settings: Settings,
  logger: Logger,
  stop: AbortSignal,
  listener: StartListener,
  exchange?: FiguresExchange,
): Promise<void> {
  let app: App;
  try {
    app = await startApp(settings, logger, exchange);
  } catch (error) {
    const sentence = startProblem(error, settings);
    if (sentence === undefined) throw error;
    logger.fatal({ err: error }, "Cannot start");
    await flushLogger(logger);
    await listener.onRefused(sentence);
    process.exitCode = EXIT_FAILED;
    return;
  }
  if (!stop.aborted) {
    await listener.onServing(app);
    if (!stop.aborted) await once(stop, "abort");
  }
  await app.close();
  logger.info("Stopped");
  await flushLogger(logger);
  process.exit(0);
}
