import type { TokenCheckerFactory } from "../../src/resource-server/access-token.ts";
import { TokenRefusedError } from "../../src/tokens/token-errors.ts";

/** Accepts the tokens named here, each with these scopes, and refuses all others. */
export function fixedTokens(scopesOf: Readonly<Record<string, readonly string[]>>): TokenCheckerFactory {
  return (resource) => ({
    async check(token) {
      const scopes = Object.hasOwn(scopesOf, token) ? scopesOf[token] : undefined;
      if (scopes === undefined) throw new TokenRefusedError("The token is not known");
      return {
        accessToken: {
          clientId: "client",
          subject: undefined,
          scopes: [...scopes],
          issuer: "https://login.example.com",
          audience: [resource],
          claims: {},
        },
        binding: undefined,
        validUntil: Number.POSITIVE_INFINITY,
      };
    },
  });
}
