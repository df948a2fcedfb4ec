import type { ClientHttp2Stream, Http2Session } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { type GrpcTransportOptions, Http2SessionManager } from "@connectrpc/connect-node";
import { type TlsOptions, toNodeTls } from "./connection-options.ts";

/** How long connecting may take, TLS included, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;

/** A connection with calls under way is asked for a sign of life this often, and given up after so long, in milliseconds. */
const PING = { pingIntervalMs: 10_000, pingTimeoutMs: 5_000 };

/**
 * How much may be under way to a stream, and to all streams together, in bytes. Node's 64 KiB let a snapshot or a large change
 * over a line with a round trip of 200 ms at 320 KB a second only.
 */
const WINDOW = { stream: 2 * 1024 * 1024, session: 8 * 1024 * 1024 };

/** The HTTP/2 session that calls go over: opened when it is needed, and again after a break. */
export interface RegistrySession extends NonNullable<GrpcTransportOptions["sessionManager"]> {
  /** Whether the other side of the newest connection has shown that it speaks HTTP/2. */
  readonly hasSpoken: boolean;
  /** Ends every call with the reason, and refuses new ones with it. */
  close(reason: ConnectError): void;
}

/** Makes the session of a connection. */
export function createRegistrySession(origin: string, tls: TlsOptions | undefined): RegistrySession {
  const manager = new Http2SessionManager(origin, PING, {
    ...(tls && toNodeTls(tls)),
    settings: { initialWindowSize: WINDOW.stream },
    // Node counts what waits to be sent, and above 10 MB refuses every answer that begins. What is sent is the caller's own to bound; what
    // comes, the windows bound.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
  });
  const spoken = new WeakSet<Http2Session>();
  const seen = new WeakSet<Http2Session>();
  let newest: Http2Session | undefined;
  let closed: ConnectError | undefined;

  function watch(session: Http2Session): void {
    if (seen.has(session)) return;
    seen.add(session);
    newest = session;
    session.once("remoteSettings", () => spoken.add(session));
    if (!session.destroyed) session.setLocalWindowSize(WINDOW.session);
    // The manager stops listening before the session's last error: nobody would hear it, and the process would end.
    session.on("error", () => undefined);
  }

  return {
    authority: manager.authority,
    get hasSpoken() {
      return newest !== undefined && spoken.has(newest);
    },
    async request(...request): Promise<ClientHttp2Stream> {
      if (closed !== undefined) throw closed;
      const timer = setTimeout(() => {
        if (manager.state() === "connecting") manager.abort(connectingTooLong(origin));
      }, CONNECT_TIMEOUT_MS);
      try {
        const stream = await manager.request(...request);
        if (stream.session !== undefined) watch(stream.session);
        return stream;
      } finally {
        clearTimeout(timer);
        // Verifying an idle connection opens another in place of one that was just closed.
        if (closed !== undefined) manager.abort(closed);
      }
    },
    notifyResponseByteRead: (stream) => manager.notifyResponseByteRead(stream),
    close(reason) {
      closed = reason;
      manager.abort(reason);
    },
  };
}

function connectingTooLong(origin: string): ConnectError {
  return new ConnectError(
    `Connecting to the registry at ${origin} has taken more than ${CONNECT_TIMEOUT_MS} ms: check address and network`,
    Code.Unavailable,
  );
}
