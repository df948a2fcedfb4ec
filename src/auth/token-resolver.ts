import { decodeProtectedHeader } from "jose";
import type { ActiveToken } from "./active-token.ts";
import { isTokenInvalid, tokenInvalid, wrongAudience } from "./refusals.ts";
import { createTokenVerifier } from "./token-verifier.ts";
import type { TrustedIssuers } from "./trusted-issuers.ts";

/** The longest token that is looked at, in characters. */
export const MAX_TOKEN_LENGTH = 16_384;

/** A token that is valid here and now, by its signature or by its issuer's word. */
export interface ResolvedToken {
  readonly token: ActiveToken;
  /**
   * When it has to be resolved again at the latest, in milliseconds since 1970-01-01T00:00:00Z. Never after `exp`, to which
   * a JWT gets the clock tolerance of its issuer.
   */
  readonly validUntil: number;
}

/** What to demand of a token beside being active. */
export interface ResolveOptions {
  /**
   * What `aud` must contain, or an opaque token may leave out where its issuer's `audience_optional` says so. Undefined:
   * nothing is demanded.
   */
  readonly audience?: string | undefined;
  /** `token_type_hint` (RFC 7662 §2.1), passed on to the issuer. */
  readonly hint?: string | undefined;
}

/** Tells what a token of any format is worth. */
export interface TokenResolver {
  /**
   * A JWT is verified, and asked about where its issuer wants that; any other token is asked about at each issuer with an
   * introspection endpoint, in the order of the settings, until one says that it is active.
   *
   * @throws {RegistryError} TOKEN_INVALID; ISSUER_UNAVAILABLE if an issuer that might know the token cannot be asked.
   */
  resolve(token: string, options?: ResolveOptions): Promise<ResolvedToken>;
}

/** Makes the resolver. */
export function createTokenResolver({
  issuers,
  now = Date.now,
}: {
  issuers: TrustedIssuers;
  now?: (() => number) | undefined;
}): TokenResolver {
  const verifier = createTokenVerifier({ issuers, now });

  async function resolveJwt(jwt: string, { audience, hint }: ResolveOptions): Promise<ResolvedToken> {
    const { token, issuer, validUntil } = await verifier.verify(jwt, { audience });
    if (issuer.introspection === undefined || !issuer.settings.introspection?.forJwts) {
      return { token, validUntil };
    }
    const introspected = await issuer.introspection.ask(jwt, hint);
    if (introspected === undefined) {
      throw tokenInvalid(INACTIVE);
    }
    return { token, validUntil: Math.min(validUntil, introspected.validUntil) };
  }

  async function resolveOpaque(opaque: string, { audience, hint }: ResolveOptions): Promise<ResolvedToken> {
    let unavailable: unknown;
    for (const { introspection, settings } of issuers.introspecting) {
      try {
        const introspected = await introspection.ask(opaque, hint);
        if (introspected !== undefined) {
          const { aud } = introspected.token;
          const meantForNone = aud.length === 0 && settings.introspection?.audienceOptional === true;
          return meantForNone ? introspected : checkAudience(introspected, audience);
        }
      } catch (error) {
        if (isTokenInvalid(error)) {
          throw error;
        }
        unavailable ??= error;
      }
    }
    throw unavailable ?? tokenInvalid(issuers.introspecting.length === 0 ? NOT_A_JWT : INACTIVE);
  }

  return {
    async resolve(token, options = {}) {
      if (token.length > MAX_TOKEN_LENGTH) {
        throw tokenInvalid(`The token is longer than ${MAX_TOKEN_LENGTH} characters`);
      }
      return isJwt(token) ? resolveJwt(token, options) : resolveOpaque(token, options);
    },
  };
}

/** Whether a token is a signed JWT. Dots alone do not tell: an opaque token may have two as well. */
function isJwt(token: string): boolean {
  if (token.split(".", 4).length !== 3) return false;
  try {
    return typeof decodeProtectedHeader(token).alg === "string";
  } catch {
    return false;
  }
}

const INACTIVE = "The token is not active at its issuer: get a new one";
const NOT_A_JWT = "The token is not a JWT, and no trusted issuer is set to be asked about other tokens";

function checkAudience(resolved: ResolvedToken, audience: string | undefined): ResolvedToken {
  if (audience !== undefined && !resolved.token.aud.includes(audience)) {
    throw tokenInvalid(wrongAudience(audience));
  }
  return resolved;
}
