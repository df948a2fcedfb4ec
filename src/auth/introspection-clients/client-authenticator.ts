import type { Authenticator } from "../authenticator.ts";
import { basicCredentials } from "./basic-credentials.ts";
import type { ClientVerifier } from "./client-verifier.ts";

/**
 * An authenticator that takes the credentials of introspection clients, by HTTP Basic, beside what another one takes.
 *
 * @param verifier asked for at each call, as its clients may change
 */
export function letClientsIn(authenticator: Authenticator, verifier: () => ClientVerifier): Authenticator {
  return {
    authenticate(authorization, peer) {
      const credentials = basicCredentials(authorization);
      return credentials === undefined
        ? authenticator.authenticate(authorization, peer)
        : verifier().verify(credentials);
    },
  };
}
