import type { KoaContextWithOIDC } from "oidc-provider";

/** What a grant was given for: an authorization code, a refresh token, a device code or the like. */
export interface GrantSource {
  scope?: string | undefined;
  readonly resource?: string | string[] | undefined;
}

/** The kinds of grant source, by the names that the provider keeps them under while it answers a token request. */
const GRANT_SOURCES = [
  "AuthorizationCode",
  "RefreshToken",
  "DeviceCode",
  "BackchannelAuthenticationRequest",
  "PreAuthorizedCode",
] as const;

/** What a token request is based on; undefined: this is no token request, or one on the client's own behalf. */
export function grantSourceOf(ctx: KoaContextWithOIDC): GrantSource | undefined {
  if (ctx.oidc.route !== "token") return undefined;
  for (const kind of GRANT_SOURCES) {
    const source = ctx.oidc.entities[kind];
    if (source !== undefined) return source;
  }
  return undefined;
}

/** Whether this is a token request for what was granted before, and not on the client's own behalf (RFC 6749 §4.4). */
export function redeemsGrant(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.route === "token" && ctx.oidc.params?.["grant_type"] !== "client_credentials";
}

/** The `scope` parameter; empty: there is none. The provider has checked its grammar. */
export function scopeOf(ctx: KoaContextWithOIDC): string {
  const scope = ctx.oidc.params?.["scope"];
  return typeof scope === "string" ? scope : "";
}

/** Whether a request says by `authorization_details` what it wants (RFC 9396 §2): it may do so without scopes. */
export function hasAuthorizationDetails(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.params?.["authorization_details"] !== undefined;
}

/** Puts scopes in place of those that were requested: the provider goes on with them. */
export function replaceScope(ctx: KoaContextWithOIDC, names: readonly string[]): void {
  const { params } = ctx.oidc;
  if (params !== undefined) params["scope"] = names.join(" ") || undefined;
}

/** The `resource` parameters (RFC 8707 §2), or what the provider has put in their place. */
export function resourcesOf(ctx: KoaContextWithOIDC): readonly string[] {
  return listed(ctx.oidc.params?.["resource"]);
}

/** One value, several or none, as a list. */
export function listed(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item === "string");
  return typeof value === "string" ? [value] : [];
}
