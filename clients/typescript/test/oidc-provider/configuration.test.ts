import { describe, expect, it } from "vitest";
import { createOidcProviderScopes } from "../../src/oidc-provider/index.ts";
import { createMemoryReplica } from "./memory-replica.ts";
import { startProvider } from "./running-provider.ts";

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

describe("the provider's configuration", () => {
  it("is refused with resource indicators of its own, which nobody would ask", () => {
    const configuration = { features: { resourceIndicators: { enabled: false } } };
    expect(() => createOidcProviderScopes({ replica: createMemoryReplica(), configuration })).toThrow(TypeError);
  });

  it("stays as it is in everything else", () => {
    const configuration = { scopes: ["openid"], features: { userinfo: { enabled: false } } };
    const { configuration: made } = createOidcProviderScopes({ replica: createMemoryReplica(), configuration });
    expect(made).toMatchObject(configuration);
    expect(made).not.toHaveProperty("findAccount");
  });
});
