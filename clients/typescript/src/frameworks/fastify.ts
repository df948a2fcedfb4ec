/** Guards requests of Fastify (4 or 5). */
import type { PresentedToken } from "../resource-server/access-token.ts";
import type { HttpAnswer } from "../resource-server/http-answer.ts";
import { createPresentedTokens } from "../resource-server/presented-tokens.ts";
import type { ProtectedResource } from "../resource-server/protected-resource.ts";
import { parseRequiredScopes, type RequiredScopes } from "../resource-server/required-scopes.ts";
import { type NodeGuardOptions, type NodeRequest, readNodeRequest } from "./node-request.ts";

/** The part of Fastify's request that is needed. */
export interface FastifyRequestLike {
  readonly raw: NodeRequest;
}

/** The part of Fastify's reply that is needed. */
export interface FastifyReplyLike {
  code(status: number): unknown;
  headers(headers: Record<string, string>): unknown;
  send(body: string): unknown;
}

/** A hook: `{ onRequest: hook }` of a route, before its body is read; or `addHook` of a plugin, for all its routes. */
export type FastifyHook = (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>;

/** Guards the routes of a Fastify application. */
export interface FastifyGuard {
  /**
   * Lets requests through whose token has all these scopes, and answers all others. CORS preflights carry no token: guard
   * single routes, or let the handling of CORS come first.
   *
   * @throws {TypeError} if a name is no scope name
   */
  requireScopes(scopes: RequiredScopes): FastifyHook;
  /** The token that a request was let through with. @throws {Error} if its route is not guarded */
  tokenOf(request: object): PresentedToken;
  /** The route that serves the metadata (RFC 9728): `app.route(guard.metadataRoute)`. */
  readonly metadataRoute: { readonly method: "GET"; readonly url: string; readonly handler: FastifyHook };
}

/** Fits a protected resource to Fastify. */
export function guardFastify(resource: ProtectedResource, options: NodeGuardOptions = {}): FastifyGuard {
  const tokens = createPresentedTokens();
  return {
    requireScopes(scopes) {
      const requiredScopes = parseRequiredScopes(scopes);
      return async (request, reply) => {
        const decision = await resource.authorize({ ...readNodeRequest(request.raw, options), requiredScopes });
        if (!decision.granted) return send(reply, decision.refusal);
        tokens.set(request, decision.token);
        return undefined;
      };
    },
    tokenOf: tokens.get,
    metadataRoute: {
      method: "GET",
      url: resource.metadataPath,
      handler: async (_request, reply) => send(reply, resource.metadataAnswer()),
    },
  };
}

/** Returns the reply, which tells Fastify to wait for it and to go no further. */
function send(reply: FastifyReplyLike, { status, headers, body }: HttpAnswer): FastifyReplyLike {
  reply.code(status);
  reply.headers(headers);
  reply.send(body);
  return reply;
}
