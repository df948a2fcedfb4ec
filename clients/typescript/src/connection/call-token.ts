import { refusalOf } from "./refusal.ts";
import type { TokenSource } from "./token-source.ts";

const AUTHORIZATION = "authorization";

/**
 * Makes a call with the connection's token. Where the registry refuses the token, another is got and the call is made once
 * more. An `authorization` header of the caller's is left alone.
 */
export async function callWithToken<T>(
  tokens: TokenSource,
  signal: AbortSignal,
  headers: Headers,
  call: (headers: Headers) => Promise<T>,
): Promise<T> {
  const token = await addToken(tokens, signal, headers);
  try {
    return await call(headers);
  } catch (error) {
    if (token === undefined || !isTokenRefused(error) || !tokens.drop(token)) throw error;
    headers.delete(AUTHORIZATION);
    if ((await addToken(tokens, signal, headers)) === token) throw error;
    return await call(headers);
  }
}

/** Adds the connection's token to the headers, and answers it; undefined: none was added. */
export async function addToken(
  tokens: TokenSource,
  signal: AbortSignal,
  headers: Headers,
): Promise<string | undefined> {
  signal.throwIfAborted();
  if (headers.has(AUTHORIZATION)) return undefined;
  const token = await tokens.get(signal);
  if (token !== undefined) headers.set(AUTHORIZATION, `Bearer ${token}`);
  return token;
}

/** Whether the registry has refused the token of a call. */
export function isTokenRefused(error: unknown): boolean {
  return refusalOf(error)?.reason === "TOKEN_INVALID";
}
