/** Every way by which the service can be called. A suite that runs over all of them shows that none holds a rule. */
import type { Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import { credentials } from "@grpc/grpc-js";
import { createGrpcJsTransport } from "./grpc-js-transport.ts";

/** What an HTTP/2 client may hold, in MB: the usual 10 are less than the largest message that a test sends. */
const CLIENT_MEGABYTES = 64;

/** Where a server is, and what a client needs to be let in by TLS. */
export interface ProtocolTarget {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Undefined: plaintext. The members are PEM. */
  readonly tls?:
    | {
        readonly ca: string;
        readonly clientCert?: string | undefined;
        readonly clientKey?: string | undefined;
      }
    | undefined;
}

/** A transport that is open until it is closed. */
export interface OpenTransport {
  readonly transport: Transport;
  close(): void;
}

/** One way to call the service. */
export interface Protocol {
  readonly name: string;
  readonly port: "grpc" | "http";
  open(target: ProtocolTarget): OpenTransport;
}

/** A client of grpc-js, on the gRPC port. */
export const GRPC_JS: Protocol = {
  name: "gRPC by grpc-js",
  port: "grpc",
  open({ grpcPort, tls }) {
    const secure =
      tls &&
      credentials.createSsl(
        Buffer.from(tls.ca),
        tls.clientKey === undefined ? null : Buffer.from(tls.clientKey),
        tls.clientCert === undefined ? null : Buffer.from(tls.clientCert),
      );
    const transport = createGrpcJsTransport(`127.0.0.1:${grpcPort}`, secure);
    return { transport, close: transport.close };
  },
};

/** Connect with JSON bodies, as curl sends them. */
export const CONNECT_JSON: Protocol = {
  name: "Connect with JSON",
  port: "http",
  open: (target) => ({ transport: connectTransport(target, { useBinaryFormat: false }), close: () => undefined }),
};

/** Connect with methods without side effects called by GET. */
export const CONNECT_GET: Protocol = {
  name: "Connect by GET",
  port: "http",
  open: (target) => ({ transport: connectTransport(target, { useHttpGet: true }), close: () => undefined }),
};

/** All of them, each once. */
export const PROTOCOLS: readonly Protocol[] = [
  GRPC_JS,
  {
    name: "gRPC by connect-node",
    port: "grpc",
    open: (target) => overHttp2(target, target.grpcPort, createGrpcTransport),
  },
  {
    name: "gRPC on the HTTP port",
    port: "http",
    open: (target) => overHttp2(target, target.httpPort, createGrpcTransport),
  },
  {
    name: "gRPC-Web",
    port: "http",
    open: (target) => ({
      transport: createGrpcWebTransport({
        baseUrl: baseUrl(target, target.httpPort),
        httpVersion: "1.1",
        nodeOptions: tlsOptions(target),
      }),
      close: () => undefined,
    }),
  },
  {
    name: "Connect with binary messages on HTTP/2",
    port: "http",
    open: (target) =>
      overHttp2(target, target.httpPort, (options) =>
        createConnectTransport({ ...options, httpVersion: "2", useBinaryFormat: true }),
      ),
  },
  CONNECT_JSON,
];

function connectTransport(target: ProtocolTarget, options: { useBinaryFormat?: boolean; useHttpGet?: boolean }) {
  return createConnectTransport({
    ...options,
    baseUrl: baseUrl(target, target.httpPort),
    httpVersion: "1.1",
    nodeOptions: tlsOptions(target),
  });
}

function overHttp2(
  target: ProtocolTarget,
  port: number,
  make: (options: { baseUrl: string; sessionManager: Http2SessionManager }) => Transport,
): OpenTransport {
  const url = baseUrl(target, port);
  const sessionManager = new Http2SessionManager(
    url,
    {},
    { maxSessionMemory: CLIENT_MEGABYTES, ...tlsOptions(target) },
  );
  return { transport: make({ baseUrl: url, sessionManager }), close: () => sessionManager.abort() };
}

function baseUrl({ tls }: ProtocolTarget, port: number): string {
  return `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
}

function tlsOptions({ tls }: ProtocolTarget): { ca?: string; cert?: string; key?: string } {
  if (tls === undefined) return {};
  const { ca, clientCert: cert, clientKey: key } = tls;
  return { ca, ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
}
