import { Code, ConnectError } from "@connectrpc/connect";

/** There is no token to be had: trying again does not help. The message names where it should come from, never a secret. */
export function noToken(message: string): ConnectError {
  return new ConnectError(message, Code.Unauthenticated);
}

/** There is no token at the moment. */
export function noTokenNow(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, Code.Unavailable, undefined, undefined, cause);
}
