import type { JWTPayload, JWTVerifyResult } from "jose";
import { TokenRefusedError } from "./token-errors.ts";

/** What the payload's `typ` says of an access token, in lower case: Keycloak's words, and those of RFC 9068 §2.1. */
const ACCESS_TOKEN_KINDS: readonly unknown[] = ["bearer", "dpop", "at+jwt", "application/at+jwt"];

/**
 * The marks of an ID token (OpenID Connect Core 1.0 §2, §3.3.2.11) and of a logout token (Back-Channel Logout 1.0 §2.4).
 * `sid` is none: access tokens have it too.
 */
const OTHER_KIND_CLAIMS = ["nonce", "at_hash", "c_hash", "s_hash", "events"];

/** The type that every kind of JWT may have (RFC 7519 §5.1). */
const PLAIN_JWT = "application/jwt";

/**
 * Refuses a JWT whose header `typ` is none of the accepted ones, and a plain `JWT` that says of itself that it is no access
 * token.
 *
 * The latter is for issuers that write `JWT` on every token, and is the most that can be told: an ID token without any mark
 * still passes, which is why `at+jwt` is better wherever an issuer sends it. The payload's `typ`, which Keycloak writes,
 * decides where it is given; the other claims are looked at only without it, because the access tokens of older Keycloaks
 * carry the `nonce` of the login.
 *
 * @throws {TokenRefusedError}
 */
export function requireAccessToken(
  { payload, protectedHeader: { typ } }: Pick<JWTVerifyResult, "payload" | "protectedHeader">,
  tokenTypes: readonly string[],
): void {
  if (typ === undefined || !tokenTypes.some((accepted) => mediaType(accepted) === mediaType(typ))) {
    throw new TokenRefusedError(`The token's type is not one of ${tokenTypes.join(", ")}: send an access token`);
  }
  if (mediaType(typ) === PLAIN_JWT && isOtherKind(payload)) {
    throw new TokenRefusedError(
      "The token is an ID, refresh or logout token, or of another kind: send an access token",
    );
  }
}

/** A `typ` in full, to compare (RFC 7515 §4.1.9; media types are case-insensitive, RFC 2045 §5.1). */
function mediaType(typ: string): string {
  const lower = typ.toLowerCase();
  return lower.includes("/") ? lower : `application/${lower}`;
}

function isOtherKind(payload: JWTPayload): boolean {
  const { typ: kind } = payload;
  return kind === undefined
    ? OTHER_KIND_CLAIMS.some((name) => Object.hasOwn(payload, name))
    : !ACCESS_TOKEN_KINDS.includes(typeof kind === "string" ? kind.toLowerCase() : kind);
}
