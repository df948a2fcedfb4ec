import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { Fetch } from "./bounded-fetch.ts";
import { fetchJson } from "./fetch-json.ts";
import { discoverLocation } from "./issuer-metadata.ts";
import { TokenUncheckedError } from "./token-errors.ts";

/** How long keys are used before they are fetched anew, in milliseconds. */
export const KEYS_MAX_AGE_MS = 600_000;

/** How long after fetching keys an unknown key identifier does not make them be fetched again, in milliseconds. */
export const KEYS_COOLDOWN_MS = 30_000;

/** How long an issuer may take for its metadata and keys together, in milliseconds. */
export const KEYS_TIMEOUT_MS = 5_000;

/** How many tokens wait for keys at once: anybody can make up tokens with unknown keys. */
export const MAX_WAITING_FOR_KEYS = 1_000;

/** After how long an issuer that failed is asked again, in seconds. */
const ISSUER_RETRY_SECONDS = 5;

/** Whose keys. */
export interface IssuerKeysOptions {
  readonly issuer: string;
  /** Where the keys are. Undefined: the issuer's metadata tells (RFC 8414, OpenID Connect Discovery). */
  readonly jwksUri: string | undefined;
  /** How old keys may be while the issuer is away, in milliseconds; 600,000, as always, if not given. */
  readonly maxAgeWhileAwayMs?: number | undefined;
  /** How they are fetched; `fetch` if not given. */
  readonly fetch?: Fetch | undefined;
}

/**
 * The keys of an issuer, fetched when they are first needed, once at a time, and then kept. A failure is remembered for 5
 * seconds, so that an issuer that is down costs its callers one time-out and not one each.
 *
 * jose's `createRemoteJWKSet` bounds neither how many tokens wait, nor does it go on with old keys.
 *
 * The function throws TokenUncheckedError when a key is needed and cannot be had, or more than 1,000 tokens wait for keys;
 * that does not concern tokens whose key is known.
 */
export function createIssuerKeys({
  issuer,
  jwksUri,
  maxAgeWhileAwayMs = 0,
  fetch,
}: IssuerKeysOptions): JWTVerifyGetKey {
  // Times are by `performance.now()`, which nobody sets.
  let newest = { time: Number.NEGATIVE_INFINITY, find: createLocalJWKSet({ keys: [] }) };
  let failure: { readonly time: number; readonly error: unknown } | undefined;
  let loading: Promise<void> | undefined;
  let waiting = 0;

  const isOlderThan = (ageMs: number) => performance.now() - newest.time >= ageMs;

  async function load(): Promise<void> {
    if (failure !== undefined && performance.now() - failure.time < ISSUER_RETRY_SECONDS * 1_000) throw failure.error;
    const signal = AbortSignal.timeout(KEYS_TIMEOUT_MS);
    try {
      // Metadata is read each time that keys are, so that a move of the keys is followed.
      const url = jwksUri ?? (await discoverLocation(issuer, "jwks_uri", signal, fetch));
      const find = createLocalJWKSet((await fetchJson(url, signal, fetch)) as JSONWebKeySet);
      newest = { time: performance.now(), find };
      failure = undefined;
    } catch (error) {
      failure = { time: performance.now(), error };
      throw error;
    }
  }

  function loadOnce(): Promise<void> {
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  async function waitForKeys(): Promise<void> {
    if (waiting >= MAX_WAITING_FOR_KEYS) {
      throw new TokenUncheckedError("Too many tokens wait for the keys of their issuer: try again later", {
        retryAfterSeconds: 1,
      });
    }
    waiting += 1;
    try {
      await loadOnce();
    } catch (error) {
      throw noKeys(error);
    } finally {
      waiting -= 1;
    }
  }

  async function renewOldKeys(): Promise<void> {
    if (!isOlderThan(KEYS_MAX_AGE_MS)) return;
    // An issuer that is known to be away holds nobody up who can do without it.
    if (failure !== undefined && !isOlderThan(maxAgeWhileAwayMs)) return void loadOnce().catch(() => undefined);
    await waitForKeys().catch((error: unknown) => {
      if (isOlderThan(maxAgeWhileAwayMs)) throw error;
    });
  }

  const find: JWTVerifyGetKey = (header, token) =>
    newest.find(header, token).catch((error: unknown) => {
      throw isAboutToken(error) ? error : noKeys(error);
    });

  return async (header, token) => {
    await renewOldKeys();
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !isOlderThan(KEYS_COOLDOWN_MS)) throw error;
    }
    await waitForKeys();
    return find(header, token);
  };
}

function noKeys(cause: unknown): TokenUncheckedError {
  return new TokenUncheckedError("The keys of the token's issuer cannot be fetched: try again later", {
    retryAfterSeconds: ISSUER_RETRY_SECONDS,
    cause,
  });
}

/** Any other error is of the key that was found. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
