/** Guards handlers that take a `Request` and return a `Response`, on Node: what checks the tokens needs its modules. */
import type { PresentedToken } from "../resource-server/access-token.ts";
import type { ProtectedResource } from "../resource-server/protected-resource.ts";
import { parseRequiredScopes, type RequiredScopes } from "../resource-server/required-scopes.ts";
import { type FetchGuardOptions, readFetchRequest, toResponse } from "./fetch-request.ts";

/** Answers a request by the handler, if its token has the scopes, and else with the refusal. */
export type FetchGate = (
  request: Request,
  handler: (token: PresentedToken) => Response | Promise<Response>,
) => Promise<Response>;

/** Guards fetch handlers. */
export interface FetchGuard {
  /**
   * Makes a gate that is passed with all these scopes. CORS preflights carry no token: answer them before.
   *
   * @throws {TypeError} if a name is no scope name
   */
  requireScopes(scopes: RequiredScopes): FetchGate;
  /** The path to serve the metadata at. */
  readonly metadataPath: string;
  /** The response with the metadata (RFC 9728). */
  readonly serveMetadata: () => Response;
}

/** Fits a protected resource to fetch handlers. */
export function guardFetch(resource: ProtectedResource, options: FetchGuardOptions = {}): FetchGuard {
  return {
    requireScopes(scopes) {
      const requiredScopes = parseRequiredScopes(scopes);
      return async (request, handler) => {
        const decision = await resource.authorize({ ...readFetchRequest(request, options), requiredScopes });
        return decision.granted ? handler(decision.token) : toResponse(decision.refusal);
      };
    },
    metadataPath: resource.metadataPath,
    serveMetadata: () => toResponse(resource.metadataAnswer()),
  };
}
