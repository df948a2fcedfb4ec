/** Guards requests of Hono, on Node: what checks the tokens needs its modules. */
import type { PresentedToken } from "../resource-server/access-token.ts";
import type { ProtectedResource } from "../resource-server/protected-resource.ts";
import { parseRequiredScopes, type RequiredScopes } from "../resource-server/required-scopes.ts";
import { type FetchGuardOptions, readFetchRequest, toResponse } from "./fetch-request.ts";

/** The variables that the guard sets: `new Hono<{ Variables: HonoGuardVariables }>()`. */
export interface HonoGuardVariables {
  /** The token that the request was let through with. */
  auth: PresentedToken;
}

/** The part of Hono's context that is needed. */
export interface HonoContextLike {
  readonly req: { readonly raw: Request };
  set(key: "auth", token: PresentedToken): void;
}

/** A `MiddlewareHandler` of Hono. */
export type HonoMiddleware = (context: HonoContextLike, next: () => Promise<void>) => Promise<Response | undefined>;

/** Guards the routes of a Hono application. */
export interface HonoGuard {
  /**
   * Lets requests through whose token has all these scopes, which handlers then find by `context.get("auth")`, and answers
   * all others. Put it behind `cors()`: preflights carry no token.
   *
   * @throws {TypeError} if a name is no scope name
   */
  requireScopes(scopes: RequiredScopes): HonoMiddleware;
  /** Where to serve the metadata: `app.get(guard.metadataPath, guard.serveMetadata)`. */
  readonly metadataPath: string;
  /** Serves the metadata (RFC 9728). */
  readonly serveMetadata: () => Response;
}

/** Fits a protected resource to Hono. */
export function guardHono(resource: ProtectedResource, options: FetchGuardOptions = {}): HonoGuard {
  return {
    requireScopes(scopes) {
      const requiredScopes = parseRequiredScopes(scopes);
      return async (context, next) => {
        const decision = await resource.authorize({ ...readFetchRequest(context.req.raw, options), requiredScopes });
        if (!decision.granted) return toResponse(decision.refusal);
        context.set("auth", decision.token);
        await next();
        return undefined;
      };
    },
    metadataPath: resource.metadataPath,
    serveMetadata: () => toResponse(resource.metadataAnswer()),
  };
}
