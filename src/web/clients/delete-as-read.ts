import type { ClientPolicy } from "@scope-registry/client/messages";
import type { Calls } from "../registry/calls.ts";
import { readPolicy } from "./read-policy.ts";

/** What has come of a deletion. */
export type Deletion =
  | { readonly kind: "deleted"; readonly revision: bigint }
  /** Nothing was done, as the policy has changed since it was read. */
  | { readonly kind: "outdated" };

/**
 * Deletes a policy as it was read. The call takes no revision to expect, so that it is read once more before: what changes between
 * these two calls is deleted too.
 *
 * @throws {ConnectError}
 */
export async function deleteAsRead(
  admin: Pick<Calls["admin"], "getClientPolicy" | "deleteClientPolicy">,
  { clientId, revision }: Pick<ClientPolicy, "clientId" | "revision">,
): Promise<Deletion> {
  const now = await readPolicy(admin, clientId);
  if (now?.revision !== revision) return { kind: "outdated" };
  return { kind: "deleted", revision: (await admin.deleteClientPolicy({ clientId })).revision };
}
