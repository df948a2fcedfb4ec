import type { ClientPolicy } from "@scope-registry/client/messages";
import type { Calls } from "../registry/calls.ts";
import { refusalReason } from "../registry/refusal-reason.ts";

/** What has come of a deletion. */
export type Deletion =
  | { readonly kind: "deleted"; readonly revision: bigint }
  /** Nothing was done, as the policy has changed since it was read. */
  | { readonly kind: "outdated" };

/**
 * Deletes a policy if it still is what was read.
 *
 * @throws {ConnectError}
 */
export async function deleteAsRead(
  admin: Pick<Calls["admin"], "deleteClientPolicy">,
  { clientId, revision: expectedRevision }: Pick<ClientPolicy, "clientId" | "revision">,
): Promise<Deletion> {
  try {
    const { revision } = await admin.deleteClientPolicy({ clientId, expectedRevision });
    return { kind: "deleted", revision };
  } catch (error) {
    if (refusalReason(error) === "REVISION_MISMATCH") return { kind: "outdated" };
    throw error;
  }
}
