import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
import { fetchJson } from "./fetch-json.ts";
import { discoverJwksUri } from "./issuer-metadata.ts";
import { TokenUncheckedError } from "./token-errors.ts";

/** How long keys are used before they are fetched anew, in milliseconds. */
const KEYS_MAX_AGE_MS = 600_000;

/** How long keys are used beyond that while their issuer is away, in milliseconds: its tokens have expired by then. */
const KEYS_MAX_STALE_MS = 3_600_000;

/** How long after fetching keys an unknown key identifier does not make them be fetched again, in milliseconds. */
const KEYS_COOLDOWN_MS = 30_000;

/** How long an issuer may take for its metadata and keys together, in milliseconds. */
const ISSUER_TIMEOUT_MS = 5_000;

/** After how long an issuer that failed is asked again, in seconds. */
const ISSUER_RETRY_SECONDS = 5;

/**
 * The keys of an issuer, fetched when they are first needed, once at a time, and then kept. A failure is remembered for a
 * while, so that an issuer that is down costs its callers one time-out and not one each.
 *
 * The function throws TokenUncheckedError when a key is needed and cannot be had.
 */
export function createIssuerKeys(issuer: string, jwksUri: string | undefined): JWTVerifyGetKey {
  let failure: { readonly time: number; readonly error: unknown } | undefined;
  let newest: { readonly time: number; readonly keys: JSONWebKeySet } | undefined;

  async function fetchKeys(signal: AbortSignal): Promise<JSONWebKeySet> {
    if (failure !== undefined && Date.now() - failure.time < ISSUER_RETRY_SECONDS * 1_000) throw failure.error;
    try {
      // Metadata is read each time that keys are, so that a move of the keys is followed.
      const keys = (await fetchJson(jwksUri ?? (await discoverJwksUri(issuer, signal)), signal)) as JSONWebKeySet;
      createLocalJWKSet(keys);
      failure = undefined;
      newest = { time: Date.now(), keys };
      return keys;
    } catch (error) {
      failure = { time: Date.now(), error };
      throw error;
    }
  }

  async function load(signal: AbortSignal): Promise<Response> {
    try {
      return Response.json(await fetchKeys(signal));
    } catch (error) {
      if (newest === undefined || Date.now() - newest.time > KEYS_MAX_AGE_MS + KEYS_MAX_STALE_MS) throw error;
      return Response.json(newest.keys);
    }
  }

  const keys = createRemoteJWKSet(new URL(jwksUri ?? issuer), {
    cacheMaxAge: KEYS_MAX_AGE_MS,
    cooldownDuration: KEYS_COOLDOWN_MS,
    timeoutDuration: ISSUER_TIMEOUT_MS,
    [customFetch]: (_url, { signal }) => load(signal),
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      // A key that is not among old ones may be a new one.
      const unknownKey = error instanceof errors.JWKSNoMatchingKey && failure === undefined;
      if (unknownKey || error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported) {
        throw error;
      }
      throw new TokenUncheckedError("The keys of the token's issuer cannot be fetched: try again later", {
        retryAfterSeconds: ISSUER_RETRY_SECONDS,
        cause: failure?.error ?? error,
      });
    }
  };
}
