import { TokenRefusedError } from "../tokens/token-errors.ts";
import type { SenderBinding } from "./access-token.ts";

/**
 * Reads how a token is bound to its sender, from its `cnf` (RFC 7800 §3.1). Undefined: it is a bearer token. Only client
 * certificates (RFC 8705) can be checked here; a token that is bound in another way must never pass as a bearer token.
 *
 * @throws {TokenRefusedError} for DPoP (RFC 9449), for a way that is not known here, and for a `cnf` that says nothing
 */
export function readSenderBinding(confirmation: unknown): SenderBinding | undefined {
  if (confirmation === undefined) return undefined;
  if (typeof confirmation !== "object" || confirmation === null) throw new TokenRefusedError(UNKNOWN);
  const { jkt, "x5t#S256": certificateSha256, ...others } = confirmation as Record<string, unknown>;
  if (jkt !== undefined) throw new TokenRefusedError(DPOP_BOUND);
  if (typeof certificateSha256 !== "string" || certificateSha256 === "" || Object.keys(others).length > 0) {
    throw new TokenRefusedError(UNKNOWN);
  }
  return { certificateSha256 };
}

/** Tells the sender of a token that is bound to a DPoP key that it cannot be used here. */
export const DPOP_BOUND =
  "The token is bound to a DPoP key (RFC 9449), which is not supported here: ask for a bearer token";
const UNKNOWN = "The token is bound to its sender in a way that cannot be checked here: ask for a bearer token";
