import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { ActiveToken } from "./active-token.ts";
import { CacheTally } from "./cache-tally.ts";
import { isTokenInvalid } from "./refusals.ts";
import type { ResolvedToken, TokenResolver } from "./token-resolver.ts";

/** How many active tokens are remembered. */
const MAX_TOKENS = 10_000;

/** How long a token is believed without being verified again, in milliseconds: a withdrawn key is noticed after it. */
const MAX_AGE_MS = 60_000;

/** Looks into tokens for others (RFC 7662). */
export interface TokenInspector {
  /**
   * What an active token says; undefined for any other one, whatever the cause (RFC 7662 §2.2), and for one that is bound to
   * its sender in a way that cannot be told on. No audience is demanded: whom to show the token to is for the caller of this
   * method to decide.
   *
   * @throws {RegistryError} ISSUER_UNAVAILABLE if an issuer that might know the token cannot be asked.
   */
  inspect(token: string, hint?: string): Promise<ActiveToken | undefined>;
}

/** Makes the inspector. */
export function createTokenInspector({
  resolver,
  now = Date.now,
  tally = new CacheTally(),
}: {
  resolver: TokenResolver;
  now?: (() => number) | undefined;
  /** Counts how often a token was remembered. */
  tally?: CacheTally | undefined;
}): TokenInspector {
  // Tokens of others are kept by digest only. Inactive ones are not kept here: opaque ones are where they are asked about.
  const known = new LRUCache<string, ResolvedToken>({ max: MAX_TOKENS });
  return {
    async inspect(token, hint) {
      const key = hash("sha256", token, "base64url");
      const found = known.get(key);
      if (found !== undefined && found.validUntil > now()) {
        tally.hits += 1;
        return found.token;
      }
      tally.misses += 1;
      try {
        const resolved = await resolver.resolve(token, { hint });
        if (resolved.token.confirmation?.unknown) {
          return undefined;
        }
        known.set(key, { ...resolved, validUntil: Math.min(resolved.validUntil, now() + MAX_AGE_MS) });
        return resolved.token;
      } catch (error) {
        if (isTokenInvalid(error)) {
          return undefined;
        }
        throw error;
      }
    },
  };
}
