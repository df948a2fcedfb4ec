import type { PresentedToken } from "./access-token.ts";

/** Which token each request was let in with, for as long as the request is held by somebody. */
export interface PresentedTokens {
  /** Notes the token of a request. */
  set(request: object, token: PresentedToken): void;
  /**
   * The token of a request.
   *
   * @throws {Error} if the request did not pass the guard: its route is not guarded
   */
  get(request: object): PresentedToken;
}

/** Makes an empty one. A field of the request would do too, but anybody could write it. */
export function createPresentedTokens(): PresentedTokens {
  const tokens = new WeakMap<object, PresentedToken>();
  return {
    set: (request, token) => void tokens.set(request, token),
    get(request) {
      const token = tokens.get(request);
      if (token === undefined) throw new Error("The request has no token: put requireScopes before its handler");
      return token;
    },
  };
}
