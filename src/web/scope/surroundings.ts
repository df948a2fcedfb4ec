import type { CatalogueConfig } from "../registry/catalogue-config.ts";
import type { Surroundings } from "../snippets/snippet.ts";

/** Where the registry and its issuers are, as the page was told. @param httpOrigin of the registry's HTTP port */
export function surroundingsOf(config: CatalogueConfig, httpOrigin: string): Surroundings {
  const { sign_in: signIn, issuers, dev } = config;
  return {
    grpcAddress: config.grpc_address,
    grpcTls: config.grpc_tls,
    httpOrigin,
    audience: config.audience,
    dev,
    validateScope: config.scopes.validate,
    issuers: issuers
      .filter((issuer) => !issuer.endsWith(BUILT_IN_ISSUER))
      .map((issuer) => ({
        issuer,
        authorizationEndpoint: signIn?.issuer === issuer ? signIn.authorization_endpoint : undefined,
        tokenEndpoint: signIn?.issuer === issuer ? signIn.token_endpoint : undefined,
      })),
  };
}

/** The end of the built-in issuer's name (RFC 6761 §6.4): it makes tokens on the command line, and has no endpoints. */
const BUILT_IN_ISSUER = ".invalid";
