/** What software that speaks OAuth finds on the HTTP port, beside the contract's own methods. */
import type { ScopeRegistry } from "../../../registry/scope-registry.ts";
import type { HttpRoutes } from "../http-route.ts";
import { RESOURCE_METADATA_PATH, resourceMetadataRoute } from "./resource-metadata-route.ts";
import { SCOPES_PATH, scopesRoute } from "./scopes-route.ts";

/** What the routes need. */
export interface OauthRouteParts {
  readonly registry: ScopeRegistry;
  /** The trusted issuers. */
  readonly issuers: readonly string[];
}

/** The routes. */
export function oauthRoutes({ registry, issuers }: OauthRouteParts): HttpRoutes {
  return {
    exact: new Map([[SCOPES_PATH, scopesRoute(registry)]]),
    below: new Map([[RESOURCE_METADATA_PATH, resourceMetadataRoute({ registry, authorizationServers: issuers })]]),
  };
}
