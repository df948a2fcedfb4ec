/// <reference lib="esnext.disposable" preserve="true" />
import type { Client, Transport } from "@connectrpc/connect";
import type { RegistryAdmin } from "../gen/scoperegistry/v1/registry_admin_pb.ts";
import type { ScopeRegistry } from "../gen/scoperegistry/v1/scope_registry_pb.ts";

/** A connection to the scope registry. It is opened by the first call, and again after a break. */
export interface ScopeRegistryConnection extends AsyncDisposable {
  /** The generated client of `scoperegistry.v1.ScopeRegistry`, with the connection's token, deadline and retries. */
  readonly registry: Client<typeof ScopeRegistry>;
  /** The generated client of `scoperegistry.v1.RegistryAdmin`, likewise. */
  readonly admin: Client<typeof RegistryAdmin>;
  /** What both call through: for a client of your own. */
  readonly transport: Transport;
  /** Ends the calls that are under way and closes the sockets. No call can be made afterwards. */
  close(): Promise<void>;
}
