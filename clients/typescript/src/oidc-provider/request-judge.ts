import type { KoaContextWithOIDC } from "oidc-provider";
import {
  type Judgement,
  type JudgeRequest,
  parseScopeParameter,
  readValidation,
  type Validation,
} from "../judging/index.ts";
import type { ScopeReplica } from "../replica/scope-replica.ts";
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

/** The scopes that a request may be granted, and whom the token is for. */
export interface Granted {
  /** Registered scopes, without those of the provider itself. */
  readonly scopes: readonly string[];
  /** The resources that the scopes are tied to; of the requested ones, if any were. */
  readonly audiences: readonly string[];
}

/** Judges what the provider is asked for. Every method throws `OAuthRefusalError` if the request is refused. */
export interface RequestJudge {
  /**
   * Judges an authorization request, or a token request on the client's own behalf, and puts what is granted in place of
   * what was requested. Undefined: it asks for nothing of the registry, and is the provider's alone.
   */
  judgeRequest(ctx: KoaContextWithOIDC): Granted | undefined;
  /** Judges anew what was granted before, for a token request that is based on it. */
  judgeSource(ctx: KoaContextWithOIDC, source: GrantSource): Granted;
  /** Whether a token request that is based on this asks for registered scopes, and not only for the provider's own. */
  asksForRegistered(ctx: KoaContextWithOIDC, source: GrantSource): boolean;
}

const NOTHING: Granted = { scopes: [], audiences: [] };

/** Makes the judge. */
export function createRequestJudge(
  replica: ScopeReplica,
  names: ProviderNames,
  {
    mode,
    defaultResourceOf,
  }: {
    readonly mode: JudgeRequest["mode"];
    readonly defaultResourceOf: (ctx: KoaContextWithOIDC) => string;
  },
): RequestJudge {
  const judge = (ctx: KoaContextWithOIDC, scopes: readonly string[], resources: readonly string[]): Judgement => {
    const clientId = ctx.oidc.client?.clientId ?? "";
    const request: Validation = { scopes, scope: "", clientId, resources, mode, view: "BASIC", locales: [] };
    refuseUnreadable(request);
    const judgement = judgeWhenReady(replica, request);
    const unknown = resources.find((resource) => resource !== defaultResourceOf(ctx) && !names.isResource(resource));
    if (unknown !== undefined) {
      throw new OAuthRefusalError("invalid_target", `Resource ${unknown} is not registered: name another, or none`);
    }
    return judgement;
  };

  const accept = ({ error, errorDescription, grantedScopes, audiences }: Judgement): Granted => {
    if (error !== "") throw new OAuthRefusalError(error, errorDescription);
    // A default that is named as one of the provider's own scopes would be granted as that one.
    return { scopes: grantedScopes.filter((name) => !names.isOwn(name)), audiences };
  };

  const registeredOf = (ctx: KoaContextWithOIDC, source: GrantSource) =>
    parseScopeParameter(scopeOf(ctx) || (source.scope ?? "")).filter((name) => !names.isOwn(name));

  return {
    judgeRequest(ctx) {
      const requested = parseScopeParameter(scopeOf(ctx));
      const registered = requested.filter((name) => !names.isOwn(name));
      const resources = resourcesOf(ctx);
      const wantsDefaults = requested.length === 0 && !hasAuthorizationDetails(ctx);
      if (registered.length === 0 && !wantsDefaults) {
        if (resources.length === 0) return undefined;
        judge(ctx, registered, resources);
        return NOTHING;
      }
      const granted = accept(judge(ctx, registered, resources));
      const grantedNames = new Set(granted.scopes);
      const kept = requested.filter((name) => names.isOwn(name) || grantedNames.has(name));
      replaceScope(ctx, wantsDefaults ? granted.scopes : kept);
      return granted;
    },

    judgeSource(ctx, source) {
      const scopes = registeredOf(ctx, source);
      if (scopes.length === 0) return NOTHING;
      // What was granted for several resources comes to the token of one: only what is named must all be for that one.
      const asked = scopeOf(ctx) === "" ? [] : resourcesOf(ctx);
      return accept(judge(ctx, scopes, asked.length > 0 ? asked : listed(source.resource)));
    },

    asksForRegistered: (ctx, source) => registeredOf(ctx, source).length > 0,
  };
}

/** Refuses what the ValidateScopes RPC answers with INVALID_ARGUMENT. */
function refuseUnreadable(request: Validation): void {
  const read = readValidation(request);
  if (read.request !== undefined) return;
  const { field = "", description = "" } = read.violations[0] ?? {};
  throw new OAuthRefusalError(field.startsWith("resources") ? "invalid_target" : "invalid_request", description);
}

/** Judges a readable request, which the replica does as soon as it is ready. */
function judgeWhenReady(replica: ScopeReplica, request: Validation): Judgement {
  try {
    return replica.judge(request);
  } catch (cause) {
    const description = "Scopes are not loaded yet: try again in some seconds";
    throw new OAuthRefusalError("temporarily_unavailable", description, { cause });
  }
}
