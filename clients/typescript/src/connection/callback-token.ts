import { ConnectError } from "@connectrpc/connect";
import { isBearerToken } from "../tokens/bearer-token.ts";
import type { TokenCallback } from "./credentials.ts";
import { TOKEN_EXPECTED } from "./credentials-rules.ts";
import { noToken, noTokenNow } from "./missing-token.ts";
import type { TokenSource } from "./token-source.ts";
import { abortError, unlessAborted } from "./wait.ts";

/** A source that asks the program for each call's token. */
export function createCallbackToken(getToken: TokenCallback["getToken"]): TokenSource {
  let fresh = false;
  return {
    async get(signal) {
      const hint = { fresh };
      fresh = false;
      const token = await ask(getToken, signal, hint);
      if (!isBearerToken(token)) throw noToken(`What the getToken callback returns ${TOKEN_EXPECTED}`);
      return token;
    },
    drop() {
      fresh = true;
      return true;
    },
  };
}

async function ask(...[getToken, signal, hint]: [TokenCallback["getToken"], AbortSignal, { fresh: boolean }]) {
  try {
    return await unlessAborted(Promise.resolve(getToken(signal, hint)), signal);
  } catch (error) {
    if (signal.aborted) throw abortError(signal);
    if (error instanceof ConnectError) throw error;
    throw noTokenNow("The getToken callback has failed, see the cause: it must return a token", error);
  }
}
