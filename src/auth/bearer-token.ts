import { tokenInvalid, tokenMissing } from "./refusals.ts";

const SCHEME = "bearer";
const SPACE = 0x20;
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * What follows the scheme `Bearer` in an `authorization` header (RFC 6750 §2.1, RFC 9110 §11.4). Whether that is one
 * token is left to {@link checkTokenSyntax}: a token that is known already needs no check, and this runs on every call.
 *
 * @throws {RegistryError} TOKEN_MISSING without a header, with another scheme, or with nothing after the scheme.
 */
export function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined || authorization.charCodeAt(SCHEME.length) !== SPACE || !hasScheme(authorization)) {
    throw tokenMissing();
  }
  let start = SCHEME.length + 1;
  while (authorization.charCodeAt(start) === SPACE) {
    start++;
  }
  if (start === authorization.length) {
    throw tokenMissing();
  }
  return authorization.slice(start);
}

/** Refuses what is not exactly one token68 (RFC 9110 §11.2). @throws {RegistryError} TOKEN_INVALID */
export function checkTokenSyntax(token: string): void {
  if (!TOKEN68.test(token)) {
    throw tokenInvalid("The authorization header must hold exactly one bearer token (RFC 6750 §2.1)");
  }
}

function hasScheme(authorization: string): boolean {
  for (let index = 0; index < SCHEME.length; index++) {
    // Setting this bit makes an ASCII letter lower case, and makes nothing else one of the scheme's letters.
    if ((authorization.charCodeAt(index) | 0x20) !== SCHEME.charCodeAt(index)) {
      return false;
    }
  }
  return true;
}
