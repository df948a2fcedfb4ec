import type { Configuration, KoaContextWithOIDC, ResourceServer } from "oidc-provider";
import type { ScopeReplica } from "../replica/scope-replica.ts";
import { OAuthRefusalError } from "./oauth-refusal-error.ts";
import { grantSourceOf, isClientCredentials } from "./oauth-request.ts";
import type { Granted, RequestJudge } from "./request-judge.ts";

/** The provider's feature `resourceIndicators`. */
export type ResourceIndicators = NonNullable<NonNullable<Configuration["features"]>["resourceIndicators"]>;

/** How access tokens for a resource are made; what is left out is JWT (RFC 9068), with the resource as audience. */
export type AccessTokenSettings = Partial<Omit<ResourceServer, "scope">>;

/**
 * The feature that the provider asks about resources (RFC 8707), answered from the registry. All registered scopes are
 * scopes of a resource to the provider, so that it needs no list of them: its hooks are asked anew with each request, and
 * at least one of them in each request that can lead to an access token.
 */
export function createResourceIndicators(
  replica: ScopeReplica,
  judge: RequestJudge,
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
  const reaches = (name: string, resource: string) => {
    const resources = replica.get(name)?.resources ?? [];
    return resources.length === 0 || resources.includes(resource);
  };

  return {
    enabled: true,

    /** Without a `resource`, the scopes tell whom the token is for (RFC 9068 §3). */
    defaultResource(ctx, _client, oneOf) {
      if (oneOf !== undefined) return oneOf;
      const granted = judge.judgeRequest(ctx);
      if (granted === undefined) return undefined;
      const { audiences } = granted;
      if (audiences.length > 1 && isClientCredentials(ctx)) {
        throw new OAuthRefusalError(
          "invalid_target",
          `The requested scopes are for ${audiences.length} resources: name one with the resource parameter`,
        );
      }
      return audiences.length > 0 ? audiences : [defaultResourceOf(ctx)];
    },

    /** Without a `resource`, a token request that is based on a grant is for the resources of the grant. */
    useGrantedResource: (ctx) => {
      const source = grantSourceOf(ctx);
      return source !== undefined && judge.asksForRegistered(ctx, source);
    },

    getResourceServerInfo(ctx, resource) {
      const scopes = grantedBy(ctx)?.scopes ?? [];
      return {
        audience: resource,
        accessTokenFormat: "jwt",
        ...accessToken(resource),
        scope: scopes.filter((name) => reaches(name, resource)).join(" "),
      };
    },
  };
}
