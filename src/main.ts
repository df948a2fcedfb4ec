/** The server's process: settings in, signals out. Everything else is built in `app.ts`. */
import { once } from "node:events";
import { type App, startApp } from "./app.ts";
import { DevIssuerError } from "./auth/dev-issuer.ts";
import { formatListenAddress } from "./config/listen-address.ts";
import { loadSettings, type Settings } from "./config/settings.ts";
import { SettingsError } from "./config/settings-error.ts";
import { variableName } from "./config/settings-table.ts";
import { devBanner } from "./dev-banner.ts";
import { createLogger, flushLogger } from "./observability/logger.ts";
import { OwnScopeTakenError } from "./registry/own-scopes.ts";
import { RegistryError } from "./registry/registry-error.ts";
import { StoreSetupError, StoreUnavailableError } from "./store/store-errors.ts";

const EXIT_FAILED = 1;
const EXIT_SETTINGS = 2;

async function main(): Promise<void> {
  // Heard from the beginning: what is half started when it is told to stop is taken down in order, too.
  const stop = stopSignal();
  const settings = readSettings();
  if (settings === undefined) return;
  const logger = createLogger(settings.logLevel);
  let app: App;
  try {
    app = await startApp(settings, logger);
  } catch (error) {
    const sentence = startProblem(error, settings);
    if (sentence === undefined) throw error;
    logger.fatal({ err: error }, "Cannot start");
    await flushLogger(logger);
    process.stderr.write(`Cannot start: ${sentence}\n`);
    process.exitCode = EXIT_FAILED;
    return;
  }
  if (!stop.aborted) {
    process.stdout.write(await devBanner(app, settings));
    if (!stop.aborted) await once(stop, "abort");
  }
  await app.close();
  logger.info("Stopped");
  await flushLogger(logger);
  process.exit(0);
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

/** Why the server cannot start, for the person who starts it; undefined: by a fault of its own. */
function startProblem(error: unknown, settings: Settings): string | undefined {
  if (
    error instanceof StoreSetupError ||
    error instanceof StoreUnavailableError ||
    error instanceof OwnScopeTakenError ||
    error instanceof DevIssuerError ||
    error instanceof RegistryError
  ) {
    return error.message;
  }
  if (!(error instanceof Error)) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === "listen" || syscall === "getaddrinfo") return cannotBind("httpAddress", settings, code);
  // grpc-js reports an address that it cannot bind as text alone.
  if (/^(No address added|Name resolution failed)/.test(error.message)) {
    return cannotBind("grpcAddress", settings, /\bE[A-Z]{3,}\b/.exec(error.message)?.[0]);
  }
  return undefined;
}

function cannotBind(key: "grpcAddress" | "httpAddress", settings: Settings, code: string | undefined): string {
  const address = formatListenAddress(settings[key]);
  return code === "EADDRINUSE"
    ? `The address ${address} is in use: stop what uses it, or set ${variableName(key)} to another`
    : `The address ${address} cannot be bound (${code ?? "unknown host"}): set ${variableName(key)} to another`;
}

await main();
