import { Code, ConnectError } from "@connectrpc/connect";
import type { ClientCredentials } from "./credentials.ts";

import { createTokenRequest, type IssuedToken } from "./token-request.ts";
import type { TokenSource } from "./token-source.ts";
import { abortError, backoffDelay, pause, unlessAborted } from "./wait.ts";

/** How often a token is asked for before the calls that wait for it fail. */
const MAX_ATTEMPTS = 3;

const BACKOFF = { firstMs: 200, mostMs: 2_000 };

/** How long the authorization server may take for one token, in milliseconds. */
const ATTEMPT_TIMEOUT_MS = 5_000;

/** How long before its end a token is used no more: a tenth of its life, and at most this, in milliseconds. */
const MOST_MARGIN_MS = 30_000;

/** A token that can be used. */
interface UsableToken {
  readonly text: string;
  /** By `performance.now()`. */
  readonly usableUntil: number;
}

/**
 * A source that gets tokens from an authorization server and keeps each until shortly before it expires. Calls that need a
 * new one share one request. A failure is not kept: the next call asks anew.
 */
export function createClientCredentialsToken(client: ClientCredentials, closing: AbortSignal): TokenSource {
  const requestToken = createTokenRequest(client);
  let current: UsableToken | undefined;
  let fetching: Promise<UsableToken> | undefined;

  async function fetchToken(): Promise<UsableToken> {
    for (let attempt = 1; ; attempt++) {
      const startedAt = performance.now();
      try {
        return usable(await attemptWithin(requestToken, closing), startedAt);
      } catch (error) {
        if (closing.aborted) throw abortError(closing);
        if (attempt === MAX_ATTEMPTS || ConnectError.from(error).code !== Code.Unavailable) throw error;
        await pause(backoffDelay(attempt, BACKOFF), closing);
      }
    }
  }

  async function fetchAndKeep(): Promise<UsableToken> {
    try {
      current = await fetchToken();
      return current;
    } finally {
      fetching = undefined;
    }
  }

  return {
    async get(signal) {
      if (current !== undefined && performance.now() < current.usableUntil) return current.text;
      fetching ??= fetchAndKeep();
      const token = await unlessAborted(fetching, signal).catch((error: unknown) => {
        const late = signal.aborted && ConnectError.from(error).code === Code.DeadlineExceeded;
        throw late ? tooLate(client) : error;
      });
      return token.text;
    },
    drop(token) {
      if (current?.text === token) current = undefined;
      return true;
    },
  };
}

async function attemptWithin(
  requestToken: (signal: AbortSignal) => Promise<IssuedToken>,
  closing: AbortSignal,
): Promise<IssuedToken> {
  const attempt = new AbortController();
  const end = () => attempt.abort();
  const timer = setTimeout(end, ATTEMPT_TIMEOUT_MS);
  closing.addEventListener("abort", end, { once: true });
  try {
    return await requestToken(attempt.signal);
  } finally {
    clearTimeout(timer);
    closing.removeEventListener("abort", end);
  }
}

function usable({ text, expiresInMs }: IssuedToken, startedAt: number): UsableToken {
  return { text, usableUntil: startedAt + expiresInMs - Math.min(expiresInMs / 10, MOST_MARGIN_MS) };
}

function tooLate({ issuer, tokenEndpoint }: ClientCredentials): ConnectError {
  const from = tokenEndpoint === undefined ? `the issuer ${issuer}` : `the token endpoint ${tokenEndpoint}`;
  return new ConnectError(
    `The call's deadline has passed while ${from} was asked for a token: see whether it answers, or give more time`,
    Code.DeadlineExceeded,
  );
}
