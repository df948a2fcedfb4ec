import type { JWTPayload } from "jose";
import { tokenInvalid } from "./refusals.ts";

/** What an issuer says of an access token's type (RFC 7662 §2.2, RFC 6749 §7.1), in lower case. */
const ACCESS_TOKEN_TYPES: readonly string[] = ["bearer", "dpop", "access_token"];

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

/** What an introspection answer says of a token's kind. */
export interface IntrospectedKind {
  readonly token_type?: string | undefined;
  /** Keycloak's word for it. */
  readonly typ?: string | undefined;
  /** Ory Hydra's word for it. */
  readonly token_use?: string | undefined;
}

/**
 * Refuses a token of which its issuer says that it is no access token: an introspection endpoint answers for refresh tokens
 * too (RFC 7662 §2.1). An issuer that says nothing of the kind is believed.
 *
 * @throws {RegistryError} TOKEN_INVALID
 */
export function refuseOtherIntrospectedKinds({ token_type, typ, token_use }: IntrospectedKind): void {
  const isAccessToken =
    (token_type === undefined || ACCESS_TOKEN_TYPES.includes(token_type.toLowerCase())) &&
    (typ === undefined || ACCESS_TOKEN_KINDS.includes(typ.toLowerCase())) &&
    (token_use === undefined || token_use === "access_token");
  if (!isAccessToken) {
    throw tokenInvalid("The token's issuer says that it is no access token: send an access token");
  }
}
