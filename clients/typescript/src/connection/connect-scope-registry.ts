/**
 * The connection to the registry: where it is, TLS, who calls, and what becomes of a call while the registry or the
 * authorization server is away. The other parts of the client are built on it; it knows none of them.
 */
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { RegistryAdmin } from "../gen/scoperegistry/v1/registry_admin_pb.ts";
import { ScopeRegistry } from "../gen/scoperegistry/v1/scope_registry_pb.ts";
import { createCallTransport } from "./call-transport.ts";
import { type ConnectionOptions, checkConnectionOptions } from "./connection-options.ts";
import { createRegistrySession } from "./registry-session.ts";
import type { ScopeRegistryConnection } from "./scope-registry-connection.ts";
import { createTokenSource } from "./token-source.ts";

/**
 * Makes a connection to the registry. Nothing is opened yet: the first call does that, and finds out whether the registry is
 * there.
 *
 * Calls fail with `ConnectError`. Beside the registry's own errors, which {@link refusalOf} reads, its code is UNAVAILABLE
 * (the registry or the token endpoint cannot be reached), DEADLINE_EXCEEDED, UNAUTHENTICATED (there is no token to be had),
 * FAILED_PRECONDITION (the two sides do not agree on TLS or HTTP/2) or CANCELLED (the connection has been closed). Calls
 * that can be repeated are, while the registry is UNAVAILABLE and their time lasts.
 *
 * @throws {ConnectionOptionsError} with everything that is wrong with the options
 */
export function connectScopeRegistry(options: ConnectionOptions): ScopeRegistryConnection {
  const { origin, tls, credentials, timeoutMs } = checkConnectionOptions(options);
  const closing = new AbortController();
  const session = createRegistrySession(origin, tls);
  const tokens = createTokenSource(credentials, closing.signal);
  const transport = createCallTransport({
    origin,
    session,
    hasCertificate: tls?.cert !== undefined,
    tokens,
    timeoutMs,
    closing: closing.signal,
  });

  async function close(): Promise<void> {
    if (closing.signal.aborted) return;
    const reason = new ConnectError(
      `The connection to the registry at ${origin} is closed: make another`,
      Code.Canceled,
    );
    closing.abort(reason);
    session.close(reason);
  }

  return {
    registry: createClient(ScopeRegistry, transport),
    admin: createClient(RegistryAdmin, transport),
    transport,
    close,
    [Symbol.asyncDispose]: close,
  };
}
