import { Code, ConnectError } from "@connectrpc/connect";
import type { ClientPolicy } from "@scope-registry/client/messages";
import type { Calls } from "../registry/calls.ts";

/** Reads a client's policy. @returns undefined: the client has none, and no grants */
export async function readPolicy(
  admin: Pick<Calls["admin"], "getClientPolicy">,
  clientId: string,
  signal?: AbortSignal,
): Promise<ClientPolicy | undefined> {
  try {
    return (await admin.getClientPolicy({ clientId }, { ...(signal && { signal }) })).clientPolicy;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return undefined;
    throw error;
  }
}
