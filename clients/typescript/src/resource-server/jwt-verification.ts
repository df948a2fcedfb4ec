import { decodeJwt, errors, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from "jose";
import { TokenRefusedError, TokenUncheckedError } from "./token-errors.ts";

/** The `iss` that a JWT claims to have: not verified, it only tells whose keys to verify it with. @throws {TokenRefusedError} */
export function unverifiedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    throw new TokenRefusedError(MALFORMED);
  }
}

/**
 * Verifies a JWT's signature and registered claims.
 *
 * @throws {TokenRefusedError} that says in general terms what is wrong; without a cause, which may carry the token's claims
 * @throws {TokenUncheckedError} if the keys cannot be had
 */
export async function verifyJwt(
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await verifyWithAnyKey(token, keys, options);
  } catch (error) {
    if (error instanceof TokenUncheckedError) throw error;
    throw new TokenRefusedError(describeFailure(error));
  }
}

async function verifyWithAnyKey(token: string, keys: JWTVerifyGetKey, options: JWTVerifyOptions) {
  try {
    return await jwtVerify(token, keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    // Keys without an identifier: it is any of them.
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, options);
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function describeFailure(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "The token has expired: get a new one";
  if (error instanceof errors.JWTClaimValidationFailed) return describeClaim(error.claim);
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature is not its issuer's";
  if (error instanceof errors.JWKSNoMatchingKey) {
    return "The token is signed with a key that its issuer does not publish";
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return "The token is signed with an algorithm that is not accepted from its issuer";
  }
  return error instanceof errors.JOSEError ? MALFORMED : "The token cannot be verified with its issuer's key";
}

function describeClaim(claim: string): string {
  switch (claim) {
    case "aud":
      return "The token is meant for another resource: ask for one with this resource (RFC 8707)";
    case "nbf":
      return "The token is not valid yet: compare the issuer's clock with the resource server's";
    default:
      return `The token's ${claim} is missing or malformed: its issuer must correct it`;
  }
}

const MALFORMED = "The token is not a well-formed JWT access token";
