import { Code, ConnectError } from "@connectrpc/connect";
import { refusalReason } from "../registry/refusal-reason.ts";

/** Why nothing has come of an act, beside what asked for it, and what to do. */
export function ActProblem({ error }: { readonly error: unknown }) {
  return (
    <p class="act-problem" role="alert">
      {error === undefined ? "" : problemText(error)}
    </p>
  );
}

function problemText(error: unknown): string {
  const { code, rawMessage } = ConnectError.from(error);
  // It may be meant for others, or its session may have ended before it: which of them, the registry says.
  if (refusalReason(error) === "TOKEN_INVALID") {
    return `The registry does not take your sign-in: sign out, and in again. ${rawMessage}.`;
  }
  if (code === Code.Unauthenticated) return "Your sign-in has expired: sign in again.";
  if (code === Code.PermissionDenied) return `You may not do this: ${rawMessage}.`;
  if (refusalReason(error) === "REVISION_MISMATCH") return "It has been changed meanwhile: look at it again.";
  if (refusalReason(error) === "") return "The registry does not answer. It is safe to try again.";
  return code === Code.Unavailable || code === Code.DeadlineExceeded
    ? `${rawMessage}. It is safe to try again.`
    : `${rawMessage}.`;
}
