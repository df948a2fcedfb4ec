import { createHmac, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { ClientSecretHash, HashCost } from "../../config/client-secret-hash.ts";
import { type IntrospectionClientSettings, MAX_SECRET_HASHES } from "../../config/introspection-clients.ts";
import type { RegistryScopeNames } from "../../config/registry-scope-names.ts";
import type { Caller } from "../caller.ts";
import { clientInvalid, clientsBusy } from "../refusals.ts";
import { createRequestGate, type RequestGate } from "../request-gate.ts";
import type { ClientCredentials } from "./basic-credentials.ts";
import { MAX_SECRET_LENGTH, matchesHash, USUAL_COST, unmatchedHash } from "./client-secrets.ts";

/** How many secrets are compared at once: each takes one of the four threads that check tokens and compress as well. */
const MAX_COMPARED_AT_ONCE = 2;
/** How many more may wait of one client, and how many of those that are no client. */
const MAX_WAITING = 16;
/** How long one may wait, in milliseconds. */
const MAX_WAIT_MS = 10_000;
/** How many verified credentials are remembered, and how many wrong ones. */
const MAX_REMEMBERED = 10_000;

/** Tells which introspection client has shown its credentials. */
export interface ClientVerifier {
  /**
   * The client as a caller that may introspect and nothing else. At once where it is remembered.
   *
   * @throws {RegistryError} CLIENT_INVALID; OVERLOADED. It is thrown or rejects.
   */
  verify(credentials: ClientCredentials): Caller | Promise<Caller>;
}

interface KnownClient {
  readonly caller: Caller;
  readonly hashes: readonly ClientSecretHash[];
  /** Whoever floods one client's name with guesses keeps others waiting no longer than for one of them. */
  readonly lane: RequestGate;
}

/**
 * Makes the verifier of these clients. A guess costs a hash, so that few are made at once, and each client waits in a lane of its own.
 * Credentials are remembered by a digest with a key that this process alone has; wrong ones too, so that a client with an old secret
 * does not keep its own lane full.
 *
 * @param matches how a secret is compared; by its hash, if this is not given
 */
export function createClientVerifier(
  clients: readonly IntrospectionClientSettings[],
  { introspect, introspectAll }: Pick<RegistryScopeNames, "introspect" | "introspectAll">,
  matches = matchesHash,
): ClientVerifier {
  const costliest = costliestOf(clients);
  const known = new Map(clients.map((client) => [client.clientId, knownClient(client)]));
  /** In its place, at the same cost, for who is none of them. */
  const nobody = { hashes: padded([]), lane: gate(1, MAX_WAITING) };
  const comparing = gate(MAX_COMPARED_AT_ONCE, known.size + 1);
  const key = randomBytes(32);
  const verified = new LRUCache<string, Caller>({ max: MAX_REMEMBERED });
  const refused = new LRUCache<string, true>({ max: MAX_REMEMBERED });
  const underWay = new Map<string, Promise<Caller>>();

  function knownClient({
    clientId,
    owner,
    secretHashes,
    introspectAll: seesAll,
  }: IntrospectionClientSettings): KnownClient {
    const scopes = new Set(seesAll ? [introspect, introspectAll] : [introspect]);
    return {
      caller: { clientId, owner, issuer: "", scopes },
      hashes: padded(secretHashes),
      lane: gate(1, MAX_WAITING),
    };
  }

  /** As many for everybody, so that a wrong secret takes as long whoever it is said to be of. */
  function padded(hashes: readonly ClientSecretHash[]): readonly ClientSecretHash[] {
    const more = Array.from({ length: MAX_SECRET_HASHES - hashes.length }, () => unmatchedHash(costliest));
    return [...hashes, ...more];
  }

  async function compare({ clientId, secret }: ClientCredentials, digest: string): Promise<Caller> {
    const client = known.get(clientId);
    const { hashes, lane } = client ?? nobody;
    const isRight = await lane.pass(() => comparing.pass(() => matchesAny(secret, hashes)));
    if (!isRight || client === undefined) {
      refused.set(digest, true);
      throw clientInvalid();
    }
    verified.set(digest, client.caller);
    return client.caller;
  }

  async function matchesAny(secret: string, hashes: readonly ClientSecretHash[]): Promise<boolean> {
    for (const hash of hashes) if (await matches(secret, hash)) return true;
    return false;
  }

  /** Many calls come at once where a client has just started: they are one to compare. */
  function compareOnce(credentials: ClientCredentials, digest: string): Promise<Caller> {
    let compared = underWay.get(digest);
    if (compared === undefined) {
      compared = compare(credentials, digest).finally(() => underWay.delete(digest));
      underWay.set(digest, compared);
    }
    return compared;
  }

  return {
    verify(credentials) {
      const { clientId, secret } = credentials;
      if (secret.length > MAX_SECRET_LENGTH) throw clientInvalid();
      const digest = createHmac("sha256", key)
        .update(JSON.stringify([clientId, secret]))
        .digest("base64url");
      if (refused.has(digest)) throw clientInvalid();
      return verified.get(digest) ?? compareOnce(credentials, digest);
    },
  };
}

function gate(maxUnderWay: number, maxWaiting: number): RequestGate {
  return createRequestGate({ maxUnderWay, maxWaiting, maxWaitMs: MAX_WAIT_MS, now: Date.now, refusal: clientsBusy });
}

function costliestOf(clients: readonly IntrospectionClientSettings[]): HashCost {
  const work = ({ ln, r, p }: HashCost) => 2 ** ln * r * p;
  const costs = clients.flatMap(({ secretHashes }) => secretHashes.map(({ cost }) => cost));
  return costs.reduce((most, cost) => (work(cost) > work(most) ? cost : most), costs[0] ?? USUAL_COST);
}
