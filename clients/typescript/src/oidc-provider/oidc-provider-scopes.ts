import type Provider from "oidc-provider";
import type { Configuration, KoaContextWithOIDC } from "oidc-provider";
import type { JudgeRequest } from "../judging/index.ts";
import type { ScopeReplica } from "../replica/scope-replica.ts";
import { type ConsentInteraction, type ConsentItem, consentItems } from "./consent-items.ts";
import { judgedConfiguration } from "./judged-configuration.ts";
import { showLiveScopes } from "./live-discovery.ts";
import { createProviderNames, ownScopesOf } from "./provider-names.ts";
import { refuseTokensUntilReady } from "./refuse-until-ready.ts";
import { createRegistryAccess, type RegistryAccessOptions } from "./registry-access.ts";
import { createRequestJudge } from "./request-judge.ts";
import { type AccessTokenSettings, createResourceIndicators } from "./resource-indicators.ts";
import { createScopeJudge } from "./scope-judge.ts";
import { warnOfTakenNames } from "./taken-names.ts";

/** What is judged by, for which provider, and how. */
export interface OidcProviderScopesOptions {
  readonly replica: ScopeReplica;
  /**
   * The provider's configuration without the feature `resourceIndicators`. Its `scopes` and `claims` name the provider's own
   * scopes, which are not judged: `openid` and `offline_access`, if it does not say. Scopes of APIs are to be taken out of
   * `scopes` as they are registered. One that stays there is not judged, so that no resource server can take over a name of
   * the operator's; a warning (`OidcProviderScopesWarning`) tells of it once.
   */
  readonly configuration: Configuration;
  /** ALL_OR_NOTHING (the default): one refused scope refuses the request. NARROW: refused scopes are left out. */
  readonly mode?: JudgeRequest["mode"];
  /** The audience of tokens whose scopes are tied to no resource (RFC 9068 §3). Default: the provider's issuer. */
  readonly defaultResource?: string;
  /** Resources that may be asked for although no scope is tied to them. */
  readonly resources?: readonly string[];
  /** Which clients get tokens of this provider for the registry itself. Default: none, as its own scopes are restricted. */
  readonly registryAccess?: RegistryAccessOptions;
  /** How access tokens for a resource are made. Default: JWTs (RFC 9068) with the resource as audience. */
  readonly accessToken?: (resource: string) => AccessTokenSettings;
}

/** The registry's scopes in an authorization server. */
export interface OidcProviderScopes {
  /**
   * The configuration for the provider: the given one, with the feature `resourceIndicators`, and with its `findAccount`,
   * `extraClientMetadata` and `requestObjects` called after the registry's judgement. Without a `findAccount` any subject is
   * an account, as with the provider's default.
   */
  readonly configuration: Configuration;
  /**
   * Makes `scopes_supported` of the provider's metadata live: the registered scopes that are valid and not unlisted, and the
   * provider's own. Refuses token requests, but those for the registry itself, before the replica is ready, and before the
   * provider spends their codes. To be called before the provider listens, or its `callback()` is taken.
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
 *   registered; before the replica is ready, `temporarily_unavailable` (each token request, and what is to be judged of others).
 * - A client of `registryAccess` gets tokens for the registry itself without a judgement, and before the replica is ready: JWTs,
 *   with the client credentials grant. Nobody gets the scopes that are named there in any other way, but those of the registry's
 *   own that a client holds a grant for in the registry.
 * - Without a `scope`, the defaults are requested, the client's own or the registry's (RFC 6749 §3.3).
 * - A scope that was asked for by an alias is granted by its name, also where it was renamed after the grant: a token for an older
 *   code or refresh token has the new name. The metadata leaves templates out, whose instances may be asked for.
 * - Without a `resource`, the scopes tell whom the token is for. Scopes for several resources are refused with
 *   `invalid_target` until the request names what it wants.
 * - An access token is for one resource: where a grant is for several, the token request names one. One that does not is
 *   refused with `invalid_target`; its refresh token stays good, and a code is spent.
 * - A token request by authorization code, refresh token or device code is judged anew: it is refused once a scope is disabled
 *   that is for its resource. Grants of the time before the registry, which have no resource, are judged whole in any mode.
 * - A token of both registered and OpenID Connect scopes is for the resource; the claims are in the ID token.
 * - The client metadata `scope` (RFC 7591 §2) limits the provider's own scopes only, and others are left out of it: which
 *   client may have a registered scope, the registry says. Where none of its own is left, it is `openid`.
 *
 * @throws {TypeError} if the configuration has the feature `resourceIndicators` enabled already, if the audience of
 *   `registryAccess` is no URI, or if the provider's own scopes are among those that it names
 */
export function createOidcProviderScopes({
  replica,
  configuration,
  mode = "ALL_OR_NOTHING",
  defaultResource,
  resources = [],
  registryAccess,
  accessToken = () => ({}),
}: OidcProviderScopesOptions): OidcProviderScopes {
  const defaultResourceOf = (ctx: KoaContextWithOIDC) => defaultResource ?? ctx.oidc.issuer;
  const own = ownScopesOf(configuration);
  const names = createProviderNames(replica, own, resources);
  const registry = createRegistryAccess(registryAccess, own);
  const judge = createRequestJudge(createScopeJudge(replica, names, registry, { mode, defaultResourceOf }), names);
  const resourceIndicators = createResourceIndicators(names, judge, registry, { defaultResourceOf, accessToken });
  const judged = judgedConfiguration(configuration, names, judge, resourceIndicators);
  warnOfTakenNames(replica, own);

  return {
    configuration: judged,
    attach(provider) {
      refuseTokensUntilReady(provider, replica, registry);
      showLiveScopes(provider, names.listed);
    },
    consent: (interaction, acceptLanguage = "") => consentItems(replica, names, interaction, acceptLanguage),
  };
}
