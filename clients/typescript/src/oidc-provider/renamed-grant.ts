import type { KoaContextWithOIDC } from "oidc-provider";
import { parseScopeParameter } from "../judging/index.ts";
import { type GrantSource, replaceScope, scopeOf } from "./oauth-request.ts";

/**
 * Puts the names that scopes have now in place of those that they had when a grant was given, for one token request: what the
 * provider has stored of the grant stays as it is. A refresh token that takes the place of this one has both names, so that
 * its client may go on naming the one that it knows.
 */
export function renameGranted(ctx: KoaContextWithOIDC, source: GrantSource, nameOf: (scope: string) => string): void {
  const rename = (scope: string) => [...new Set(parseScopeParameter(scope).map(nameOf))];
  if (source.scope !== undefined) {
    source.scope = [...new Set([...parseScopeParameter(source.scope), ...rename(source.scope)])].join(" ");
  }
  if (scopeOf(ctx) !== "") replaceScope(ctx, rename(scopeOf(ctx)));
  const grant = ctx.oidc.entities.Grant;
  if (grant === undefined) return;
  // What the user has rejected is left out by the methods.
  if (grant.openid?.scope !== undefined) {
    grant.openid = { ...grant.openid, scope: rename(grant.getOIDCScope()).join(" ") };
  }
  const resources = Object.keys(grant.resources ?? {});
  if (resources.length > 0) {
    grant.resources = Object.fromEntries(resources.map((uri) => [uri, rename(grant.getResourceScope(uri)).join(" ")]));
  }
}
