/** A gRPC server that answers as a test says, over real HTTP/2: for what a registry does seldom or never. */
import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { type Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { ErrorInfoSchema, RegistryAdmin, RetryInfoSchema, ScopeRegistry } from "@scope-registry/client";

/** A running server. */
export interface ScriptedRegistry extends AsyncDisposable {
  readonly address: string;
  /** How many connections there are. */
  readonly connections: number;
  /** Breaks every connection. */
  breakConnections(): void;
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
}

/** Starts a server of these methods. */
export async function startScriptedRegistry(
  registry: Partial<ServiceImpl<typeof ScopeRegistry>>,
  admin: Partial<ServiceImpl<typeof RegistryAdmin>> = {},
): Promise<ScriptedRegistry> {
  const handler = connectNodeAdapter({
    routes: (router) => void router.service(ScopeRegistry, registry).service(RegistryAdmin, admin),
  });
  const sessions = new Set<ServerHttp2Session>();
  const open = (port: number) =>
    new Promise<Http2Server>((resolve) => {
      // As the registry: by itself Node breaks a connection that large messages wait on.
      const server = createServer({ maxSessionMemory: Number.MAX_SAFE_INTEGER }, handler);
      server.on("session", (session) => {
        sessions.add(session.on("close", () => sessions.delete(session)));
      });
      server.listen(port, "127.0.0.1", () => resolve(server));
    });
  let server = await open(0);
  const { port } = server.address() as AddressInfo;
  const breakConnections = () => {
    for (const session of sessions) session.destroy();
  };
  const goDown = async () => {
    breakConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    address: `127.0.0.1:${port}`,
    get connections() {
      return sessions.size;
    },
    breakConnections,
    goDown,
    async comeBack() {
      server = await open(port);
    },
    [Symbol.asyncDispose]: goDown,
  };
}

/** The token of a call. */
export function tokenOf(context: HandlerContext): string | undefined {
  return context.requestHeader.get("authorization")?.replace(/^Bearer /, "");
}

/** A refusal with a reason, as the registry sends it. */
export function refusal(reason: string, code: Code, retryAfterMs = 0): ConnectError {
  return new ConnectError(`The registry says ${reason} to this call`, code, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain: "scoperegistry.v1" } },
    { desc: RetryInfoSchema, value: { retryDelay: durationFromMs(retryAfterMs) } },
  ]);
}
