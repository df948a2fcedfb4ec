import type { Authenticator } from "./authenticator.ts";
import type { Caller } from "./caller.ts";

/**
 * An authenticator that takes a caller without a token for one who may read, and nothing else. A token that is shown counts as
 * everywhere.
 *
 * @param readScope the name of the scope needed to list and to watch
 */
export function letAnybodyRead(authenticator: Authenticator, readScope: string): Authenticator {
  // No client has an empty name, so that nobody's limits are shared.
  const anybody: Caller = { clientId: "", owner: "", issuer: "", scopes: new Set([readScope]) };
  return {
    authenticate: (authorization, peer) =>
      authorization === undefined ? anybody : authenticator.authenticate(authorization, peer),
  };
}
