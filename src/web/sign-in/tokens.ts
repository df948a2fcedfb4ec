import type { TokenEndpointResponse } from "oauth4webapi";
import { readTokenClaims } from "./token-claims.ts";

/** What somebody who has signed in holds. Secret. */
export interface Tokens {
  /** Tells this session from any other. */
  readonly id: string;
  readonly accessToken: string;
  /** When it expires, in milliseconds since 1970-01-01T00:00:00Z; undefined: it does not say. */
  readonly expiresAt: number | undefined;
  /** When it is time for the next one, in the same unit. */
  readonly renewAt: number | undefined;
  /** Gets the next one; undefined: there is none, and somebody has to sign in again. */
  readonly refreshToken: string | undefined;
  /** Tells the issuer who signs out. */
  readonly idToken: string | undefined;
  /** Space-delimited. */
  readonly scope: string;
}

/** How long before it expires a token is renewed, in milliseconds, or a tenth of its life if that is less. */
const RENEW_BEFORE_MS = 60_000;

/**
 * The tokens that an issuer has answered.
 *
 * @param before what was held before, of which the issuer need not repeat what stays as it is (RFC 6749 §5.1, §6)
 */
export function tokensOf(
  response: TokenEndpointResponse,
  before: Pick<Tokens, "id" | "scope"> & Partial<Tokens>,
): Tokens {
  const { access_token: accessToken, expires_in, refresh_token, id_token, scope } = response;
  return {
    id: before.id,
    accessToken,
    ...timesOf(accessToken, expires_in),
    refreshToken: refresh_token ?? before.refreshToken,
    idToken: id_token ?? before.idToken,
    scope: scope ?? before.scope,
  };
}

/** The tokens of who brings an access token along. */
export function tokensOfAccessToken(accessToken: string): Tokens {
  const { scope = "" } = readTokenClaims(accessToken);
  const id = crypto.randomUUID();
  return { id, accessToken, ...timesOf(accessToken, undefined), refreshToken: undefined, idToken: undefined, scope };
}

function timesOf(accessToken: string, expiresIn: number | undefined): Pick<Tokens, "expiresAt" | "renewAt"> {
  const now = Date.now();
  const { exp } = readTokenClaims(accessToken);
  const expiresAt = expiresIn !== undefined ? now + expiresIn * 1_000 : exp === undefined ? undefined : exp * 1_000;
  if (expiresAt === undefined) return { expiresAt: undefined, renewAt: undefined };
  return { expiresAt, renewAt: expiresAt - Math.min(RENEW_BEFORE_MS, (expiresAt - now) / 10) };
}
