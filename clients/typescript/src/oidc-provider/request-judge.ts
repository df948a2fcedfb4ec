import type { KoaContextWithOIDC } from "oidc-provider";
import { parseScopeParameter } from "../judging/index.ts";
import { OAuthRefusalError } from "./oauth-refusal-error.ts";
import {
  type GrantSource,
  hasAuthorizationDetails,
  listed,
  replaceScope,
  resourcesOf,
  scopeOf,
} from "./oauth-request.ts";
import type { ProviderNames } from "./provider-names.ts";
import { renameGranted } from "./renamed-grant.ts";
import type { Granted, ScopeJudge } from "./scope-judge.ts";

/** Judges what the provider is asked for. Every method that judges throws `OAuthRefusalError` for a refusal. */
export interface RequestJudge {
  /**
   * Judges an authorization request, or a token request on the client's own behalf, and puts what is granted in place of
   * what was requested. Undefined: it asks for nothing of the registry, and is the provider's alone.
   */
  judgeRequest(ctx: KoaContextWithOIDC): Granted | undefined;
  /**
   * Judges anew what was granted before, for a token request that is based on it, and whom the token is to be for. The provider
   * goes on with the names that scopes have now.
   */
  judgeSource(ctx: KoaContextWithOIDC, source: GrantSource): Granted;
  /** Whether a token request that is based on this asks for registered scopes, and not only for the provider's own. */
  asksForRegistered(ctx: KoaContextWithOIDC, source: GrantSource): boolean;
}

const NOTHING: Granted = { scopes: [], audiences: [] };

/** Makes the judge. */
export function createRequestJudge({ judge, checkResources }: ScopeJudge, names: ProviderNames): RequestJudge {
  const registeredOf = (scope: string) => parseScopeParameter(scope).filter((name) => !names.isOwn(name));
  const askedOf = (ctx: KoaContextWithOIDC, source: GrantSource) => registeredOf(scopeOf(ctx) || (source.scope ?? ""));

  return {
    judgeRequest(ctx) {
      const requested = parseScopeParameter(scopeOf(ctx));
      const registered = registeredOf(scopeOf(ctx));
      const resources = resourcesOf(ctx);
      const wantsDefaults = requested.length === 0 && !hasAuthorizationDetails(ctx);
      if (registered.length === 0 && !wantsDefaults) {
        if (resources.length === 0) return undefined;
        checkResources(ctx, resources);
        return NOTHING;
      }
      const granted = judge(ctx, registered, resources);
      const grantedNames = new Set(granted.scopes);
      const kept = requested.map(names.nameOf).filter((name) => names.isOwn(name) || grantedNames.has(name));
      replaceScope(ctx, wantsDefaults ? granted.scopes : [...new Set(kept)]);
      return granted;
    },

    judgeSource(ctx, source) {
      renameGranted(ctx, source, names.nameOf);
      const granted = listed(source.resource);
      const named = resourcesOf(ctx);
      if (named.length > 1 || named.some((uri) => !granted.includes(uri))) {
        throw new OAuthRefusalError(
          "invalid_target",
          "A token is for one of the granted resources: name that, or none",
        );
      }
      const asked = askedOf(ctx, source);
      if (asked.length === 0) return NOTHING;
      if (named.length === 0 && granted.length > 1) {
        const description = `The grant is for ${granted.length} resources: name one with the resource parameter`;
        throw new OAuthRefusalError("invalid_target", description);
      }
      const resources = named.length > 0 ? named : granted;
      // What was granted for several resources comes to the token of one: only what is named must all be for that one.
      const isPart = granted.length > 1 && scopeOf(ctx) === "";
      const scopes = isPart ? asked.filter((name) => resources.some((uri) => names.reaches(name, uri))) : asked;
      if (scopes.length === 0) return NOTHING;
      // A grant without a resource is older than the registry, and the provider makes its token of all scopes, or of none.
      return judge(ctx, scopes, resources, granted.length === 0 ? "ALL_OR_NOTHING" : undefined);
    },

    asksForRegistered: (ctx, source) => askedOf(ctx, source).length > 0,
  };
}
