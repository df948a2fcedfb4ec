import type { JWTPayload } from "jose";
import { tokenInvalid } from "./refusals.ts";

/** What the payload's `typ` says of an access token, in lower case: Keycloak's words, and those of RFC 9068 §2.1. */
const ACCESS_TOKEN_KINDS: readonly unknown[] = ["bearer", "dpop", "at+jwt", "application/at+jwt"];

/**
 * The marks of an ID token (OpenID Connect Core 1.0 §2, §3.3.2.11) and of a logout token (Back-Channel Logout 1.0 §2.4).
 * `sid` is none: access tokens have it too.
 */
const OTHER_KIND_CLAIMS = ["nonce", "at_hash", "c_hash", "s_hash", "events"];

/**
 * Refuses a JWT that says of itself that it is no access token. This is for issuers whose `typ` header is a plain `JWT`
 * on every token, and is the most that can be told: an ID token without any mark still passes, which is why `at+jwt` is
 * the better setting wherever an issuer sends it.
 *
 * The payload's `typ`, which Keycloak writes, decides where it is given; the other claims are looked at only without it,
 * because the access tokens of older Keycloaks carry the `nonce` of the login.
 *
 * @throws {RegistryError} TOKEN_INVALID
 */
export function refuseOtherKinds(payload: JWTPayload): void {
  const { typ: kind } = payload;
  const isOther =
    kind === undefined
      ? OTHER_KIND_CLAIMS.some((name) => Object.hasOwn(payload, name))
      : !ACCESS_TOKEN_KINDS.includes(typeof kind === "string" ? kind.toLowerCase() : kind);
  if (isOther) {
    throw tokenInvalid("The token is an ID, refresh or logout token, or of another kind: send an access token");
  }
}
