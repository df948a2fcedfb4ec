import type { Configuration, KoaContextWithOIDC, ResourceServer } from "oidc-provider";
import { OAuthRefusalError } from "./oauth-refusal-error.ts";
import { grantSourceOf, hasAuthorizationDetails, redeemsGrant } from "./oauth-request.ts";
import type { ProviderNames } from "./provider-names.ts";
import type { RegistryAccess } from "./registry-access.ts";
import type { RequestJudge } from "./request-judge.ts";
import type { Granted } from "./scope-judge.ts";

/** The provider's feature `resourceIndicators`. */
export type ResourceIndicators = NonNullable<NonNullable<Configuration["features"]>["resourceIndicators"]>;

/** How access tokens for a resource are made; what is left out is JWT (RFC 9068), with the resource as audience. */
export type AccessTokenSettings = Partial<Omit<ResourceServer, "scope">>;

/**
 * The feature that the provider asks about resources (RFC 8707), answered from the registry. All registered scopes are
 * scopes of a resource to the provider, so that it needs no list of them: its hooks are asked anew with each request.
 */
export function createResourceIndicators(
  names: ProviderNames,
  judge: RequestJudge,
  registry: RegistryAccess,
  {
    defaultResourceOf,
    accessToken,
  }: {
    /** Whom a token is for whose scopes are tied to no resource. */
    readonly defaultResourceOf: (ctx: KoaContextWithOIDC) => string;
    readonly accessToken: (resource: string) => AccessTokenSettings;
  },
): Required<ResourceIndicators> {
  const grantedBy = (ctx: KoaContextWithOIDC): Granted | undefined => {
    const source = grantSourceOf(ctx);
    return source === undefined ? judge.judgeRequest(ctx) : judge.judgeSource(ctx, source);
  };

  return {
    enabled: true,

    /** Without a `resource`, the scopes tell whom the token is for (RFC 9068 §3). */
    defaultResource(ctx, _client, oneOf) {
      if (oneOf?.length === 1) return oneOf[0];
      // Asked before the grant is known, or for the provider's own scopes of a grant for several resources.
      if (redeemsGrant(ctx)) return undefined;
      if (oneOf !== undefined) return oneOf;
      const granted = judge.judgeRequest(ctx);
      if (granted === undefined) return hasAuthorizationDetails(ctx) ? defaultResourceOf(ctx) : undefined;
      const { audiences } = granted;
      // Later it would be too late: the user has been asked, and a code is spent by the token request that is refused.
      if (audiences.length > 1) {
        const description = `The requested scopes are for ${audiences.length} resources: say with the resource parameter which is meant`;
        throw new OAuthRefusalError("invalid_target", description);
      }
      return audiences[0] ?? defaultResourceOf(ctx);
    },

    /** Without a `resource`, a token request that is based on a grant is for the resource of the grant. */
    useGrantedResource: (ctx) => {
      const source = grantSourceOf(ctx);
      return source !== undefined && judge.asksForRegistered(ctx, source);
    },

    getResourceServerInfo(ctx, resource) {
      const ofRegistry = registry.grantedTo(ctx);
      if (ofRegistry !== undefined) {
        const scope = ofRegistry.join(" ");
        return { ...accessToken(resource), audience: resource, accessTokenFormat: "jwt", scope };
      }
      const scopes = grantedBy(ctx)?.scopes ?? [];
      return {
        audience: resource,
        accessTokenFormat: "jwt",
        ...accessToken(resource),
        scope: scopes.filter((name) => names.reaches(name, resource)).join(" "),
      };
    },
  };
}
