/**
 * A token issuer with a replica of the registry: node-oidc-provider with client credentials. The environment names the registry's
 * address, a token for it, and the secret of the issuer's one client.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connectScopeRegistry, createScopeReplica } from "@scope-registry/client";
import { createOidcProviderScopes } from "@scope-registry/client/oidc-provider";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const { REGISTRY_ADDRESS = "", REGISTRY_TOKEN = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;

const connection = connectScopeRegistry({ address: REGISTRY_ADDRESS, credentials: { token: REGISTRY_TOKEN } });
const replica = createScopeReplica({ connection });
await replica.ready;

const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const { privateKey } = await generateKeyPair("ES256", { extractable: true });
const scopes = createOidcProviderScopes({
  replica,
  accessToken: () => ({ jwt: { sign: { alg: "ES256" } } }),
  configuration: {
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
    ],
    cookies: { keys: ["only for benchmarks"] },
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "ES256", use: "sig" }] },
    ttl: { ClientCredentials: 3_600 },
  },
});
const provider = new Provider(origin, scopes.configuration);
scopes.attach(provider);
server.on("request", provider.callback());

process.stdout.write(`listening on ${origin}\n`);
process.once("SIGTERM", () => process.exit(0));
