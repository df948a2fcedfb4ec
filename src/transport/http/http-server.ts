/** The HTTP port: the service by Connect, gRPC-Web and gRPC, and the probes, on HTTP/1.1 and HTTP/2. */
import { setMaxListeners } from "node:events";
import { createServer as createHttp1Server } from "node:http";
import { createServer as createHttp2Server, createSecureServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo, Server, Socket } from "node:net";
import type { DescService } from "@bufbuild/protobuf";
import { shuttingDown } from "../../registry/call-deadline.ts";
import type { ArrivalBudget } from "../arrival-budget.ts";
import type { CallPipeline } from "../call-pipeline.ts";
import type { TlsMaterial } from "../tls-material.ts";
import { type CatalogueParts, catalogueRoutes } from "./catalogue/catalogue-routes.ts";
import { openReadingRoutes } from "./catalogue/open-reading.ts";
import { compressAnswers } from "./compressed-answers.ts";
import { connectRoutes } from "./connect-routes.ts";
import { CONNECTION_LIMITS, type ConnectionLimits, closeWhenIdle, withRequestTimeout } from "./connection-limits.ts";
import { openOAuthToOrigins, openToOrigins } from "./cross-origin.ts";
import { dotDynamicScopesRoutes } from "./dot-dynamic-scopes-routes.ts";
import { type HttpListener, type HttpListenerParts, httpListener } from "./http-listener.ts";
import { type HttpRoutes, joinRoutes } from "./http-route.ts";
import { createProtocolSwitch } from "./protocol-switch.ts";

const MAX_HEADER_BYTES = 64 * 1024;
const HTTP2_OPTIONS = {
  settings: { maxConcurrentStreams: 1_024, maxHeaderListSize: MAX_HEADER_BYTES },
  // What is held is counted here. Node's own count keeps what callers leave behind by a reset, and would refuse all calls in the end.
  maxSessionMemory: Number.MAX_SAFE_INTEGER,
};

/** The HTTP port. */
export interface HttpServer {
  /** The port that it listens on. */
  readonly port: number;
  /** Lets requests under way end, for at most so many milliseconds, and closes. */
  close(graceMs: number): Promise<void>;
}

/** What the HTTP port needs. */
export interface HttpServerOptions extends Omit<HttpListenerParts, "routes"> {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly services: readonly DescService[];
  readonly pipeline: CallPipeline;
  readonly budget: ArrivalBudget;
  /** Paths beside those of the services and the probes. */
  readonly moreRoutes?: readonly HttpRoutes[];
  /** Whether resource servers may register by the protocol of dot-dynamic-scopes too. */
  readonly dotDynamicScopes?: boolean;
  /** The catalogue page; undefined: there is none. */
  readonly catalogue?: CatalogueParts | undefined;
  /** Origins of pages elsewhere that may call; none if not given, `*`: every one. */
  readonly corsOrigins?: readonly string[];
  /** Undefined: plaintext. */
  readonly tls: TlsMaterial | undefined;
  /** How long clients may leave it waiting; {@link CONNECTION_LIMITS} where not given. */
  readonly limits?: Partial<ConnectionLimits>;
}

/** Opens the HTTP port. Rejects if the address cannot be bound. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, tls } = options;
  const limits = { ...CONNECTION_LIMITS, ...options.limits };
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  let requests = 0;
  let onIdle: (() => void) | undefined;

  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const routes = routesOf(options, limits, stop.signal);
  const answer = withRequestTimeout(httpListener({ ...options, routes }), limits.requestMs);
  const listener: HttpListener = (request, response) => {
    requests += 1;
    response.once("close", () => {
      requests -= 1;
      if (requests === 0) onIdle?.();
    });
    answer(request, response);
  };
  const onSession = (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    closeWhenIdle(session, limits.idleMs);
  };
  const server =
    tls === undefined ? plaintextServer(listener, onSession, limits) : secureServer(listener, onSession, limits, tls);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const session of sessions) session.close();
      if (requests > 0) {
        await new Promise<void>((resolve) => {
          onIdle = resolve;
          setTimeout(resolve, graceMs).unref();
        });
      }
      stop.abort(shuttingDown());
      // What is open now carries no request.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function routesOf(
  options: HttpServerOptions,
  { readMs: readTimeoutMs }: ConnectionLimits,
  stop: AbortSignal,
): HttpRoutes {
  const { services, pipeline, budget, catalogue, corsOrigins = [] } = options;
  const calls = connectRoutes({ services, pipeline, budget, readTimeoutMs, stop });
  const open = catalogue?.openPipeline
    ? [openReadingRoutes({ pipeline: catalogue.openPipeline, budget, readTimeoutMs, stop, dev: catalogue.config.dev })]
    : [];
  return joinRoutes(
    openToOrigins(compressAnswers(joinRoutes(calls, ...open)), corsOrigins),
    ...(catalogue ? [catalogueRoutes(catalogue)] : []),
    ...(options.moreRoutes ?? []).map((routes) => openOAuthToOrigins(routes, corsOrigins)),
    ...(options.dotDynamicScopes ? [dotDynamicScopesRoutes({ pipeline, budget })] : []),
  );
}

type OnSession = (session: ServerHttp2Session) => void;

function plaintextServer(listener: HttpListener, onSession: OnSession, limits: ConnectionLimits): Server {
  const http1 = createHttp1Server(http1Options(limits), listener);
  const http2 = createHttp2Server(HTTP2_OPTIONS, listener).on("session", onSession);
  return createProtocolSwitch(http1, http2, limits.firstByteMs);
}

function secureServer(
  listener: HttpListener,
  onSession: OnSession,
  limits: ConnectionLimits,
  { cert, key, clientCa }: TlsMaterial,
): Server {
  const authority = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  const options = { ...http1Options(limits), ...HTTP2_OPTIONS, ...authority, handshakeTimeout: limits.firstByteMs };
  const server = createSecureServer({ ...options, cert, key, allowHTTP1: true, minVersion: "TLSv1.2" }, listener);
  return server.on("session", onSession);
}

function http1Options({ headersMs, requestMs, keepAliveMs, checkMs }: ConnectionLimits) {
  return {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: checkMs,
  };
}
