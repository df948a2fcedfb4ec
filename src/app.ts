/**
 * The composition root: builds everything in order, and takes it down in the opposite order, also when building fails
 * half-way. The only file that knows all the others.
 */
import { readFileSync } from "node:fs";
import { RegistryAdmin, ScopeRegistry as ScopeRegistryService } from "@scope-registry/client/messages";
import type { Logger } from "pino";
import { letAnybodyRead } from "./auth/anonymous-reader.ts";
import { createAuthenticator } from "./auth/authenticator.ts";
import { type DevIssuer, openDevIssuer } from "./auth/dev-issuer.ts";
import { letClientsIn } from "./auth/introspection-clients/client-authenticator.ts";
import { watchClients } from "./auth/introspection-clients/watched-clients.ts";
import { createTokenInspector } from "./auth/token-inspector.ts";
import { createTokenResolver } from "./auth/token-resolver.ts";
import { createTrustedIssuers } from "./auth/trusted-issuers.ts";
import { catalogueParts } from "./catalogue-parts.ts";
import { formatListenAddress } from "./config/listen-address.ts";
import type { Settings, TlsSettings } from "./config/settings.ts";
import { redactedSettings } from "./config/settings-text.ts";
import { createMetrics } from "./observability/metrics/create-metrics.ts";
import type { FiguresExchange } from "./observability/metrics/process-figures.ts";
import type { Traces } from "./observability/traces/start-traces.ts";
import type { FreshnessListener } from "./registry/log-position.ts";
import { openScopeRegistry } from "./registry/scope-registry.ts";
import { reportHealth } from "./server-health.ts";
import type { ScopeLog } from "./store/scope-log.ts";
import { createAdminHandlers } from "./transport/admin-service.ts";
import { ArrivalBudget } from "./transport/arrival-budget.ts";
import { createCallLog } from "./transport/call-log.ts";
import { createCallPipeline } from "./transport/call-pipeline.ts";
import { startGrpcServer } from "./transport/grpc/grpc-server.ts";
import { joinHandlers } from "./transport/handlers.ts";
import { startHttpServer } from "./transport/http/http-server.ts";
import { metricsRoutes } from "./transport/http/metrics-route.ts";
import { oauthRoutes } from "./transport/http/oauth/oauth-routes.ts";

import { createRegistryHandlers } from "./transport/registry-service.ts";
import type { TlsMaterial } from "./transport/tls-material.ts";
import { UnreadBudget } from "./transport/unread-budget.ts";

/** How long calls under way may take to end when the server stops, in milliseconds. */
const GRACE_MS = 10_000;

/** A running server. */
export interface App {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Set in dev mode. */
  readonly devIssuer: DevIssuer | undefined;
  /** What the registry lives in, for people. */
  readonly storeDescription: string;
  /** Takes no more calls, lets those under way end, and releases everything. */
  close(): Promise<void>;
}

/**
 * Starts a server.
 *
 * @param exchange the other processes of the server, for metrics; undefined: there are none
 * @throws {StoreSetupError} if the store cannot be used as it is configured
 * @throws {StoreUnavailableError} if the store does not answer
 * @throws {OwnScopeTakenError} if a resource server has the name of one of the registry's own scopes
 * @throws {DevIssuerError} if the dev issuer's key cannot be used
 */
