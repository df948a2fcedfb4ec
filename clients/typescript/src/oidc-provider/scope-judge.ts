import type { KoaContextWithOIDC } from "oidc-provider";
import { type Judgement, type JudgeRequest, readValidation, type Validation } from "../judging/index.ts";
import type { ScopeReplica } from "../replica/scope-replica.ts";
import { OAuthRefusalError } from "./oauth-refusal-error.ts";
import type { ProviderNames } from "./provider-names.ts";
import type { RegistryAccess } from "./registry-access.ts";

/** The scopes that a request may be granted, and whom the token is for. */
export interface Granted {
  /** Registered scopes, without those of the provider itself. */
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
  const judgementOf = (
    ctx: KoaContextWithOIDC,
    scopes: readonly string[],
    resources: readonly string[],
    mode: JudgeRequest["mode"],
  ): Judgement => {
    const clientId = ctx.oidc.client?.clientId ?? "";
    const request: Validation = { scopes, scope: "", clientId, resources, mode, view: "BASIC", locales: [] };
    refuseUnreadable(request);
    const judgement = judgeWhenReady(replica, request);
    const unknown = resources.find((uri) => uri !== options.defaultResourceOf(ctx) && !names.isResource(uri));
    if (unknown !== undefined) {
      throw new OAuthRefusalError("invalid_target", `Resource ${unknown} is not registered: name another, or none`);
    }
    return judgement;
  };

  return {
    judge(ctx, scopes, resources, mode = options.mode) {
      const reserved = scopes.find((name) => registry.reserves(name));
      if (reserved !== undefined) {
        throw new OAuthRefusalError("invalid_scope", `Scope ${reserved} is only for clients of the registry`);
      }
      const { error, errorDescription, grantedScopes, audiences } = judgementOf(ctx, scopes, resources, mode);
      if (error !== "") throw new OAuthRefusalError(error, errorDescription);
      // A default that is named as one of the provider's own scopes would be granted as that one.
      const registered = grantedScopes.filter((name) => !names.isOwn(name) && !registry.reserves(name));
      return { scopes: registered, audiences };
    },
    checkResources: (ctx, resources) => void judgementOf(ctx, [], resources, options.mode),
  };
}

/** Refuses what the ValidateScopes RPC answers with INVALID_ARGUMENT. */
function refuseUnreadable(request: Validation): void {
  const read = readValidation(request);
  if (read.request !== undefined) return;
  const { field = "", description = "" } = read.violations[0] ?? {};
  throw new OAuthRefusalError(field.startsWith("resources") ? "invalid_target" : "invalid_request", description);
}

/**
 * Judges a readable request.
 *
 * @throws {OAuthRefusalError} temporarily_unavailable, before the replica is ready
 */
export function judgeWhenReady(replica: ScopeReplica, request: Partial<Validation>): Judgement {
  try {
    return replica.judge(request);
  } catch (cause) {
    const description = "Scopes are not loaded yet: try again in some seconds";
    throw new OAuthRefusalError("temporarily_unavailable", description, { cause });
  }
}
