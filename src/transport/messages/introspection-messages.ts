/** The messages of Introspect and the registry's own types, into each other. */
import { checkLimit, type Violation } from "@scope-registry/client/judging";
import type { IntrospectRequest, IntrospectResponse, TokenConfirmation } from "@scope-registry/client/messages";
import type { ActiveToken, Confirmation } from "../../auth/active-token.ts";
import { MAX_TOKEN_LENGTH } from "../../auth/token-resolver.ts";
import { invalidRequest } from "../../registry/invalid-request.ts";
import { MAX_HINT_LENGTH } from "../../registry/limits.ts";
import type { NarrowedScopes } from "../../registry/narrow-scopes.ts";

/**
 * Checks a request to introspect.
 *
 * @throws {RegistryError} INVALID_REQUEST with every violation
 */
export function checkIntrospection({ token, tokenTypeHint }: IntrospectRequest): void {
  const violations: Violation[] = [];
  if (token === "") violations.push({ field: "token", description: "Token is missing: give the token to look into" });
  checkLimit(violations, "token", token.length, MAX_TOKEN_LENGTH, "characters");
  checkLimit(violations, "token_type_hint", tokenTypeHint.length, MAX_HINT_LENGTH, "characters");
  if (violations.length > 0) throw invalidRequest(violations);
}

/** The answer for a token that is not active: nothing but that (RFC 7662 §2.2). */
export function inactiveToken(): IntrospectResponse {
  return {
    $typeName: "scoperegistry.v1.IntrospectResponse",
    active: false,
    scope: "",
    clientId: "",
    username: "",
    tokenType: "",
    exp: 0n,
    iat: 0n,
    nbf: 0n,
    sub: "",
    aud: [],
    iss: "",
    jti: "",
    unregisteredScopes: [],
    revision: 0n,
  };
}

/** What is known of an active token, as its message. */
export function fromActiveToken(token: ActiveToken, narrowed: NarrowedScopes, revision: number): IntrospectResponse {
  return {
    $typeName: "scoperegistry.v1.IntrospectResponse",
    active: true,
    scope: narrowed.scopes.join(" "),
    clientId: token.clientId ?? "",
    username: token.username ?? "",
    tokenType: token.tokenType ?? "",
    exp: toSeconds(token.exp),
    iat: toSeconds(token.iat),
    nbf: toSeconds(token.nbf),
    sub: token.sub ?? "",
    aud: [...token.aud],
    iss: token.iss,
    jti: token.jti ?? "",
    unregisteredScopes: [...narrowed.unregistered],
    revision: BigInt(revision),
    ...(token.confirmation && { cnf: fromConfirmation(token.confirmation) }),
  };
}

function fromConfirmation({ jkt, certificateSha256 }: Confirmation): TokenConfirmation {
  return { $typeName: "scoperegistry.v1.TokenConfirmation", jkt: jkt ?? "", x5tS256: certificateSha256 ?? "" };
}

/** Seconds are whole on the wire; RFC 7519 §2 allows fractions in a token. */
function toSeconds(time: number | undefined): bigint {
  return time === undefined ? 0n : BigInt(Math.trunc(time));
}
