/** The server's process: settings in, signals out. Everything else is built in `app.ts`. */
import cluster from "node:cluster";
import { loadSettings, type Settings } from "./config/settings.ts";
import { SettingsError } from "./config/settings-error.ts";
import { createLogger } from "./observability/logger.ts";

const EXIT_SETTINGS = 2;

/** Runs the process until it is told to stop. */
export async function runProcess(): Promise<void> {
  // Heard from the beginning: what is half started when it is told to stop is taken down in order, too.
  const stop = stopSignal();
  const settings = readSettings();
  if (settings === undefined) return;
  const logger = createLogger(settings.logLevel, { shared: settings.workers > 1 });
  // Loaded when it is known which: a primary is a third smaller without the server that it does not run.
  if (settings.workers === 1) {
    const { runAlone } = await import("./run-server.ts");
    await runAlone(settings, logger, stop);
  } else if (cluster.isPrimary) {
    const { runPrimary } = await import("./workers/primary.ts");
    await runPrimary(settings, logger, stop);
  } else {
    const { runWorker } = await import("./workers/worker.ts");
    await runWorker(settings, logger, stop);
  }
}

/** Aborts at the first SIGTERM or SIGINT. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}

function readSettings(): Settings | undefined {
  try {
    return loadSettings(process.env, process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const problems = error.problems.map((problem) => `  ${problem}\n`);
    process.stderr.write(`Cannot start, the settings need a change:\n${problems.join("")}`);
    process.exitCode = EXIT_SETTINGS;
    return undefined;
  }
}
