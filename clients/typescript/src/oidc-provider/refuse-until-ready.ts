import type Provider from "oidc-provider";
import type { ScopeReplica } from "../replica/scope-replica.ts";
import { OAuthRefusalError } from "./oauth-refusal-error.ts";
import { judgeWhenReady } from "./scope-judge.ts";

/**
 * Answers token requests before the provider does, while there is nothing to judge by. The provider spends a code before it
 * asks about resources: a client that tried again would be refused, and lose the user's grant.
 */
export function refuseTokensUntilReady(provider: Provider, replica: ScopeReplica): void {
  const path = provider.pathFor("token", { mountPath: "" });
  provider.use(async (ctx, next) => {
    if (ctx.path !== path || ctx.method !== "POST") return next();
    try {
      judgeWhenReady(replica, {});
    } catch (error) {
      if (!(error instanceof OAuthRefusalError)) throw error;
      ctx.status = error.status;
      ctx.body = { error: error.error, error_description: error.error_description };
      return;
    }
    return next();
  });
}
