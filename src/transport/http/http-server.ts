/** The HTTP port: the service by Connect, gRPC-Web and gRPC, and the probes, on HTTP/1.1 and HTTP/2. */
import { createServer as createHttp1Server } from "node:http";
import { createServer as createHttp2Server, createSecureServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo, Server, Socket } from "node:net";
import type { DescService } from "@bufbuild/protobuf";
import type { CallPipeline } from "../call-pipeline.ts";
import type { TlsMaterial } from "../tls-material.ts";
import { connectRoutes } from "./connect-routes.ts";
import { type HttpListener, type HttpListenerParts, httpListener } from "./http-listener.ts";
import { createProtocolSwitch } from "./protocol-switch.ts";

const HTTP1_LIMITS = { maxHeaderSize: 64 * 1024, headersTimeout: 10_000, requestTimeout: 60_000 };
const HTTP2_LIMITS = { settings: { maxConcurrentStreams: 1_000, maxHeaderListSize: 64 * 1024 } };

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
  /** Undefined: plaintext. */
  readonly tls: TlsMaterial | undefined;
}

/** Opens the HTTP port. Rejects if the address cannot be bound. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, services, pipeline, tls } = options;
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  let requests = 0;
  let onIdle: (() => void) | undefined;

  const answer = httpListener({ ...options, routes: connectRoutes(services, pipeline) });
  const listener: HttpListener = (request, response) => {
    requests += 1;
    response.once("close", () => {
      requests -= 1;
      if (requests === 0) onIdle?.();
    });
    answer(request, response);
  };
  const server = tls === undefined ? plaintextServer(listener, sessions) : secureServer(listener, sessions, tls);
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
      // What is open now carries no request.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function plaintextServer(listener: HttpListener, sessions: Set<ServerHttp2Session>): Server {
  const http2 = createHttp2Server(HTTP2_LIMITS, listener);
  http2.on("session", (session) => track(session, sessions));
  return createProtocolSwitch(createHttp1Server(HTTP1_LIMITS, listener), http2);
}

function secureServer(listener: HttpListener, sessions: Set<ServerHttp2Session>, tls: TlsMaterial): Server {
  const { cert, key, clientCa } = tls;
  const authority = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  const server = createSecureServer(
    { ...HTTP1_LIMITS, ...HTTP2_LIMITS, cert, key, ...authority, allowHTTP1: true, minVersion: "TLSv1.2" },
    listener,
  );
  server.on("session", (session) => track(session, sessions));
  return server;
}

function track(session: ServerHttp2Session, sessions: Set<ServerHttp2Session>): void {
  sessions.add(session);
  session.once("close", () => sessions.delete(session));
}
