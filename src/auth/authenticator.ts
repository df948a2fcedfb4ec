/**
 * Who calls, and whether they may: `src/auth` verifies tokens and holds the table of permissions. Transports use it; it
 * uses the settings and the registry's error, and knows no protocol.
 */
import { setTimeout as delay } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { ActiveToken } from "./active-token.ts";
import { bearerToken, checkTokenSyntax } from "./bearer-token.ts";
import { CacheTally } from "./cache-tally.ts";
import type { Caller, Peer } from "./caller.ts";
import { ISSUER_RETRY_MS, isIssuerUnavailable, tokenInvalid } from "./refusals.ts";
import { MAX_TOKEN_LENGTH, type ResolvedToken, type TokenResolver } from "./token-resolver.ts";

/** How many verified tokens are remembered. */
export const MAX_CALLERS = 10_000;

/**
 * How long a token is believed without being verified again, in milliseconds: a withdrawn key is noticed after it. An issuer
 * that is away then does not make its tokens invalid, they are believed until they expire.
 */
export const RECHECK_AFTER_MS = 300_000;

/** How long a call waits for its token to be verified again, in milliseconds: an issuer that hangs must not hold it up. */
const RECHECK_WAIT_MS = 100;

/** How many characters the remembered tokens have together at the most. */
const MAX_CALLERS_LENGTH = 32 * 1024 * 1024;

/** Tells who calls. */
export interface Authenticator {
  /**
   * The caller that an `authorization` header names. It is no promise when the token is remembered, which is the normal
   * case of every call: look with `instanceof Promise` before waiting. A refusal is thrown or rejects.
   *
   * @throws {RegistryError} TOKEN_MISSING, TOKEN_INVALID or ISSUER_UNAVAILABLE.
   */
  authenticate(authorization: string | undefined, peer?: Peer): Caller | Promise<Caller>;
}

/** What an authenticator is made of. */
export interface AuthenticatorOptions {
  readonly resolver: TokenResolver;
  /** What tokens must have in `aud`. */
  readonly audience: string;
  /** The time, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly now?: (() => number) | undefined;
  /** How many verified tokens to remember; {@link MAX_CALLERS} if not given. */
  readonly maxCallers?: number | undefined;
  /** Counts how often a call's token was remembered. */
  readonly tally?: CacheTally | undefined;
}

interface KnownCaller {
  readonly caller: Caller;
  readonly validUntil: number;
  /** When it is verified again, if that is before. */
  recheckAt: number;
  /** Whether a call may wait for that: not again where there was no answer. */
  recheckWaits: boolean;
  readonly certificateSha256: string | undefined;
}

/** Makes the authenticator. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { resolver, audience, now = Date.now, maxCallers = MAX_CALLERS, tally = new CacheTally() } = options;
  const known = new LRUCache<string, KnownCaller>({
    max: maxCallers,
    maxSize: MAX_CALLERS_LENGTH,
    sizeCalculation: (_caller, token) => token.length,
  });
  const verifying = new Map<string, Promise<KnownCaller>>();

  async function verify(token: string): Promise<KnownCaller> {
    try {
      const resolved = await resolver.resolve(token, { audience, hint: "access_token" });
      const found = toKnownCaller(resolved, now() + RECHECK_AFTER_MS);
      if (found.validUntil > now()) {
        known.set(token, found);
      }
      return found;
    } finally {
      verifying.delete(token);
    }
  }

  function verifyOnce(token: string): Promise<KnownCaller> {
    let underWay = verifying.get(token);
    if (underWay === undefined) {
      underWay = verify(token);
      verifying.set(token, underWay);
    }
    return underWay;
  }

  /** Verifies a remembered token again. It is believed until there is an answer, and where there is none. */
  function recheck(token: string, found: KnownCaller): KnownCaller | Promise<KnownCaller> {
    // One call is enough to ask.
    found.recheckAt = now() + ISSUER_RETRY_MS;
    const checked = verifyOnce(token).catch((error: unknown) => {
      if (isIssuerUnavailable(error)) {
        return found;
      }
      known.delete(token);
      throw error;
    });
    // It may come when nobody waits for it any more.
    checked.catch(() => undefined);
    if (!found.recheckWaits) {
      return found;
    }
    found.recheckWaits = false;
    return Promise.race([checked, delay(RECHECK_WAIT_MS, found, { ref: false })]);
  }

  /** Who is remembered by this token; undefined: nobody, any more. */
  function recall(token: string): KnownCaller | Promise<KnownCaller> | undefined {
    const found = known.get(token);
    if (found === undefined) {
      return undefined;
    }
    const time = now();
    if (found.validUntil <= time) {
      known.delete(token);
      return undefined;
    }
    return found.recheckAt > time ? found : recheck(token, found);
  }

  function verifyNew(token: string): Promise<KnownCaller> {
    checkTokenSyntax(token);
    return verifyOnce(token);
  }

  return {
    authenticate(authorization, peer) {
      const token = bearerToken(authorization);
      if (token.length > MAX_TOKEN_LENGTH) {
        throw tokenInvalid(`The token is longer than ${MAX_TOKEN_LENGTH} characters`);
      }
      const remembered = recall(token);
      if (remembered === undefined) tally.misses += 1;
      else tally.hits += 1;
      const found = remembered ?? verifyNew(token);
      return found instanceof Promise
        ? found.then((verified) => checkCertificate(verified, peer))
        : checkCertificate(found, peer);
    },
  };
}

function checkCertificate({ caller, certificateSha256 }: KnownCaller, peer: Peer | undefined): Caller {
  if (certificateSha256 !== undefined && certificateSha256 !== peer?.certificateSha256) {
    throw tokenInvalid("The token is bound to a client certificate (RFC 8705): call with that certificate over TLS");
  }
  return caller;
}

function toKnownCaller({ token, validUntil }: ResolvedToken, recheckAt: number): KnownCaller {
  const { clientId, owner, exp, confirmation } = token;
  refuseOtherBindings(token);
  if (clientId === undefined || owner === undefined || exp === undefined) {
    throw tokenInvalid("The token's issuer tells no client_id or no exp for it: both are needed here");
  }
  const caller = { clientId, owner, issuer: token.iss, scopes: new Set(token.scopes) };
  return { caller, validUntil, recheckAt, recheckWaits: true, certificateSha256: confirmation?.certificateSha256 };
}

function refuseOtherBindings({ confirmation, tokenType }: ActiveToken): void {
  if (confirmation?.jkt !== undefined || tokenType?.toLowerCase() === "dpop") {
    throw tokenInvalid("The token is bound to a DPoP key (RFC 9449), which is not supported here: send a bearer token");
  }
  if (confirmation?.unknown) {
    throw tokenInvalid("The token is bound to its sender in a way that cannot be checked here: send a bearer token");
  }
}
