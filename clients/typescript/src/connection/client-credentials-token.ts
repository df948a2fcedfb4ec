import { Code, ConnectError } from "@connectrpc/connect";
import type { ClientCredentials } from "./credentials.ts";
import { retry } from "./retry.ts";
import { createTokenRequest, type IssuedToken } from "./token-request.ts";
import type { TokenSource } from "./token-source.ts";
import { backoffDelay, unlessAborted } from "./wait.ts";

/** How often a token is asked for before the calls that wait for it fail. */
const MAX_ATTEMPTS = 3;

const BACKOFF = { firstMs: 200, mostMs: 2_000 };

/** How long the authorization server may take for one token, in milliseconds. */
const ATTEMPT_TIMEOUT_MS = 5_000;

/** How long before its end a token is used no more: a tenth of its life, and at most this, in milliseconds. */
const MOST_MARGIN_MS = 30_000;

/** How long a token that followed a refused one is kept although it is refused as well, in milliseconds. */
const REFUSED_AGAIN_MS = 5_000;

/** A token that can be used. Times are by `performance.now()`. */
interface UsableToken {
  readonly text: string;
  readonly usableUntil: number;
  /** Until when a refusal does not make another be got. */
  readonly keptUntil: number;
}

/**
 * A source that gets tokens from an authorization server and keeps each until shortly before it expires. Calls that need a
 * new one share one request. A failure is not kept: the next call asks anew.
 */
export function createClientCredentialsToken(client: ClientCredentials, closing: AbortSignal): TokenSource {
  const requestToken = createTokenRequest(client);
  let current: UsableToken | undefined;
  let fetching: Promise<UsableToken> | undefined;
  let replacesRefused = false;

  async function fetchToken(): Promise<UsableToken> {
    const startedAt = performance.now();
    const { text, expiresInMs } = await attemptWithin(requestToken, closing);
    const usableUntil = startedAt + expiresInMs - Math.min(expiresInMs / 10, MOST_MARGIN_MS);
    return { text, usableUntil, keptUntil: replacesRefused ? performance.now() + REFUSED_AGAIN_MS : 0 };
  }

  async function fetchAndKeep(): Promise<UsableToken> {
    try {
      current = await retry(fetchToken, closing, (error, count) =>
        count === MAX_ATTEMPTS || error.code !== Code.Unavailable ? undefined : backoffDelay(count, BACKOFF),
      );
      replacesRefused = false;
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
      if (current?.text !== token) return true;
      // A registry that refuses all our tokens must not make each call ask for another.
      if (performance.now() < current.keptUntil) return false;
      current = undefined;
      replacesRefused = true;
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

function tooLate({ issuer, tokenEndpoint }: ClientCredentials): ConnectError {
  const from = tokenEndpoint === undefined ? `the issuer ${issuer}` : `the token endpoint ${tokenEndpoint}`;
  return new ConnectError(
    `The call's deadline has passed while ${from} was asked for a token: see whether it answers, or give more time`,
    Code.DeadlineExceeded,
  );
}
