import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
import type { IssuerSettings } from "../config/issuer-settings.ts";
import { type Fetch, fetchText, ISSUER_TIMEOUT_MS } from "./bounded-fetch.ts";
import { discoverJwksUri } from "./issuer-metadata.ts";
import { ISSUER_RETRY_MS, issuerUnavailable } from "./refusals.ts";

/** How long keys are used before they are fetched anew, in milliseconds. */
export const KEYS_MAX_AGE_MS = 600_000;

/** How long after fetching keys an unknown key identifier does not make them be fetched again, in milliseconds. */
export const KEYS_COOLDOWN_MS = 30_000;

/** Finds the key that a token says it is signed with. */
export type KeySet = JWTVerifyGetKey;

/**
 * The keys of an issuer, fetched when they are first needed and then kept. A failure is remembered for a while, so that
 * an issuer that is down costs its callers one time-out and not one each.
 *
 * The key set throws RegistryError ISSUER_UNAVAILABLE when keys are needed and cannot be had.
 */
export function createRemoteKeySet(
  { issuer, jwksUri }: Pick<IssuerSettings, "issuer" | "jwksUri">,
  { fetch, now }: { fetch: Fetch; now: () => number },
): KeySet {
  let failure: { readonly time: number; readonly error: unknown } | undefined;

  async function load(init: RequestInit & { signal: AbortSignal }): Promise<Response> {
    if (failure !== undefined && now() - failure.time < ISSUER_RETRY_MS) {
      throw failure.error;
    }
    try {
      // Metadata is read each time that keys are, so that a move of the keys is followed.
      const text = await fetchText(fetch, jwksUri ?? (await discoverJwksUri(issuer, fetch, init.signal)), init);
      createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
      failure = undefined;
      return new Response(text);
    } catch (error) {
      failure = { time: now(), error };
      throw error;
    }
  }

  const keys = createRemoteJWKSet(new URL(jwksUri ?? issuer), {
    cacheMaxAge: KEYS_MAX_AGE_MS,
    cooldownDuration: KEYS_COOLDOWN_MS,
    timeoutDuration: ISSUER_TIMEOUT_MS,
    [customFetch]: (_url, init) => load(init),
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      throw isAboutToken(error) ? error : issuerUnavailable(issuer, error);
    }
  };
}

function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
