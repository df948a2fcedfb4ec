import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import {
  connectScopeRegistry,
  createScopeReplica,
  type ReplicaProblem,
  type ScopeReplica,
} from "@scope-registry/client";
import { createOidcProviderScopes } from "@scope-registry/client/oidc-provider";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

/** An answer of the token endpoint (RFC 6749 §5.1, §5.2). */
export interface TokenAnswer {
  readonly status: number;
  readonly access_token?: string;
  readonly error?: string;
  readonly error_description?: string;
}

/** A running authorization server with a replica of the registry. */
export interface AuthorizationServer extends AsyncDisposable {
  readonly issuer: string;
  readonly replica: ScopeReplica;
  /** Asks for a token as a client does (RFC 6749 §4.4). */
  requestToken(clientId: string, scope: string): Promise<TokenAnswer>;
}

/**
 * Starts a node-oidc-provider that knows these clients, and no scope but by its replica.
 *
 * @throws {Error} if the registry refuses the replica, or nothing has come from it after `patienceMs` milliseconds
 */
export async function startAuthorizationServer(
  registry: { readonly address: string; readonly token: string },
  clients: readonly string[],
  patienceMs: number,
): Promise<AuthorizationServer> {
  await using parts = new AsyncDisposableStack();
  const connection = parts.use(
    connectScopeRegistry({ address: registry.address, credentials: { token: registry.token } }),
  );
  const problems: string[] = [];
  const onProblem = ({ message }: ReplicaProblem) => void problems.push(message);
  const replica = parts.use(createScopeReplica({ connection, onProblem }));
  await inTime(replica.ready, patienceMs, () => `The replica is not ready: ${problems.at(-1) ?? "nothing has come"}`);
  const server = createServer().listen(0, "127.0.0.1");
  parts.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const secrets = new Map(clients.map((client) => [client, randomBytes(32).toString("base64url")]));
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const scopes = createOidcProviderScopes({
    replica,
    configuration: {
      clients: [...secrets].map(([client_id, client_secret]) => ({
        client_id,
        client_secret,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      })),
      cookies: { keys: [randomBytes(32).toString("base64url")] },
      features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
      jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "RS256", use: "sig" }] },
      ttl: { ClientCredentials: 600 },
    },
  });
  const provider = new Provider(issuer, scopes.configuration);
  scopes.attach(provider);
  server.on("request", provider.callback());

  const all = parts.move();
  return {
    issuer,
    replica,
    async requestToken(clientId, scope) {
      const credentials = Buffer.from(`${clientId}:${secrets.get(clientId)}`).toString("base64");
      const response = await fetch(`${issuer}/token`, {
        method: "POST",
        headers: { authorization: `Basic ${credentials}` },
        body: new URLSearchParams({ grant_type: "client_credentials", scope }),
      });
      return { status: response.status, ...((await response.json()) as object) };
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function inTime(promise: Promise<void>, milliseconds: number, describe: () => string): Promise<void> {
  const waiting = new AbortController();
  const tooLate = delay(milliseconds, undefined, { signal: waiting.signal }).then(() => {
    throw new Error(describe());
  });
  await Promise.race([promise, tooLate]).finally(() => waiting.abort());
}
