import { type Client, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { ScopeRegistry } from "@scope-registry/client";
import type { ServerProcess } from "./server-process.ts";

/** A connection of its own to a server's gRPC port. */
export interface RegistryConnection extends Disposable {
  /** A client that calls with this token. */
  as(token: string): Client<typeof ScopeRegistry>;
}

/** Connects to a server; without a deadline of the caller's, a call ends after 30 seconds. */
export function connectTo(server: ServerProcess): RegistryConnection {
  const baseUrl = `http://${server.grpcAddress}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  return {
    as(token) {
      const authorize: Interceptor = (next) => (request) => {
        request.header.set("authorization", `Bearer ${token}`);
        return next(request);
      };
      return createClient(
        ScopeRegistry,
        createGrpcTransport({ baseUrl, sessionManager, interceptors: [authorize], defaultTimeoutMs: 30_000 }),
      );
    },
    [Symbol.dispose]: () => sessionManager.abort(),
  };
}
