import { decodeJwt, errors, type JWTPayload, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from "jose";
import type { IssuerSettings } from "../config/issuer-settings.ts";
import { RegistryError } from "../registry/registry-error.ts";
import type { ActiveToken } from "./active-token.ts";
import { tokenInvalid, wrongAudience } from "./refusals.ts";
import { isClientId, readConfirmation, readScopes, readSeconds, readText, readTexts } from "./token-claims.ts";
import { refuseOtherKinds } from "./token-kind.ts";
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
      // The payload is not verified yet: it only tells whose keys to verify it with.
      const issuer = issuers.get(unverifiedIssuer(token));
      if (issuer === undefined) {
        throw tokenInvalid("The token's issuer is not trusted here: get a token from an issuer that is");
      }
      const { settings } = issuer;
      const options: JWTVerifyOptions = {
        algorithms: [...settings.algorithms],
        issuer: settings.issuer,
        requiredClaims: ["exp"],
        clockTolerance: settings.clockToleranceSeconds,
        currentDate: new Date(now()),
        ...(audience === undefined ? {} : { audience }),
      };
      let verified: JWTVerifyResult;
      try {
        verified = await verifySignature(token, issuer, options);
      } catch (error) {
        throw error instanceof RegistryError ? error : refusal(error, audience);
      }
      const { typ } = verified.protectedHeader;
      if (typ === undefined || !hasType(typ, settings.tokenTypes)) {
        throw tokenInvalid(`The token's type is not one of ${settings.tokenTypes.join(", ")}: send an access token`);
      }
      if (mediaType(typ) === PLAIN_JWT) {
        refuseOtherKinds(verified.payload);
      }
      return readToken(verified.payload, issuer, now());
    },
  };
}

function unverifiedIssuer(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === "string" ? iss : "";
  } catch {
    throw tokenInvalid("The token is not a well-formed JWT");
  }
}

async function verifySignature(token: string, { keys }: TrustedIssuer, options: JWTVerifyOptions) {
  try {
    return await jwtVerify(token, keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) {
      throw error;
    }
    // Keys without an identifier: it is any of them.
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, options);
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) {
          throw failure;
        }
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
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
    throw tokenInvalid(EXPIRED);
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

const EXPIRED = "The token has expired: get a new one";

/** The type that every kind of JWT may have (RFC 7519 §5.1). */
const PLAIN_JWT = "application/jwt";

function hasType(typ: string, accepted: IssuerSettings["tokenTypes"]): boolean {
  return accepted.some((type) => mediaType(type) === mediaType(typ));
}

/** A `typ` in full, to compare (RFC 7515 §4.1.9; media types are case-insensitive, RFC 2045 §5.1). */
function mediaType(typ: string): string {
  const lower = typ.toLowerCase();
  return lower.includes("/") ? lower : `application/${lower}`;
}

function refusal(error: unknown, audience: string | undefined): RegistryError {
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud" && audience !== undefined) {
    return wrongAudience(audience);
  }
  return tokenInvalid(describeFailure(error));
}

function describeFailure(error: unknown): string {
  if (error instanceof errors.JWTExpired) {
    return EXPIRED;
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === "nbf"
      ? "The token is not valid yet: compare the issuer's clock with the registry's"
      : `The token's "${error.claim}" is missing or malformed: its issuer must correct it`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return "The token's signature is not its issuer's";
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return "The token is signed with a key that its issuer does not publish";
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return "The token is signed with an algorithm that is not accepted from its issuer";
  }
  if (error instanceof errors.JOSEError) {
    return "The token is not a well-formed JWT access token";
  }
  return "The token cannot be verified with its issuer's key";
}
