import {
  requireAccessToken,
  TokenRefusedError,
  TokenUncheckedError,
  unverifiedIssuer,
  verifyJwt,
} from "@scope-registry/client/tokens";
import type { JWTPayload } from "jose";
import type { ActiveToken } from "./active-token.ts";
import { issuerUnavailable, tokenInvalid, wrongAudience } from "./refusals.ts";
import { isClientId, readConfirmation, readScopes, readSeconds, readText, readTexts } from "./token-claims.ts";
import type { TrustedIssuer, TrustedIssuers } from "./trusted-issuers.ts";

/** A JWT that is valid here and now. */
export interface VerifiedToken {
  readonly token: ActiveToken & { readonly clientId: string; readonly owner: string; readonly exp: number };
  readonly issuer: TrustedIssuer;
  /** When it is no longer accepted, in milliseconds since 1970-01-01T00:00:00Z: its `exp`, and the clock tolerance. */
  readonly validUntil: number;
}

/** Verifies JWT access tokens (RFC 9068 §4) of the trusted issuers. */
export interface TokenVerifier {
  /**
   * Verifies signature, issuer, type, times, and that the client can be named. Where the accepted type is a plain `JWT`,
   * what the claims say of the token's kind counts as well. A token that is bound to its sender is
   * verified too: whether the caller is that sender is for the caller of this method to check.
   *
   * @throws {RegistryError} TOKEN_INVALID, or ISSUER_UNAVAILABLE if the issuer's keys cannot be had.
   */
  verify(token: string, options?: { audience?: string | undefined }): Promise<VerifiedToken>;
}

/** Makes the verifier. */
export function createTokenVerifier({
  issuers,
  now = Date.now,
}: {
  issuers: TrustedIssuers;
  now?: (() => number) | undefined;
}): TokenVerifier {
  return {
    async verify(token, { audience } = {}) {
      let issuer: TrustedIssuer | undefined;
      try {
        issuer = issuers.get(unverifiedIssuer(token));
        if (issuer === undefined) {
          throw new TokenRefusedError("The token's issuer is not trusted here: get a token from an issuer that is");
        }
        const { settings, keys } = issuer;
        const verified = await verifyJwt(token, keys, {
          algorithms: [...settings.algorithms],
          issuer: settings.issuer,
          requiredClaims: ["exp"],
          clockTolerance: settings.clockToleranceSeconds,
          currentDate: new Date(now()),
          ...(audience === undefined ? {} : { audience }),
          describeClaim: (claim) => describeClaim(claim, audience),
        });
        requireAccessToken(verified, settings.tokenTypes);
        return readToken(verified.payload, issuer, now());
      } catch (error) {
        throw toRegistryError(error, issuer);
      }
    },
  };
}

function readToken(payload: JWTPayload, issuer: TrustedIssuer, now: number): VerifiedToken {
  const { settings } = issuer;
  const claim = (name: string) => (Object.hasOwn(payload, name) ? payload[name] : undefined);
  const clientId = claim(settings.clientIdClaim);
  if (!isClientId(clientId)) {
    throw tokenInvalid(`The token must name its client in "${settings.clientIdClaim}", in 1 to 255 ASCII characters`);
  }
  const owner = issuer.ownerOf(clientId);
  if (owner === undefined) {
    throw tokenInvalid("The token's client has a name that begins like another issuer's clients: rename the client");
  }
  const exp = readSeconds("exp", payload.exp) ?? 0;
  const iat = readSeconds("iat", payload.iat);
  const tolerance = settings.clockToleranceSeconds;
  const validUntil = (exp + tolerance) * 1000;
  if (validUntil <= now) {
    throw tokenInvalid("The token has expired: get a new one");
  }
  if (iat !== undefined && (iat - tolerance) * 1000 > now) {
    throw tokenInvalid("The token is issued in the future: compare the issuer's clock with the registry's");
  }
  const confirmation = readConfirmation(claim("cnf"));
  const token = {
    scopes: readScopes(settings.scopeClaim, claim(settings.scopeClaim)),
    clientId,
    owner,
    username: readText("username", claim("username")),
    tokenType: confirmation?.jkt === undefined ? "Bearer" : "DPoP",
    exp,
    iat,
    nbf: readSeconds("nbf", payload.nbf),
    sub: readText("sub", payload.sub),
    aud: readTexts("aud", payload.aud),
    iss: settings.issuer,
    jti: readText("jti", payload.jti),
    confirmation,
  };
  return { token, issuer, validUntil };
}

function describeClaim(claim: string, audience: string | undefined): string {
  if (claim === "aud" && audience !== undefined) {
    return wrongAudience(audience);
  }
  return claim === "nbf"
    ? "The token is not valid yet: compare the issuer's clock with the registry's"
    : `The token's "${claim}" is missing or malformed: its issuer must correct it`;
}

function toRegistryError(error: unknown, issuer: TrustedIssuer | undefined): unknown {
  if (error instanceof TokenRefusedError) {
    return tokenInvalid(error.message);
  }
  return error instanceof TokenUncheckedError && issuer !== undefined
    ? issuerUnavailable(issuer.settings.issuer, error.cause ?? error)
    : error;
}
