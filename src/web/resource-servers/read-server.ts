import { Code, ConnectError } from "@connectrpc/connect";
import type { ResourceServer } from "@scope-registry/client/messages";
import type { Calls } from "../registry/calls.ts";

/** A resource server with its settings; undefined: the caller may not see them, or the registry knows none of this name. */
export async function readServer(
  name: string,
  { admin }: Calls,
  signal: AbortSignal,
): Promise<ResourceServer | undefined> {
  try {
    const { resourceServer } = await admin.getResourceServer({ name }, { signal });
    return resourceServer;
  } catch (error) {
    const { code } = ConnectError.from(error);
    if (code === Code.PermissionDenied || code === Code.NotFound) return undefined;
    throw error;
  }
}
