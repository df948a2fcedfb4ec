import { tokenInvalid } from "./refusals.ts";

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
