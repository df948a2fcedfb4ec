import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { createIssuerKeys, KEYS_MAX_AGE_MS } from "../tokens/issuer-keys.ts";
import { requireAccessToken } from "../tokens/jwt-kind.ts";
import { unverifiedIssuer, verifyJwt } from "../tokens/jwt-verification.ts";
import { SAFE_ALGORITHMS, type SafeAlgorithm } from "../tokens/safe-algorithms.ts";
import { requireSecureUrl } from "../tokens/secure-url.ts";
import { TokenRefusedError } from "../tokens/token-errors.ts";
import type { CheckedToken, TokenCheckerFactory } from "./access-token.ts";
import { createCheckedTokens } from "./checked-tokens.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { readSenderBinding } from "./sender-binding.ts";
import { readScopes, readSeconds, readText, readTexts } from "./token-claims.ts";

/** How old keys may be while their issuer is away, in milliseconds: its tokens have expired by then. */
const KEYS_MAX_AGE_WHILE_AWAY_MS = KEYS_MAX_AGE_MS + 3_600_000;

/** How long a token is believed without being verified again, in milliseconds: a withdrawn key is noticed after it. */
const RECHECK_AFTER_MS = 300_000;

/** Which JWTs are accepted. */
export interface JwtTokensOptions {
  /** The `iss` of accepted tokens, compared exactly: https URLs (http on loopback). */
  readonly issuer: string | readonly string[];
  /** Where the keys are, if there is one issuer. Not given: its metadata tells (RFC 8414, OpenID Connect Discovery). */
  readonly jwksUri?: string | undefined;
  /** What `aud` must contain, one of these. Not given: the resource's URI (RFC 8707). */
  readonly audience?: string | readonly string[] | undefined;
  /** Accepted signature algorithms. Not given: all of {@link SAFE_ALGORITHMS}. */
  readonly algorithms?: readonly SafeAlgorithm[] | undefined;
  /** Accepted values of the header `typ`. Not given: `at+jwt` (RFC 9068 §2.1); Keycloak sends `JWT`. */
  readonly tokenTypes?: readonly string[] | undefined;
  /** The claim with the scopes, a space-delimited string or an array. Not given: `scope`; others send `scp`. */
  readonly scopeClaim?: string | undefined;
  /** The claim that names the client. Not given: `client_id`; Keycloak and others send `azp`. */
  readonly clientIdClaim?: string | undefined;
  /** How far an issuer's clock may be off, in seconds. Not given: 5. */
  readonly clockToleranceSeconds?: number | undefined;
  /** How many verified tokens are remembered. Not given: 10,000. */
  readonly maxRemembered?: number | undefined;
}

/**
 * Checks JWT access tokens here, with the keys of their issuer (RFC 9068 §4). Nobody is asked about a token, so that one
 * that is revoked is accepted until it expires. While an issuer is away its keys are used on for an hour.
 *
 * @throws {TypeError} if a URL cannot be used, no issuer is named, an algorithm is not safe, or `jwksUri` stands beside
 * several issuers
 */
export function jwtTokens(options: JwtTokensOptions): TokenCheckerFactory {
  const { jwksUri, algorithms = SAFE_ALGORITHMS, tokenTypes = ["at+jwt"] } = options;
  const {
    clientIdClaim = "client_id",
    scopeClaim = "scope",
    clockToleranceSeconds = 5,
    maxRemembered = 10_000,
  } = options;
  const issuers = typeof options.issuer === "string" ? [options.issuer] : options.issuer;
  if (issuers.length === 0) throw new TypeError("No issuer is named: name at least one");
  for (const issuer of issuers) requireSecureUrl("Issuer", issuer);
  if (jwksUri !== undefined) {
    requireSecureUrl("The jwksUri", jwksUri);
    if (issuers.length > 1) throw new TypeError("One jwksUri cannot serve several issuers: leave it out");
  }
  const unsafe = algorithms.find((algorithm) => !SAFE_ALGORITHMS.includes(algorithm));
  if (unsafe !== undefined) {
    throw new TypeError(`Algorithm ${unsafe} is not safe here: choose from ${SAFE_ALGORITHMS.join(", ")}`);
  }
  const maxAgeWhileAwayMs = KEYS_MAX_AGE_WHILE_AWAY_MS;
  const keysOf = new Map<string, JWTVerifyGetKey>(
    issuers.map((issuer) => [issuer, createIssuerKeys({ issuer, jwksUri, maxAgeWhileAwayMs })]),
  );

  async function verify(token: string, audience: string[]): Promise<CheckedToken> {
    const issuer = unverifiedIssuer(token);
    const keys = keysOf.get(issuer);
    if (keys === undefined) {
      throw new TokenRefusedError("The token's issuer is not trusted here: get a token from an issuer that is");
    }
    const verified = await verifyJwt(token, keys, {
      algorithms: [...algorithms],
      issuer,
      audience,
      requiredClaims: ["exp"],
      clockTolerance: clockToleranceSeconds,
      describeClaim,
    });
    requireAccessToken(verified, tokenTypes);
    return readToken(verified.payload, issuer);
  }

  function readToken(payload: JWTPayload, issuer: string): CheckedToken {
    const claim = (name: string) => (Object.hasOwn(payload, name) ? payload[name] : undefined);
    const clientId = readText(clientIdClaim, claim(clientIdClaim));
    if (!clientId) throw new TokenRefusedError(`The token must name its client in ${clientIdClaim}`);
    const expiresAt = readSeconds("exp", payload.exp) ?? 0;
    const issuedAt = readSeconds("iat", payload.iat);
    if (issuedAt !== undefined && (issuedAt - clockToleranceSeconds) * 1_000 > Date.now()) {
      throw new TokenRefusedError(
        "The token is issued in the future: compare the issuer's clock with the resource server's",
      );
    }
    return {
      accessToken: deepFreeze({
        clientId,
        subject: readText("sub", payload.sub),
        scopes: readScopes(scopeClaim, claim(scopeClaim)),
        expiresAt,
        issuer,
        audience: readTexts("aud", payload.aud),
        claims: payload,
      }),
      binding: readSenderBinding(claim("cnf")),
      validUntil: Math.min((expiresAt + clockToleranceSeconds) * 1_000, Date.now() + RECHECK_AFTER_MS),
    };
  }

  return (resource) => {
    const audience = [options.audience ?? resource].flat();
    const tokens = createCheckedTokens({ check: (token) => verify(token, audience), maxRemembered, refusedForMs: 0 });
    return { check: (token) => tokens.get(token) };
  };
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
