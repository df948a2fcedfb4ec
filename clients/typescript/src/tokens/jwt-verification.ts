import { decodeJwt, errors, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from "jose";
import { TokenRefusedError, TokenUncheckedError } from "./token-errors.ts";

/** How a JWT is verified. */
export interface VerifyOptions extends JWTVerifyOptions {
  /** Says what is wrong with a claim other than an `exp` that has passed, `nbf` for one that is to come. */
  readonly describeClaim: (claim: string) => string;
}

/**
 * The `iss` that a JWT claims to have; empty: none. It is not verified, and only tells whose keys to verify the JWT with.
 *
 * @throws {TokenRefusedError} if it is no JWT
 */
export function unverifiedIssuer(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === "string" ? iss : "";
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
  { describeClaim, ...options }: VerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await verifyWithAnyKey(token, keys, options);
  } catch (error) {
    if (error instanceof TokenUncheckedError) throw error;
    const isClaim = error instanceof errors.JWTClaimValidationFailed;
    throw new TokenRefusedError(isClaim ? describeClaim(error.claim) : describeFailure(error));
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
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature is not its issuer's";
  if (error instanceof errors.JWKSNoMatchingKey) {
    return "The token is signed with a key that its issuer does not publish";
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return "The token is signed with an algorithm that is not accepted from its issuer";
  }
  return error instanceof errors.JOSEError ? MALFORMED : "The token cannot be verified with its issuer's key";
}

const MALFORMED = "The token is not a well-formed JWT access token";
