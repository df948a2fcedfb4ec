import { ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@scope-registry/client/messages";

/** Why the registry has refused a call, a name of its `ErrorReason`; empty: it was not the registry that did. */
export function refusalReason(error: unknown): string {
  return error instanceof ConnectError ? (error.findDetails(ErrorInfoSchema)[0]?.reason ?? "") : "";
}
