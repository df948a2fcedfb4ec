import type { JWTPayload } from "jose";
import { TokenRefusedError } from "./token-errors.ts";

/** What the payload's `typ` says of an access token, in lower case: Keycloak's words, and those of RFC 9068 §2.1. */
const ACCESS_TOKEN_KINDS: readonly unknown[] = ["bearer", "dpop", "at+jwt", "application/at+jwt"];

/** The marks of an ID token (OpenID Connect Core 1.0 §2, §3.3.2.11) and of a logout token (Back-Channel Logout 1.0 §2.4). */
const OTHER_KIND_CLAIMS = ["nonce", "at_hash", "c_hash", "s_hash", "events"];

/** A `typ` in full and lower case, to compare (RFC 7515 §4.1.9). */
export function mediaType(typ: string): string {
  const lower = typ.toLowerCase();
  return lower.includes("/") ? lower : `application/${lower}`;
}

/**
 * Refuses a plain `JWT` (RFC 7519 §5.1) that says of itself that it is no access token, for issuers that write this type on
 * every token. An ID token without any mark still passes, which is why `at+jwt` is better wherever an issuer sends it. The
 * payload's `typ` decides where it is given, because access tokens of older Keycloaks carry the `nonce` of the login.
 *
 * @throws {TokenRefusedError}
 */
export function refuseOtherKinds(typ: string, payload: JWTPayload): void {
  if (mediaType(typ) !== "application/jwt") return;
  const { typ: kind } = payload;
  const isOther =
    kind === undefined
      ? OTHER_KIND_CLAIMS.some((name) => Object.hasOwn(payload, name))
      : !ACCESS_TOKEN_KINDS.includes(typeof kind === "string" ? kind.toLowerCase() : kind);
  if (isOther) {
    throw new TokenRefusedError(
      "The token is an ID, refresh or logout token, or of another kind: send an access token",
    );
  }
}
