import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { ScopeRegistry } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthority } from "../support/certificates.ts";
import { PROTOCOLS, type ProtocolTarget } from "../support/protocols.ts";
import { refusalOf } from "../support/refusal.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

/** How long a client may try to connect before it must have given up, in milliseconds. */
const TIMEOUT_MS = 3_000;

const serverAuthority = createAuthority("Test servers");
const clientAuthority = createAuthority("Test clients");
const strangeAuthority = createAuthority("Strangers");
const billing = clientAuthority.issue("billing-api");
const docs = clientAuthority.issue("docs-api");
const ca = serverAuthority.cert;
const asBilling = { ca, clientCert: billing.cert, clientKey: billing.key };

let folder: string;
let tlsSettings: Record<string, string>;
let clientCaSetting: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scope-registry-tls-"));
  const identity = serverAuthority.issue("scope-registry");
  const files = { "cert.pem": identity.cert, "key.pem": identity.key, "client-ca.pem": clientAuthority.cert };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  tlsSettings = { TLS_CERT: join(folder, "cert.pem"), TLS_KEY: join(folder, "key.pem") };
  clientCaSetting = { TLS_CLIENT_CA: join(folder, "client-ca.pem") };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Whether a client that trusts and shows this gets an answer. Any refusal of TLS is an error of the connection. */
async function isAnswered(server: TestServer, protocol: (typeof PROTOCOLS)[number], tls: ProtocolTarget["tls"]) {
  const { grpcPort, httpPort } = server.app;
  const { transport, close } = protocol.open({ grpcPort, httpPort, tls });
  const headers = { authorization: `Bearer ${await server.tokenFor({ scopes: ["read"] })}` };
  try {
    await createClient(ScopeRegistry, transport).listScopes({}, { headers, timeoutMs: TIMEOUT_MS });
    return true;
  } catch {
    return false;
  } finally {
    close();
  }
}

describe("TLS", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ settings: tlsSettings, tls: { ca } });
  });
  afterAll(() => server.stop());

  it.each(PROTOCOLS)("answers a client that trusts the server's authority, by $name", async (protocol) => {
    expect(await isAnswered(server, protocol, { ca })).toBe(true);
  });

  it.each(PROTOCOLS)("answers no plaintext and nobody that trusts another authority, by $name", async (protocol) => {
    expect(await isAnswered(server, protocol, undefined)).toBe(false);
    expect(await isAnswered(server, protocol, { ca: strangeAuthority.cert })).toBe(false);
    expect(await isAnswered(server, protocol, { ca })).toBe(true);
  });

  it.each(PROTOCOLS)(
    "believes no certificate-bound token where no certificate is asked for, by $name",
    async (protocol) => {
      const claims = { cnf: { "x5t#S256": billing.thumbprint } };
      const { registry } = await server.as({ scopes: ["read"], claims }, protocol);
      expect(await refusalOf(registry.listScopes({}))).toMatchObject({
        code: "UNAUTHENTICATED",
        reason: "TOKEN_INVALID",
      });
    },
  );
});

describe("TLS with client certificates", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ settings: { ...tlsSettings, ...clientCaSetting }, tls: asBilling });
  });
  afterAll(() => server.stop());

  it.each(PROTOCOLS)("answers a client with a certificate of the client authority, by $name", async (protocol) => {
    expect(await isAnswered(server, protocol, asBilling)).toBe(true);
  });

  it.each(PROTOCOLS)("answers no client without one, or with one of another authority, by $name", async (protocol) => {
    expect(await isAnswered(server, protocol, { ca })).toBe(false);
    const strange = strangeAuthority.issue("billing-api");
    expect(await isAnswered(server, protocol, { ca, clientCert: strange.cert, clientKey: strange.key })).toBe(false);
    expect(await isAnswered(server, protocol, undefined)).toBe(false);
    expect(await isAnswered(server, protocol, asBilling)).toBe(true);
  });

  it.each(PROTOCOLS)("believes a certificate-bound token with its certificate only, by $name", async (protocol) => {
    const bound = async (thumbprint: string) => {
      const claims = { cnf: { "x5t#S256": thumbprint } };
      return (await server.as({ scopes: ["read"], claims }, protocol)).registry;
    };
    const own = await bound(billing.thumbprint);
    expect((await own.listScopes({})).totalSize).toBeGreaterThan(0);
    // Remembered tokens are checked too.
    expect((await own.listScopes({})).totalSize).toBeGreaterThan(0);
    const others = await bound(docs.thumbprint);
    for (let times = 0; times < 2; times++) {
      expect(await refusalOf(others.listScopes({}))).toMatchObject({
        code: "UNAUTHENTICATED",
        reason: "TOKEN_INVALID",
      });
    }
  });

  it.each(PROTOCOLS)(
    "believes a stolen certificate-bound token by no other certificate, by $name",
    async (protocol) => {
      const claims = { cnf: { "x5t#S256": billing.thumbprint } };
      const token = await server.tokenFor({ scopes: ["read"], claims });
      const headers = { authorization: `Bearer ${token}` };
      expect((await server.withHeader(headers.authorization, protocol).registry.listScopes({})).totalSize).toBe(7);
      const { grpcPort, httpPort } = server.app;
      const thief = protocol.open({ grpcPort, httpPort, tls: { ca, clientCert: docs.cert, clientKey: docs.key } });
      const client = createClient(ScopeRegistry, thief.transport);
      expect(await refusalOf(client.listScopes({}, { headers }))).toMatchObject({ reason: "TOKEN_INVALID" });
      thief.close();
    },
  );
});
