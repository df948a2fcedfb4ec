/**
 * node-oidc-provider on the registry's scopes: a running authorization server accepts what is registered, without a restart.
 * Nothing here imports `oidc-provider` at run time.
 */
export type { ConsentInteraction, ConsentItem } from "./consent-items.ts";
export { OAuthRefusalError } from "./oauth-refusal-error.ts";
export {
  createOidcProviderScopes,
  type OidcProviderScopes,
  type OidcProviderScopesOptions,
} from "./oidc-provider-scopes.ts";
export type { RegistryAccessOptions } from "./registry-access.ts";
export type { AccessTokenSettings } from "./resource-indicators.ts";
