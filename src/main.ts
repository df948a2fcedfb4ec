/** The server's process: settings in, signals out. Everything else is built in `app.ts`. */
import { type App, startApp } from "./app.ts";
import { DevIssuerError } from "./auth/dev-issuer.ts";
import { loadSettings, type Settings } from "./config/settings.ts";
import { SettingsError } from "./config/settings-error.ts";
import { devBanner } from "./dev-banner.ts";
import { createLogger, flushLogger } from "./observability/logger.ts";
import { OwnScopeTakenError } from "./registry/own-scopes.ts";
import { StoreSetupError, StoreUnavailableError } from "./store/store-errors.ts";

const EXIT_FAILED = 1;
const EXIT_SETTINGS = 2;

async function main(): Promise<void> {
  const settings = readSettings();
  if (settings === undefined) return;
  const logger = createLogger(settings.logLevel);
  let app: App;
  try {
    app = await startApp(settings, logger);
  } catch (error) {
    const sentence = startProblem(error);
    if (sentence === undefined) throw error;
    logger.fatal({ err: error }, "Cannot start");
    await flushLogger(logger);
    process.stderr.write(`Cannot start: ${sentence}\n`);
    process.exitCode = EXIT_FAILED;
    return;
  }
  process.stdout.write(await devBanner(app, settings));

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await app.close();
    logger.info("Stopped");
    await flushLogger(logger);
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
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

/** Why the server cannot start, for the person who starts it; undefined: by a fault of its own. */
function startProblem(error: unknown): string | undefined {
  if (
    error instanceof StoreSetupError ||
    error instanceof StoreUnavailableError ||
    error instanceof OwnScopeTakenError ||
    error instanceof DevIssuerError
  ) {
    return error.message;
  }
  if (!(error instanceof Error)) return undefined;
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === "EADDRINUSE") return `Port ${port} of ${address} is in use: stop what uses it, or set another address`;
  // grpc-js reports a port that it cannot bind as text alone.
  if (error.message.startsWith("No address added")) return "The gRPC address cannot be bound: is its port in use?";
  return undefined;
}

await main();
