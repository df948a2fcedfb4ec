import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createOidcProviderScopes } from "../../src/oidc-provider/index.ts";
import { createMemoryReplica } from "./memory-replica.ts";
import { clientCredentials } from "./oauth-client.ts";
import { CALLBACK, startProvider, usualConfiguration } from "./running-provider.ts";

describe("the provider's metadata", () => {
  it("lists the provider's own scopes and the registered ones of the moment that may be shown", async () => {
    const replica = createMemoryReplica({
      scopes: [
        { name: "b" },
        { name: "a", state: "DEPRECATED" },
        { name: "hidden", unlisted: true },
        { name: "off", state: "DISABLED" },
        { name: "waiting", state: "PENDING" },
      ],
    });
    await using running = await startProvider({ replica });
    const listed = async (path: string) => {
      const response = await fetch(`${running.issuer}/.well-known/${path}`);
      return ((await response.json()) as Record<string, unknown>)["scopes_supported"];
    };
    for (const path of ["openid-configuration", "oauth-authorization-server"]) {
      expect(await listed(path)).toEqual(["a", "b", "email", "offline_access", "openid"]);
    }
    replica.register({ name: "new" });
    replica.delete("a");
    expect(await listed("openid-configuration")).toEqual(["b", "email", "new", "offline_access", "openid"]);
  });
});

describe("a client's metadata", () => {
  it("may name registered scopes, of which only the provider's own are a limit", async () => {
    const { features = {} } = await usualConfiguration();
    const validator = vi.fn();
    await using running = await startProvider({
      replica: createMemoryReplica({ scopes: [{ name: "invoices:read" }] }),
      configuration: {
        features: { ...features, registration: { enabled: true } },
        extraClientMetadata: { properties: ["team"], validator },
        clients: [
          {
            client_id: "batch",
            client_secret: "batch-secret",
            redirect_uris: [],
            grant_types: ["client_credentials"],
            response_types: [],
            scope: "invoices:read",
          },
        ],
      },
    });
    expect((await clientCredentials(running.issuer, { scope: "invoices:read" })).status).toBe(200);
    expect((await clientCredentials(running.issuer, { scope: "email" })).body).toMatchObject({
      error: "invalid_scope",
    });

    const register = async (metadata: Record<string, string>) => {
      const response = await fetch(`${running.issuer}/reg`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ redirect_uris: [CALLBACK], ...metadata }),
      });
      return (await response.json()) as Record<string, unknown>;
    };
    expect(await register({ scope: "email invoices:read offline_access" })).toMatchObject({
      client_id: expect.any(String),
      scope: "email offline_access",
    });
    expect(await register({ scope: "invoices:read" })).toMatchObject({ scope: "openid" });
    expect(await register({ team: "billing" })).not.toHaveProperty("scope");
    expect(validator).toHaveBeenLastCalledWith(expect.anything(), "team", "billing", expect.anything());
  });
});

describe("the provider's configuration", () => {
  const configured = (resourceIndicators: { enabled?: boolean }) =>
    createOidcProviderScopes({
      replica: createMemoryReplica(),
      configuration: { features: { resourceIndicators } },
    });

  it("is refused with resource indicators of its own, which nobody would ask", () => {
    for (const own of [{}, { enabled: true }]) expect(() => configured(own)).toThrow(TypeError);
    expect(configured({ enabled: false }).configuration.features?.resourceIndicators?.enabled).toBe(true);
  });

  it("stays as it is in everything else", () => {
    const configuration = { scopes: ["openid"], features: { userinfo: { enabled: false } } };
    const { configuration: made } = createOidcProviderScopes({ replica: createMemoryReplica(), configuration });
    expect(made).toMatchObject(configuration);
  });

  it("is warned of once for a scope that is registered as well, and keeps it as its own", async () => {
    const replica = createMemoryReplica({
      scopes: [{ name: "invoices:read", owner: "billing-api" }, { name: "email" }],
    });
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    const scopes = ["openid", "email", "invoices:read", "docs:read", "unregistered"];
    await using running = await startProvider({ replica, configuration: { scopes } });
    replica.register({ name: "docs:read", owner: "docs-api" }, { name: "invoices:read", state: "DISABLED" });
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining("invoices:read"), "OidcProviderScopesWarning"],
      [expect.stringContaining("is registered by docs-api, and is not judged"), "OidcProviderScopesWarning"],
    ]);
    expect((await clientCredentials(running.issuer, { scope: "invoices:read" })).status).toBe(200);
  });
});
