/** ListScopes as load. */
import { create, toBinary } from "@bufbuild/protobuf";
import { ListScopesRequestSchema } from "@scope-registry/client/messages";
import { type LoadGenerator, openLoad } from "../load/load-generator.ts";
import type { RegistryProcess } from "./registry-process.ts";

const PATH = "/scoperegistry.v1.ScopeRegistry/ListScopes";
/** Four operators, each with one request after the other. */
const SHAPE = { connections: 4, inFlight: 1 };

/** The request for the first page of everything, of as many scopes as a page has if nobody says how many. */
export function firstPage(): readonly Uint8Array[] {
  return [toBinary(ListScopesRequestSchema, create(ListScopesRequestSchema))];
}

/** Opens a load of requests, in turn. */
export async function openListLoad(registry: RegistryProcess, messages: readonly Uint8Array[]): Promise<LoadGenerator> {
  const headers = [{ authorization: `Bearer ${await registry.token("lister", "scope_registry.read")}` }];
  return openLoad({ address: registry.grpcAddress, path: PATH, headers, messages, ...SHAPE }, registry.usage);
}
