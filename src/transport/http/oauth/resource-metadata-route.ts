/**
 * The metadata of registered resources (RFC 9728), which the registry serves on their behalf: a resource server names the address in
 * the `resource_metadata` of its challenges (§5.1). Anybody may get it.
 */
import type { ListedResource } from "../../../registry/listed-scopes.ts";
import type { ScopeRegistry } from "../../../registry/scope-registry.ts";
import type { HttpRoute } from "../http-route.ts";
import { answerTo, jsonResponse } from "../json-refusal.ts";
import { KeptDocuments } from "./kept-documents.ts";
import { documentAnswer, refuseOtherMethods } from "./public-document.ts";

/** What its paths begin with. The resource's URI follows, percent-encoded as one segment, or as it is. */
export const RESOURCE_METADATA_PATH = "/.well-known/oauth-protected-resource/";

/** What the route needs. */
export interface ResourceMetadataParts {
  readonly registry: ScopeRegistry;
  /** The trusted issuers: who issues tokens for the resources. */
  readonly authorizationServers: readonly string[];
}

/** Makes the route. */
export function resourceMetadataRoute({ registry, authorizationServers }: ResourceMetadataParts): HttpRoute {
  const documents = new KeptDocuments(registry);
  return async (request, source) => {
    const refusal = refuseOtherMethods(request.method);
    if (refusal !== undefined) return refusal;
    const uri = resourceOf(source.url ?? "");
    const document = documents.get(uri, () => {
      const resource = registry.listedResource(uri);
      return resource && metadataOf(resource, authorizationServers);
    });
    if (document !== undefined) return documentAnswer(request, source, document);
    const error_description = "No resource server has registered this resource: give its URI, percent-encoded";
    const answer = jsonResponse(404, { error: "not_found", error_description }, { "cache-control": "no-store" });
    return answerTo(request.method, answer);
  };
}

/** Its members in the order of RFC 9728 §2; a list without elements is left out (§3.2). */
function metadataOf({ resource, displayName, scopes }: ListedResource, authorizationServers: readonly string[]) {
  return {
    resource,
    ...(authorizationServers.length > 0 && { authorization_servers: authorizationServers }),
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    // What every resource server takes (RFC 6750 §2).
    bearer_methods_supported: ["header"],
    ...(displayName !== "" && { resource_name: displayName }),
  };
}

/** The URI that a path names: one that is not encoded has slashes, and a query of its own. Empty: none that could be read. */
function resourceOf(url: string): string {
  const rest = url.slice(RESOURCE_METADATA_PATH.length);
  const [segment = ""] = rest.split("?", 1);
  if (segment.includes("/")) return rest;
  try {
    return decodeURIComponent(segment);
  } catch {
    return "";
  }
}
