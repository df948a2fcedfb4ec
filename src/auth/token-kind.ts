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

/**
 * What issuers call tokens that are no access tokens, as {@link plainWord} leaves it: Keycloak's, Ory Hydra's and IANA's
 * words. `N_A` is RFC 8693's for what is no access token (§2.2.1). `mac` and `pop` are bound to their senders in ways that
 * cannot be checked here.
 */
const OTHER_KINDS: ReadonlySet<string> = new Set([
  ...["refreshtoken", "refresh", "rt", "offline", "authorizationcode", "devicecode"],
  ...["idtoken", "id", "serializedid", "logouttoken", "logout", "secevent", "na"],
  ...["registrationaccesstoken", "initialaccesstoken", "mac", "pop"],
]);

/** Before the token types of RFC 8693 §3, before media types, and behind those of JWTs. */
const AROUND_WORDS = /^urn:ietf:params:oauth:token-type:|^application\/|\+jwt$/g;

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
 * too (RFC 7662 §2.1). Words that are not known here refuse nothing.
 *
 * @throws {RegistryError} TOKEN_INVALID
 */
export function refuseOtherIntrospectedKinds({ token_type = "", typ = "", token_use = "" }: IntrospectedKind): void {
  if ([token_type, typ, token_use].some((word) => OTHER_KINDS.has(plainWord(word)))) {
    throw tokenInvalid("The token's issuer says that it is no access token: send an access token");
  }
}

/** A word without what issuers write around and between it. */
function plainWord(word: string): string {
  return word
    .toLowerCase()
    .replace(AROUND_WORDS, "")
    .replace(/[^a-z]/g, "");
}
