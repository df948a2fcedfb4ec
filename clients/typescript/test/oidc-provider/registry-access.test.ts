import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { parse } from "node:querystring";
import { json, text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { Code } from "@connectrpc/connect";
import type { Configuration } from "oidc-provider";
import { describe, expect, it, onTestFinished } from "vitest";
import { startTestServer, type TestServer } from "../../../../test/support/test-server.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import { createOidcProviderScopes } from "../../src/oidc-provider/index.ts";
import { createScopeReplica } from "../../src/replica/create-scope-replica.ts";
import { failureOf } from "../connection/failed-call.ts";
import { createMemoryReplica } from "./memory-replica.ts";
import { authorize, claimsOf, clientCredentials, formOf, post } from "./oauth-client.ts";
import { startProvider, usualConfiguration } from "./running-provider.ts";

const REGISTRY = "https://scopes.example.com";
const READ = "scope_registry.read";
const VALIDATE = "scope_registry.validate";
const REGISTER = "scope_registry.register";
const registryAccess = {
  audience: REGISTRY,
  clients: {
    "auth-server": `${READ} ${VALIDATE}`,
    "billing-api": `${REGISTER} scope_registry.introspect`,
    "public-api": READ,
  },
};

/** The usual configuration, and machines as clients. `public-api` has no secret. */
async function withMachines(): Promise<Configuration> {
  const { clients = [], ...usual } = await usualConfiguration();
  const machine = { redirect_uris: [], response_types: [], grant_types: ["client_credentials"] };
  const named = ["auth-server", "billing-api", "stranger"].map((client_id) => ({
    ...machine,
    client_id,
    client_secret: `${client_id}-secret`,
  }));
  const open = { ...machine, client_id: "public-api", token_endpoint_auth_method: "none" as const };
  return { ...usual, clients: [...clients, ...named, open] };
}

async function start({ isReadyAtOnce = true, mode = "ALL_OR_NOTHING" as "ALL_OR_NOTHING" | "NARROW" } = {}) {
  // As open as no registry has them: nothing but the configuration keeps them from others.
  const scopes = [{ name: READ, isDefault: true }, { name: REGISTER }, { name: "search", isDefault: true }];
  const replica = createMemoryReplica({ scopes, isReadyAtOnce });
  const accessToken = () => ({ accessTokenFormat: "opaque", audience: "https://elsewhere.example.com" }) as const;
  return startProvider({ replica, registryAccess, accessToken, mode, configuration: await withMachines() });
}

describe("a provider that issues the registry's own tokens", () => {
  it("lets its own replica and resource servers in, and nobody else", async () => {
    await using opened = new AsyncDisposableStack();
    let registry: TestServer | undefined;
    const connect = (issuer: string, clientId: string, scope: string) => {
      const clientCredentials = { issuer, clientId, clientSecret: `${clientId}-secret`, scope, resource: REGISTRY };
      const address = registry?.grpcAddress ?? "";
      return opened.use(connectScopeRegistry({ address, credentials: { clientCredentials } }));
    };
    const running = opened.use(
      await startProvider({
        registryAccess,
        configuration: await withMachines(),
        async replica(issuer) {
          registry = opened.use(
            await startTestServer({ moreIssuers: [{ issuer, owner_prefix: "as/" }], settings: { AUDIENCE: REGISTRY } }),
          );
          return opened.use(createScopeReplica({ connection: connect(issuer, "auth-server", `${READ} ${VALIDATE}`) }));
        },
      }),
    );
    const owner = connect(running.issuer, "billing-api", REGISTER);
    await owner.registry.registerScopes({ scopes: [{ name: "invoices:read", description: "Read invoices" }] });
    await expect
      .poll(async () => (await clientCredentials(running.issuer, { scope: "invoices:read" })).status)
      .toBe(200);

    const stranger = connect(running.issuer, "stranger", REGISTER);
    const failure = await failureOf(
      stranger.registry.registerScopes({ scopes: [{ name: "invoices:write", description: "Write invoices" }] }),
    );
    expect(failure.code).toBe(Code.Unauthenticated);
    expect((await clientCredentials(running.issuer, { scope: REGISTER }, "stranger")).body["error"]).toBe(
      "invalid_scope",
    );
  });

  it("issues them as JWTs for the registry, before the replica is ready and after", async () => {
    for (const isReadyAtOnce of [false, true]) {
      await using running = await start({ isReadyAtOnce });
      const asked = { scope: READ, resource: REGISTRY };
      expect(claimsOf(await clientCredentials(running.issuer, asked, "auth-server"))).toMatchObject({
        aud: REGISTRY,
        client_id: "auth-server",
        scope: READ,
      });
      const all = await clientCredentials(running.issuer, { resource: REGISTRY }, "billing-api");
      expect(claimsOf(all)["scope"]).toBe(`${REGISTER} scope_registry.introspect`);
    }
  });

  it("answers nothing else before the replica is ready", async () => {
    await using running = await start({ isReadyAtOnce: false });
    const token = (client: string, parameters = {}) => clientCredentials(running.issuer, parameters, client);
    const unready = [
      token("stranger", { resource: REGISTRY }),
      token("auth-server", { scope: READ }),
      token("auth-server", { scope: READ, resource: [REGISTRY, "https://billing.example.com/"] }),
      token("auth-server", { scope: READ, resource: REGISTRY, grant_type: "authorization_code" }),
      token("auth-server", { scope: READ, resource: REGISTRY, padding: "a".repeat(60_000) }),
      post(`${running.issuer}/token`, {}),
    ];
    for (const answer of await Promise.all(unready)) expect(answer.status).toBe(503);
    const asked = { scope: READ, resource: REGISTRY };
    expect((await token("stranger", asked)).body["error"]).toBe("invalid_scope");
    expect((await token("auth-server:x", asked)).body["error"]).toBe("invalid_client");
  });

  it("reads a form before the replica is ready that comes piece by piece", async () => {
    await using running = await start({ isReadyAtOnce: false });
    const sent = request(`${running.issuer}/token`, {
      method: "POST",
      auth: "auth-server:auth-server-secret",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    const answered = new Promise((resolve, reject) => {
      sent.on("response", (response) => resolve(json(response))).on("error", reject);
    });
    const form = formOf({ grant_type: "client_credentials", scope: READ, resource: REGISTRY }).toString();
    for (const piece of form.match(/.{1,20}/g) ?? []) {
      sent.write(piece);
      await setImmediate();
    }
    sent.end();
    expect(await answered).toMatchObject({ access_token: expect.any(String), scope: READ });
  });

  it("takes a form that the application around it has read", async () => {
    await using running = await start({ isReadyAtOnce: false });
    const callback = running.provider.callback();
    const around = createServer(async (incoming, response) => {
      await callback(Object.assign(incoming, { body: parse(await text(incoming)) }), response);
    });
    await once(around.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void around.close());
    const url = `http://127.0.0.1:${(around.address() as AddressInfo).port}`;
    const token = (resource: string) => clientCredentials(url, { scope: READ, resource }, "auth-server");
    expect((await token(REGISTRY)).status).toBe(200);
    expect((await token("https://billing.example.com/")).status).toBe(503);
  });

  it.each(["ALL_OR_NOTHING", "NARROW"] as const)("grants their scopes in no other way, in %s mode", async (mode) => {
    await using running = await start({ mode });
    const refused: [string, Record<string, string | string[]>][] = [
      ["auth-server", { scope: REGISTER, resource: REGISTRY }],
      ["auth-server", { scope: `${READ} search`, resource: REGISTRY }],
      ["auth-server", { scope: `${READ} openid`, resource: REGISTRY }],
      ["auth-server", { scope: READ, resource: `${REGISTRY}/` }],
      ["auth-server", { scope: READ, resource: [REGISTRY, REGISTRY] }],
      ["auth-server", { scope: READ, resource: running.issuer }],
      ["auth-server", { scope: READ }],
      ["stranger", { scope: READ, resource: REGISTRY }],
      ["stranger", { scope: READ, resource: running.issuer }],
      ["stranger", { resource: REGISTRY }],
    ];
    for (const [client, asked] of refused) {
      const { status, body } = await clientCredentials(running.issuer, asked, client);
      expect(status, `${client} ${JSON.stringify(asked)}`).toBe(400);
      expect(body["error"]).toMatch(/^invalid_(scope|target)$/);
    }
    const form = { grant_type: "client_credentials", client_id: "public-api", scope: READ, resource: REGISTRY };
    expect((await post(`${running.issuer}/token`, form)).body["error"]).toBe("invalid_scope");
    for (const asked of [{ scope: READ, resource: REGISTRY }, { scope: `openid ${READ}` }, { resource: REGISTRY }]) {
      const { callback } = await authorize(running.issuer, asked);
      expect(callback.get("error")).toMatch(/^invalid_(scope|target)$/);
    }
    expect((await clientCredentials(running.issuer, {}, "stranger")).body["scope"]).toBe("search");
  });

  it("gives their scopes to clients that hold the registry's own grant for them as well", async () => {
    const replica = createMemoryReplica({ scopes: [{ name: READ, owner: "", restricted: true }] });
    await using running = await startProvider({
      replica,
      registryAccess,
      resources: [REGISTRY],
      configuration: await withMachines(),
    });
    const ask = () => clientCredentials(running.issuer, { scope: READ, resource: REGISTRY }, "stranger");
    expect((await ask()).body["error_description"]).toBe(`Scope ${READ} is not allowed for this client`);
    replica.setClient({ clientId: "stranger", grantedScopes: [READ] });
    expect(claimsOf(await ask())).toMatchObject({ aud: REGISTRY, client_id: "stranger", scope: READ });
    // Whoever else has the name in the registry has no say.
    replica.register({ name: READ, owner: "mallory-api", restricted: true });
    expect((await ask()).body["error_description"]).toBe(`Scope ${READ} is only for clients of the registry`);
  });

  it("is not made with an audience or scopes that cannot be kept to these clients", () => {
    const make = (audience: string, scopes: string[]) => () =>
      createOidcProviderScopes({
        replica: createMemoryReplica(),
        configuration: { scopes },
        registryAccess: { ...registryAccess, audience },
      });
    expect(make("scope-registry", [])).toThrow(TypeError);
    expect(make(REGISTRY, ["openid", READ])).toThrow("take it out of the scopes");
    expect(make(REGISTRY, ["openid"])).not.toThrow();
  });
});
