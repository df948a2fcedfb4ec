import type Provider from "oidc-provider";
import type { Configuration, FindAccount, KoaContextWithOIDC } from "oidc-provider";
import type { JudgeRequest } from "../judging/index.ts";
import type { ScopeReplica } from "../replica/scope-replica.ts";
import { type ConsentInteraction, type ConsentItem, consentItems } from "./consent-items.ts";
import { showLiveScopes } from "./live-discovery.ts";
import { createProviderNames, ownScopesOf } from "./provider-names.ts";
import { createRequestJudge, type RequestJudge } from "./request-judge.ts";
import { type AccessTokenSettings, createResourceIndicators } from "./resource-indicators.ts";

/** What is judged by, for which provider, and how. */
export interface OidcProviderScopesOptions {
  readonly replica: ScopeReplica;
  /**
   * The provider's configuration without the feature `resourceIndicators`. Its `scopes` and `claims` name the provider's own
   * scopes, which are not judged: `openid` and `offline_access`, if it does not say. It should have a `findAccount`: see
   * {@link OidcProviderScopes.configuration}.
   */
  readonly configuration: Configuration;
  /** ALL_OR_NOTHING (the default): one refused scope refuses the request. NARROW: refused scopes are left out. */
  readonly mode?: JudgeRequest["mode"];
  /** The audience of tokens whose scopes are tied to no resource (RFC 9068 §3). Default: the provider's issuer. */
  readonly defaultResource?: string;
  /** Resources that may be asked for although no scope is tied to them, such as the audience of the registry itself. */
  readonly resources?: readonly string[];
  /** How access tokens for a resource are made. Default: JWTs (RFC 9068) with the resource as audience. */
  readonly accessToken?: (resource: string) => AccessTokenSettings;
}

/** The registry's scopes in an authorization server. */
export interface OidcProviderScopes {
  /**
   * The configuration for the provider: the given one, with the feature `resourceIndicators`, and with a `findAccount` that
   * has a refresh token's scopes judged before the token is rotated.
   */
  readonly configuration: Configuration;
  /**
   * Makes `scopes_supported` of the provider's metadata live: the registered scopes that are valid and not unlisted, and the
   * provider's own. To be called before the provider listens, or its `callback()` is taken.
   */
  attach(provider: Provider): void;
  /**
   * What the consent page shows: the registered scopes that an interaction asks the user for, in the user's language.
   *
   * @param interaction what the provider's `interactionDetails` gives
   * @param acceptLanguage the header `Accept-Language` of the user's request
   */
  consent(interaction: ConsentInteraction, acceptLanguage?: string): readonly ConsentItem[];
}

/**
 * Makes a running node-oidc-provider (9.13 or newer) accept the scopes that the replica knows at the moment of each request.
 *
 * - Each authorization, device, backchannel and token request is judged as the ValidateScopes RPC does. A refused one is
 *   answered `invalid_scope` with the registry's reason, or `invalid_target` (RFC 8707 §2) for a resource that nobody has
 *   registered; before the replica is ready, `temporarily_unavailable`.
 * - Without a `scope`, the registry's defaults are requested (RFC 6749 §3.3).
 * - Without a `resource`, the scopes tell whom the token is for. An access token is for one resource: where scopes are for
 *   several, the token request names one, else it is refused with `invalid_target`.
 * - A token request by authorization code, refresh token or device code is judged anew: it is refused once one of its scopes
 *   is disabled. A token of both registered and OpenID Connect scopes is for the resource; the claims are in the ID token.
 * - The client metadata `scope` limits the provider's own scopes only. Which client may have a registered scope, the registry
 *   says.
 *
 * @throws {TypeError} if the configuration has the feature `resourceIndicators` already
 */
export function createOidcProviderScopes({
  replica,
  configuration,
  mode = "ALL_OR_NOTHING",
  defaultResource,
  resources = [],
  accessToken = () => ({}),
}: OidcProviderScopesOptions): OidcProviderScopes {
  const { features = {}, findAccount } = configuration;
  if (features.resourceIndicators !== undefined) {
    throw new TypeError("The feature resourceIndicators is configured twice: leave it to the scope registry");
  }
  const defaultResourceOf = (ctx: KoaContextWithOIDC) => defaultResource ?? ctx.oidc.issuer;
  const names = createProviderNames(replica, ownScopesOf(configuration), resources);
  const judge = createRequestJudge(replica, names, { mode, defaultResourceOf });
  const resourceIndicators = createResourceIndicators(replica, judge, { defaultResourceOf, accessToken });

  return {
    configuration: {
      ...configuration,
      features: { ...features, resourceIndicators },
      ...(findAccount === undefined ? {} : { findAccount: judgingFirst(judge, findAccount) }),
    },
    attach: (provider) => showLiveScopes(provider, names.listed),
    consent: (interaction, acceptLanguage = "") => consentItems(replica, interaction, acceptLanguage),
  };
}

/**
 * Judges the scopes of a refresh token when its account is looked up. The provider asks about resources only after it has
 * rotated the token: a refusal then would cost the client its grant.
 */
function judgingFirst(judge: RequestJudge, findAccount: FindAccount): FindAccount {
  return (ctx, sub, token) => {
    if (token?.kind === "RefreshToken") judge.judgeSource(ctx, token);
    return findAccount(ctx, sub, token);
  };
}
