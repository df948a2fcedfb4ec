/** The scopes that can be asked for, as an authorization server's metadata lists them (RFC 8414 §2). Anybody may get them. */
import type { ScopeRegistry } from "../../../registry/scope-registry.ts";
import type { HttpRoute } from "../http-route.ts";
import { answerTo, jsonResponse } from "../json-refusal.ts";
import { KeptDocuments } from "./kept-documents.ts";
import { createDocument, documentAnswer, refuseOtherMethods } from "./public-document.ts";

/** Where it is. */
export const SCOPES_PATH = "/oauth2/scopes";

const NONE = createDocument({ scopes_supported: [] });

/**
 * Makes the route: `{"scopes_supported": […]}` with all listed scopes, or with `?resource=` those that are tied to that URI, which may
 * be none.
 */
export function scopesRoute(
  registry: Pick<ScopeRegistry, "judged" | "revision" | "listedScopes" | "listedResource">,
): HttpRoute {
  const documents = new KeptDocuments(registry);

  function documentOf(resource: string) {
    return documents.get(resource, () => {
      // What strangers make up is not kept, nor looked for among a resource server's scopes.
      const names = resource === "" ? registry.listedScopes() : registry.listedResource(resource)?.scopes;
      return names && { scopes_supported: names };
    });
  }

  return async (request, source) => {
    const refusal = refuseOtherMethods(request.method);
    if (refusal !== undefined) return refusal;
    const [resource = "", ...more] = new URLSearchParams(queryOf(source.url)).getAll("resource");
    if (more.length > 0) {
      const error_description = "There are several resources: give one, or none for all scopes";
      const body = { error: "invalid_request", error_description };
      return answerTo(request.method, jsonResponse(400, body, { "cache-control": "no-store" }));
    }
    return documentAnswer(request, source, documentOf(resource) ?? NONE);
  };
}

function queryOf(url = ""): string {
  const at = url.indexOf("?");
  return at < 0 ? "" : url.slice(at);
}
