/** The types of `@scope-registry/client/oidc-provider`, checked by the compiler alone: nothing here is run. */
import {
  type AccessTokenSettings,
  type ConsentInteraction,
  type ConsentItem,
  createOidcProviderScopes,
  OAuthRefusalError,
  type OidcProviderScopes,
  type OidcProviderScopesOptions,
} from "@scope-registry/client/oidc-provider";
import Provider, { type Configuration, type Interaction, type ResourceServer } from "oidc-provider";
import { type Equals, expectType } from "./equals.ts";

declare const replica: OidcProviderScopesOptions["replica"];
declare const interaction: Interaction;

// The ways to use it.
const scopes = createOidcProviderScopes({ replica, configuration: {} });
const provider = new Provider("https://login.example.com", scopes.configuration);
scopes.attach(provider);
scopes.consent(interaction, "de");
createOidcProviderScopes({
  replica,
  configuration: { clients: [] },
  mode: "NARROW",
  defaultResource: "https://api.example.com/",
  resources: ["https://search.example.com/"],
  registryAccess: { audience: "https://scopes.example.com/", clients: { "billing-api": "scope_registry.register" } },
  accessToken: (resource) => ({ accessTokenTTL: resource.length, accessTokenFormat: "opaque" }),
});

expectType<Equals<typeof createOidcProviderScopes, (options: OidcProviderScopesOptions) => OidcProviderScopes>>();
expectType<Equals<keyof OidcProviderScopes, "attach" | "configuration" | "consent">>();
expectType<Equals<OidcProviderScopes["configuration"], Configuration>>();
expectType<Equals<ReturnType<OidcProviderScopes["consent"]>, readonly ConsentItem[]>>();
expectType<Equals<AccessTokenSettings, Partial<Omit<ResourceServer, "scope">>>>();
expectType<Equals<keyof ConsentItem, "deprecated" | "description" | "locale" | "name" | "resources" | "title">>();
expectType<Interaction extends ConsentInteraction ? true : false>();
expectType<
  Equals<OAuthRefusalError["error"], "invalid_request" | "invalid_scope" | "invalid_target" | "temporarily_unavailable">
>();

// @ts-expect-error the replica is needed
createOidcProviderScopes({ configuration: {} });
// @ts-expect-error the configuration is needed
createOidcProviderScopes({ replica });
// @ts-expect-error there is no such mode
createOidcProviderScopes({ replica, configuration: {}, mode: "ANY" });
// @ts-expect-error the registry says which scopes a resource has
createOidcProviderScopes({ replica, configuration: {}, accessToken: () => ({ scope: "a" }) });
// @ts-expect-error results are not to be changed
scopes.consent(interaction).push();
// @ts-expect-error there is no such code
new OAuthRefusalError("access_denied", "No");
