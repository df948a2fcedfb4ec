import type { Configuration, FindAccount } from "oidc-provider";
import { parseScopeParameter } from "../judging/index.ts";
import { OAuthRefusalError } from "./oauth-refusal-error.ts";
import { grantSourceOf, listed } from "./oauth-request.ts";
import type { ProviderNames } from "./provider-names.ts";
import type { RequestJudge } from "./request-judge.ts";
import type { ResourceIndicators } from "./resource-indicators.ts";

type ClientMetadataRules = NonNullable<Configuration["extraClientMetadata"]>;
type RequestObjects = NonNullable<NonNullable<Configuration["features"]>["requestObjects"]>;

/**
 * The configuration with the registry's judgement at each place where the provider would go on without one. What the operator
 * has configured there is called as well.
 *
 * @throws {TypeError} if the feature `resourceIndicators` is enabled in it already
 */
export function judgedConfiguration(
  configuration: Configuration,
  names: ProviderNames,
  judge: RequestJudge,
  resourceIndicators: ResourceIndicators,
): Configuration {
  const { features = {}, findAccount, extraClientMetadata } = configuration;
  if (features.resourceIndicators !== undefined && features.resourceIndicators.enabled !== false) {
    throw new TypeError(
      "The feature resourceIndicators is configured already: leave it out, and say resources and accessToken here instead",
    );
  }
  return {
    ...configuration,
    features: { ...features, requestObjects: withReadableResource(features.requestObjects), resourceIndicators },
    findAccount: judgingFirst(judge, findAccount),
    extraClientMetadata: withOwnScopesOnly(names, extraClientMetadata),
  };
}

/**
 * Judges what a token request is based on when its account is looked up, which comes with every grant: the provider asks about
 * resources later, after it has rotated a refresh token, and never for a grant without a resource.
 */
function judgingFirst(judge: RequestJudge, findAccount: FindAccount = anyAccount): FindAccount {
  return (ctx, sub, token) => {
    const source = grantSourceOf(ctx);
    // The provider has yet to notice that a refresh token is replayed, and revokes the grant (RFC 9700 §4.14.2).
    const isReplayed = Boolean(ctx.oidc.entities.RefreshToken?.consumed);
    if (source !== undefined && !isReplayed) judge.judgeSource(ctx, source);
    return findAccount(ctx, sub, token);
  };
}

/** What the provider does without a `findAccount`. */
const anyAccount: FindAccount = (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) });

/**
 * Refuses a list of no resources, or of what is no text, which only the JSON of a request object can hold (RFC 9101 §4): the
 * provider would take it for a resource, and ask about none.
 */
function withReadableResource(requestObjects: RequestObjects = {}): RequestObjects {
  return {
    ...requestObjects,
    async assertJwtClaimsAndHeader(ctx, claims, header, client) {
      const { resource } = claims;
      if (Array.isArray(resource) && (resource.length === 0 || listed(resource).length < resource.length)) {
        throw new OAuthRefusalError("invalid_target", "The resource of a request object is no URI: name one, or none");
      }
      await requestObjects.assertJwtClaimsAndHeader?.(ctx, claims, header, client);
    },
  };
}

/**
 * Leaves out of a client's `scope` (RFC 7591 §2) what is not the provider's own. The provider knows no other scopes, and would
 * refuse a client that names those that it was told of in the metadata.
 */
function withOwnScopesOnly(
  names: ProviderNames,
  { properties = [], validator }: ClientMetadataRules = {},
): ClientMetadataRules {
  return {
    properties: [...new Set([...properties, "scope"])],
    validator(ctx, key, value, metadata) {
      if (properties.includes(key)) validator?.(ctx, key, value, metadata);
      if (key !== "scope" || typeof metadata.scope !== "string" || metadata.scope === "") return;
      const own = parseScopeParameter(metadata.scope).filter((name) => names.isOwn(name));
      // No scope at all would be no limit.
      metadata.scope = own.join(" ") || "openid";
    },
  };
}
