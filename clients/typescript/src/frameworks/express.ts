/** Guards requests of Express (4 or 5), and of any server whose middleware is called like Express's. */
import type { PresentedToken } from "../resource-server/access-token.ts";
import type { HttpAnswer } from "../resource-server/http-answer.ts";
import { createPresentedTokens } from "../resource-server/presented-tokens.ts";
import type { ProtectedResource } from "../resource-server/protected-resource.ts";
import { parseRequiredScopes, type RequiredScopes } from "../resource-server/required-scopes.ts";
import { type NodeGuardOptions, type NodeRequest, readNodeRequest } from "./node-request.ts";

/** The part of Express's response that is needed, which is Node's. */
export interface ExpressResponse {
  readonly headersSent: boolean;
  writeHead(status: number, headers: Record<string, string>): { end(body: string): unknown };
}

/** Middleware, a `RequestHandler` of Express. */
export type ExpressHandler = (
  request: NodeRequest & { auth?: unknown },
  response: ExpressResponse,
  next: (error?: unknown) => void,
) => void;

/** Guards the routes of an Express application. */
export interface ExpressGuard {
  /**
   * Lets requests through whose token has all these scopes, and answers all others. Put it behind the handling of CORS
   * preflights, which carry no token. Sets `request.auth`, which the transports of the MCP SDK read.
   *
   * @throws {TypeError} if a name is no scope name
   */
  requireScopes(scopes: RequiredScopes): ExpressHandler;
  /** The token that a request was let through with. @throws {Error} if its route is not guarded */
  tokenOf(request: object): PresentedToken;
  /** Where to serve the metadata: `app.get(guard.metadataPath, guard.serveMetadata)`. */
  readonly metadataPath: string;
  /** Serves the metadata (RFC 9728). */
  readonly serveMetadata: ExpressHandler;
}

/** Fits a protected resource to Express. */
export function guardExpress(resource: ProtectedResource, options: NodeGuardOptions = {}): ExpressGuard {
  const tokens = createPresentedTokens();
  return {
    requireScopes(scopes) {
      const requiredScopes = parseRequiredScopes(scopes);
      return (request, response, next) => {
        resource
          .authorize({ ...readNodeRequest(request, options), requiredScopes })
          .then((decision) => {
            if (!decision.granted) return send(response, decision.refusal);
            tokens.set(request, decision.token);
            request.auth = decision.token;
            next();
          })
          .catch(next);
      };
    },
    tokenOf: tokens.get,
    metadataPath: resource.metadataPath,
    serveMetadata: (_request, response) => send(response, resource.metadataAnswer()),
  };
}

function send(response: ExpressResponse, { status, headers, body }: HttpAnswer): void {
  // Other middleware may have answered in the meantime, with a time-out for example.
  if (!response.headersSent) response.writeHead(status, headers).end(body);
}
