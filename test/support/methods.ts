import type { DescMethod, MessageInitShape } from "@bufbuild/protobuf";
import type { CallOptions } from "@connectrpc/connect";
import { RegistryAdmin, ScopeRegistry } from "@scope-registry/client";
import type { Clients } from "./test-server.ts";

/** Every method of the contract, as the generated descriptors list them. */
export const METHODS: readonly DescMethod[] = [...ScopeRegistry.methods, ...RegistryAdmin.methods];

type AnyMethod = (request: object, options: CallOptions) => Promise<object> | AsyncIterable<object>;

/** Calls a method that is known by its descriptor only. A stream is left after its first message, which is the answer. */
export async function callMethod<M extends DescMethod>(
  clients: Clients,
  method: M,
  request: MessageInitShape<M["input"]>,
  options: CallOptions = {},
): Promise<object | undefined> {
  const client = method.parent.typeName === RegistryAdmin.typeName ? clients.admin : clients.registry;
  const call = (client as unknown as Record<string, AnyMethod>)[method.localName];
  if (call === undefined) throw new Error(`There is no client method ${method.localName}`);
  // The library does not leave a stream whose messages are no longer read.
  const leaving = new AbortController();
  const answer = call(request as object, { ...options, signal: leaving.signal });
  if (answer instanceof Promise) return answer;
  try {
    for await (const message of answer) return message;
    return undefined;
  } finally {
    leaving.abort();
  }
}
