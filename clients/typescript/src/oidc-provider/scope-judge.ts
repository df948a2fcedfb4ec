import type { KoaContextWithOIDC } from "oidc-provider";
import { type JudgeRequest, readValidation, type ScopeRecord, type Validation } from "../judging/index.ts";
import type { ScopeReplica } from "../replica/scope-replica.ts";
import { OAuthRefusalError } from "./oauth-refusal-error.ts";
import type { ProviderNames } from "./provider-names.ts";
import type { RegistryAccess } from "./registry-access.ts";

/** The scopes that a request may be granted, and whom the token is for. */
export interface Granted {
  /** Registered scopes, without those of the provider itself, by the names that they have now. */
  readonly scopes: readonly string[];
  /** The resources that the scopes are tied to; of the requested ones, if any were. */
  readonly audiences: readonly string[];
}

/** Judges scopes and resources for the client of a request. Both methods throw `OAuthRefusalError` for a refusal. */
export interface ScopeJudge {
  /** What is granted of these scopes, or of the defaults if there are none. The mode is the operator's, if none is given. */
  judge(
    ctx: KoaContextWithOIDC,
    scopes: readonly string[],
    resources: readonly string[],
    mode?: JudgeRequest["mode"],
  ): Granted;
  /** Refuses resources that nobody has registered. */
  checkResources(ctx: KoaContextWithOIDC, resources: readonly string[]): void;
}

/** Makes the judge. */
export function createScopeJudge(
  replica: ScopeReplica,
  names: ProviderNames,
  registry: RegistryAccess,
  options: {
    readonly mode: JudgeRequest["mode"];
    readonly defaultResourceOf: (ctx: KoaContextWithOIDC) => string;
  },
): ScopeJudge {
  /** The request, where there is something to judge it by and its resources are known. */
  const readable = (
    ctx: KoaContextWithOIDC,
    scopes: readonly string[],
    resources: readonly string[],
    mode: JudgeRequest["mode"],
  ): Validation => {
    const clientId = ctx.oidc.client?.clientId ?? "";
    const request: Validation = { scopes, scope: "", clientId, resources, mode, view: "BASIC", locales: [] };
    refuseUnreadable(request);
    refuseUnlessReady(replica);
    const unknown = resources.find((uri) => uri !== options.defaultResourceOf(ctx) && !names.isResource(uri));
    if (unknown !== undefined) {
      throw new OAuthRefusalError("invalid_target", `Resource ${unknown} is not registered: name another, or none`);
    }
    return request;
  };

  /** The registry's own scopes go to clients that hold a grant for them, and whoever else has their names to nobody. */
  const isReserved = (name: string) => registry.reserves(name) && !needsRegistrysGrant(replica.get(name));
  const refuseTaken = (scopes: readonly string[]) => {
    const reserved = scopes.find(isReserved);
    if (reserved !== undefined) {
      throw new OAuthRefusalError("invalid_scope", `Scope ${reserved} is only for clients of the registry`);
    }
    const own = scopes.find((name) => names.isOwn(name));
    if (own !== undefined) {
      throw new OAuthRefusalError(
        "invalid_scope",
        `Scope ${own} is the authorization server's own: ask for it by this name`,
      );
    }
  };

  return {
    judge(ctx, scopes, resources, mode = options.mode) {
      refuseTaken(scopes);
      const request = readable(ctx, scopes, resources, mode);
      const { error, errorDescription, grantedScopes, audiences } = replica.judge(request);
      if (error !== "") throw new OAuthRefusalError(error, errorDescription);
      // An alias may be another name of one of those.
      if (scopes.length > 0) refuseTaken(grantedScopes);
      // A default that is named as one of the provider's own scopes would be granted as that one.
      return { scopes: grantedScopes.filter((name) => !names.isOwn(name) && !isReserved(name)), audiences };
    },
    checkResources: (ctx, resources) => void readable(ctx, [], resources, options.mode),
  };
}

/** Whether a scope is the registry's own, which an administrator of it grants. */
function needsRegistrysGrant(scope: ScopeRecord | undefined): boolean {
  return scope !== undefined && scope.owner === "" && scope.restricted;
}

/** Refuses what the ValidateScopes RPC answers with INVALID_ARGUMENT. */
function refuseUnreadable(request: Validation): void {
  const read = readValidation(request);
  if (read.request !== undefined) return;
  const { field = "", description = "" } = read.violations[0] ?? {};
  throw new OAuthRefusalError(field.startsWith("resources") ? "invalid_target" : "invalid_request", description);
}

/** @throws {OAuthRefusalError} temporarily_unavailable, before the replica is ready */
export function refuseUnlessReady(replica: ScopeReplica): void {
  if (replica.isReady) return;
  throw new OAuthRefusalError("temporarily_unavailable", "Scopes are not loaded yet: try again in some seconds");
}