export async function startApp(settings: Settings, logger: Logger, exchange?: FiguresExchange): Promise<App> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await build(settings, logger, exchange, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  settings: Settings,
  logger: Logger,
  exchange: FiguresExchange | undefined,
  closers: (() => Promise<void>)[],
): Promise<Omit<App, "close">> {
  logger.info({ settings: redactedSettings(settings) }, "Starting");
  const tls = settings.tls === undefined ? undefined : readTls(settings.tls);
  const traces = settings.otlpEndpoint === undefined ? undefined : await openTraces(settings.otlpEndpoint, logger);
  // The last to be closed: what is closed before it still makes spans.
  if (traces !== undefined) closers.push(() => traces.close());
  const devIssuer = settings.dev ? await openDevIssuer(settings.dataDir) : undefined;
  const issuers = createTrustedIssuers({
    settings: settings.issuers,
    devIssuerKeys: devIssuer?.publicJwks,
    fetch: traces?.fetch,
  });
  const untracedResolver = createTokenResolver({ issuers });
  const resolver = traces?.resolver(untracedResolver) ?? untracedResolver;

  const services = [ScopeRegistryService, RegistryAdmin];
  const metrics = settings.metrics === "off" ? undefined : createMetrics({ services, exchange });
  const store = await openLog(settings);
  const log = traces?.log(store) ?? store;
  closers.push(() => log.close());
  let onFreshness: FreshnessListener = () => undefined;
  const registry = await openScopeRegistry({
    log,
    ownScopes: settings.scopeNames,
    observer: metrics?.changes,
    events: {
      onBreak: (err, retryMs) => logger.warn({ err, retry_ms: retryMs }, "Following the log broke, trying again"),
      onWedge: (revision) => logger.warn({ revision }, "Following the log had fallen behind, starting it anew"),
      onFreshness: (freshness, cause) => onFreshness(freshness, cause),
      onUsageProblem: (err) => logger.warn({ err }, "Who uses which scope could not be written, trying again"),
    },
  });
  closers.push(() => registry.close());
  metrics?.addRegistry(registry);
  logger.info({ store: log.description, revision: registry.revision, scopes: registry.size }, "Registry loaded");

  const { scopeNames } = settings;
  const authenticator = createAuthenticator({ resolver, audience: settings.audience, tally: metrics?.tokens.callers });
  const inspector = createTokenInspector({ resolver, tally: metrics?.tokens.introspected });
  const pipelineParts = {
    authenticator,
    scopeNames,
    handlers: joinHandlers(
      createRegistryHandlers({ registry, inspector, scopeNames }),
      createAdminHandlers({ governance: registry.governance, scopeNames }),
    ),
    logger,
    observers: [createCallLog(logger), ...(metrics ? [metrics.calls] : []), ...(traces ? [traces.calls] : [])],
  };
  const pipeline = createCallPipeline(pipelineParts);
  const metricsReaders = settings.metrics === "token" ? { authenticator, scope: scopeNames.read } : undefined;
  const clients = introspectionClients(settings, logger);
  closers.push(async () => clients?.close());
  const budget = new ArrivalBudget();
  const unread = new UnreadBudget();
  const grpcAddress = formatListenAddress(settings.grpcAddress);
  const grpc = await startGrpcServer({ address: grpcAddress, services, pipeline, budget, unread, tls });
  closers.push(() => grpc.close(GRACE_MS));
  const health = reportHealth({ registry, grpc, services, logger });
  onFreshness = health.onFreshness;
  const http = await startHttpServer({
    ...settings.httpAddress,
    services,
    pipeline,
    budget,
    unread,
    catalogue: catalogueParts(settings, grpc.port, logger, () =>
      createCallPipeline({ ...pipelineParts, authenticator: letAnybodyRead(authenticator, scopeNames.read) }),
    ),
    moreRoutes: [
      oauthRoutes({
        registry,
        issuers: settings.issuers.map(({ issuer }) => issuer),
        pipeline:
          clients === undefined
            ? pipeline
            : createCallPipeline({
                ...pipelineParts,
                authenticator: letClientsIn(authenticator, () => clients.verifier),
              }),
        budget,
        letsClientsIn: clients !== undefined,
      }),
      ...(metrics ? [metricsRoutes({ expose: metrics.expose, readers: metricsReaders })] : []),
    ],
    corsOrigins: settings.corsOrigins,
    dotDynamicScopes: scopeNames.dotDynamicScopes !== undefined,
    tls,
    status: health.status,
    logger,
  });
  closers.push(() => http.close(GRACE_MS));
  closers.push(async () => {
    logger.info("Stopping");
    health.stop();
    registry.endWatches();
  });
  logger.info({ grpc_port: grpc.port, http_port: http.port, tls: tls !== undefined }, "Serving");
  return { grpcPort: grpc.port, httpPort: http.port, devIssuer, storeDescription: log.description };
}

/** Loads what makes traces, which is much: only where they are switched on. */
async function openTraces(endpoint: string, logger: Logger): Promise<Traces> {
  const { startTraces } = await import("./observability/traces/start-traces.ts");
  return startTraces({ endpoint, logger });
}

function introspectionClients({ introspectionClients: file, scopeNames }: Settings, logger: Logger) {
  return file === undefined ? undefined : watchClients({ file, scopeNames, logger });
}

/** Loads the store that is set, and not the other one: MongoDB's driver is a sixth of what a server loads. */
async function openLog({ mongodbUri, dataDir }: Settings): Promise<ScopeLog> {
  if (mongodbUri === undefined) {
    const { openSqliteLog } = await import("./store/sqlite/sqlite-log.ts");
    return openSqliteLog({ directory: dataDir });
  }
  const { openMongodbLog } = await import("./store/mongodb/mongodb-log.ts");
  return openMongodbLog({ uri: mongodbUri });
}

function readTls({ certFile, keyFile, clientCaFile }: TlsSettings): TlsMaterial {
  return {
    cert: readFileSync(certFile, "utf8"),
    key: readFileSync(keyFile, "utf8"),
    clientCa: clientCaFile === undefined ? undefined : readFileSync(clientCaFile, "utf8"),
  };
}
