import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ScopeRegistry } from "@scope-registry/client/messages";
import type { RegistryProcess } from "./registry-process.ts";

/** A client of a registry, with a token of its own: for what is done beside the load. */
export async function clientOf(
  registry: RegistryProcess,
  clientId: string,
  ...scopes: readonly string[]
): Promise<Client<typeof ScopeRegistry>> {
  const authorization = `Bearer ${await registry.token(clientId, ...scopes)}`;
  const transport = createGrpcTransport({
    baseUrl: `http://${registry.grpcAddress}`,
    interceptors: [
      (next) => (request) => {
        request.header.set("authorization", authorization);
        return next(request);
      },
    ],
  });
  return createClient(ScopeRegistry, transport);
}
