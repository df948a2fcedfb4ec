import { requireSecureUrl } from "../tokens/secure-url.ts";

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/** The document that tells clients how to get in (RFC 9728 §2). */
export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly scopes_supported: readonly string[];
  readonly bearer_methods_supported: readonly ["header"];
  readonly resource_name?: string;
  readonly resource_documentation?: string;
}

/** Where the document of a resource is (RFC 9728 §3.1): before the resource's own path. */
export interface MetadataLocation {
  /** The path on the resource's host, `/.well-known/oauth-protected-resource/v1` for example. */
  readonly path: string;
  /** The whole URL. */
  readonly url: string;
}

/**
 * Tells where the metadata of a resource is.
 *
 * @throws {TypeError} if the URI is no https URL (http on loopback), or has a query or a fragment
 */
export function locateMetadata(resource: string): MetadataLocation {
  const { origin, pathname, search } = requireSecureUrl("Resource", resource);
  if (search !== "" || resource.includes("#")) {
    throw new TypeError(`Resource ${resource} has a query or a fragment: leave it out (RFC 9728 section 1.2)`);
  }
  const path = WELL_KNOWN + (pathname === "/" ? "" : pathname);
  return { path, url: origin + path };
}
