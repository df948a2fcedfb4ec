/**
 * The primary of several server processes behind one port. It holds the two ports and hands their connections to the workers
 * in turn, replaces workers that end, and passes the signal to stop on. It holds no registry, and sees no request.
 */
import cluster from "node:cluster";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { openDevIssuer } from "../auth/dev-issuer.ts";
import type { Settings } from "../config/settings.ts";
import { devBanner } from "../dev-banner.ts";
import { flushLogger } from "../observability/logger.ts";
import { EXIT_FAILED } from "../start-problem.ts";
import { FiguresRelay } from "./figures-relay.ts";
import { WorkerStartError } from "./fork-worker.ts";
import { keepWorker } from "./keep-worker.ts";
import type { WorkerServing } from "./worker-message.ts";

const SERVER = fileURLToPath(new URL("../main.js", import.meta.url));

/**
 * Runs this process as the primary of `settings.workers` workers until it is told to stop, and ends it: with 0 after all
 * workers have ended, or with {@link EXIT_FAILED} if one of the first cannot start.
 */
export async function runPrimary(settings: Settings, logger: Logger, stop: AbortSignal): Promise<void> {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.setupPrimary({ exec: SERVER, args: process.argv.slice(2) });
  if (settings.metrics !== "off") new FiguresRelay().start();
  logger.info({ workers: settings.workers }, "Starting workers");
  const refused = new AbortController();
  const end = AbortSignal.any([stop, refused.signal]);
  const start = () => keepWorker(end, logger).catch((error: unknown) => refused.abort(error));

  // The first alone: it makes what is missing in the database and the dev issuer's key, and what keeps it from starting is
  // told once, not by every worker.
  const first = await start();
  const others =
    first === undefined || end.aborted ? [] : await Promise.all(Array.from({ length: settings.workers - 1 }, start));
  if (first !== undefined && !end.aborted) {
    const { serving } = first;
    const ports = { grpc_port: serving.grpcPort, http_port: serving.httpPort };
    logger.info({ workers: settings.workers, ...ports }, "All workers serve");
    process.stdout.write(await bannerOf(serving, settings));
    if (!end.aborted) await once(end, "abort");
  }
  await Promise.all([first, ...others].map((worker) => worker?.ended));

  if (!stop.aborted) {
    const { reason } = refused.signal;
    if (!(reason instanceof WorkerStartError)) throw reason;
    process.stderr.write(`Cannot start: ${reason.message}\n`);
    process.exitCode = EXIT_FAILED;
    return;
  }
  logger.info("Stopped");
  await flushLogger(logger);
  process.exit(0);
}

async function bannerOf(serving: WorkerServing, settings: Settings): Promise<string> {
  const devIssuer = settings.dev ? await openDevIssuer(settings.dataDir) : undefined;
  return devBanner({ ...serving, devIssuer }, settings);
}
