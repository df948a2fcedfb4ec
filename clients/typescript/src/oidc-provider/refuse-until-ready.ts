import type Provider from "oidc-provider";
import type { ScopeReplica } from "../replica/scope-replica.ts";
import { OAuthRefusalError } from "./oauth-refusal-error.ts";
import { peekForm } from "./peeked-form.ts";
import type { RegistryAccess } from "./registry-access.ts";
import { refuseUnlessReady } from "./scope-judge.ts";

/**
 * Answers token requests before the provider does, while there is nothing to judge by. The provider spends a code before it
 * asks about resources: a client that tried again would be refused, and lose the user's grant. Requests for the registry
 * itself go on: the replica may be waiting for the token of one.
 */
export function refuseTokensUntilReady(provider: Provider, replica: ScopeReplica, registry: RegistryAccess): void {
  const path = asRouted(provider.pathFor("token", { mountPath: "" }));
  provider.use(async (ctx, next) => {
    if (asRouted(ctx.path) !== path || ctx.method !== "POST") return next();
    try {
      refuseUnlessReady(replica);
    } catch (error) {
      if (!(error instanceof OAuthRefusalError)) throw error;
      if (registry.isAskedFor(await peekForm(ctx.req))) return next();
      ctx.status = error.status;
      ctx.body = { error: error.error, error_description: error.error_description };
      return;
    }
    return next();
  });
}

/** A path as the provider's router compares it: in any case, and with or without a slash at its end. */
function asRouted(path: string): string {
  return path.toLowerCase().replace(/\/$/, "");
}
