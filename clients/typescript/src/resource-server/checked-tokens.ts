import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { TokenRefusedError, TokenUncheckedError } from "../tokens/token-errors.ts";
import type { CheckedToken } from "./access-token.ts";

/** What remembers tokens is made of. */
export interface CheckedTokensOptions {
  /** Checks a token that is not known. */
  readonly check: (token: string) => Promise<CheckedToken>;
  /**
   * How many tokens that were never accepted are checked at once. Not given: any number, for checks that wait for nothing
   * that a made-up token can hold up.
   */
  readonly maxUnknown?: number | undefined;
  /** How many tokens of each kind, accepted and refused, are remembered. */
  readonly maxRemembered: number;
  /** How long a refusal is remembered, in milliseconds. 0: not at all. */
  readonly refusedForMs: number;
}

/** Tokens that were checked, by their SHA-256: the tokens themselves are not kept. */
export interface CheckedTokens {
  /** What is known of a token. A token is checked once at a time, however many ask. Rejects as `check` does. */
  get(token: string): Promise<CheckedToken>;
}

/** Makes an empty memory of tokens. */
export function createCheckedTokens(options: CheckedTokensOptions): CheckedTokens {
  const { check, maxUnknown = Number.POSITIVE_INFINITY, maxRemembered, refusedForMs } = options;
  // Two caches, so that made-up tokens cannot push out what is known of real ones.
  const accepted = new LRUCache<string, CheckedToken>({ max: maxRemembered });
  const refused = new LRUCache<string, { readonly error: TokenRefusedError; readonly until: number }>({
    max: maxRemembered,
  });
  const underWay = new Map<string, Promise<CheckedToken>>();

  async function checkNew(key: string, token: string): Promise<CheckedToken> {
    try {
      const checked = await check(token);
      accepted.set(key, checked);
      return checked;
    } catch (error) {
      if (error instanceof TokenRefusedError) {
        accepted.delete(key);
        if (refusedForMs > 0) refused.set(key, { error, until: Date.now() + refusedForMs });
      }
      throw error;
    }
  }

  return {
    async get(token) {
      const key = hash("sha256", token, "base64url");
      const known = accepted.get(key);
      if (known !== undefined && known.validUntil > Date.now()) return known;
      const refusal = refused.get(key);
      if (refusal !== undefined && refusal.until > Date.now()) throw refusal.error;
      let checking = underWay.get(key);
      if (checking === undefined) {
        // Anybody can make up tokens: that must not keep those out that were good before.
        if (known === undefined && underWay.size >= maxUnknown) {
          throw new TokenUncheckedError("Too many tokens are being checked at once: try again later", {
            retryAfterSeconds: 1,
          });
        }
        checking = checkNew(key, token).finally(() => underWay.delete(key));
        underWay.set(key, checking);
      }
      return checking;
    },
  };
}
