import type Provider from "oidc-provider";

/**
 * Puts the scopes of the moment into the provider's metadata (RFC 8414 §2). The provider writes there what its configuration
 * named when it was made, and has no setting for anything else; a middleware around it, which its documentation provides for,
 * can change what it has answered.
 */
export function showLiveScopes(provider: Provider, listed: () => readonly string[]): void {
  provider.use(async (ctx, next) => {
    await next();
    // Undefined on paths that are not the provider's, whatever its types say.
    if (ctx["oidc"]?.route === "discovery" && isMetadata(ctx.body)) ctx.body.scopes_supported = listed();
  });
}

function isMetadata(body: unknown): body is { scopes_supported: readonly string[] } {
  return typeof body === "object" && body !== null && "scopes_supported" in body;
}
