/** What software that speaks OAuth finds on the HTTP port, beside the contract's own methods. */
import type { ScopeRegistry } from "../../../registry/scope-registry.ts";
import type { HttpRoutes } from "../http-route.ts";
import { INTROSPECTION_PATH, type IntrospectionRouteParts, introspectionRoute } from "./introspection-route.ts";
import { RESOURCE_METADATA_PATH, resourceMetadataRoute } from "./resource-metadata-route.ts";
import { SCOPES_PATH, scopesRoute } from "./scopes-route.ts";

/** What the routes need. */
export interface OauthRouteParts extends IntrospectionRouteParts {
  readonly registry: ScopeRegistry;
  /** The trusted issuers. */
  readonly issuers: readonly string[];
}

/** The routes. */
export function oauthRoutes({ registry, issuers, ...introspection }: OauthRouteParts): HttpRoutes {
  return {
    exact: new Map([
      [SCOPES_PATH, scopesRoute(registry)],
      [INTROSPECTION_PATH, introspectionRoute(introspection)],
    ]),
    below: new Map([[RESOURCE_METADATA_PATH, resourceMetadataRoute({ registry, authorizationServers: issuers })]]),
  };
}
