import { describe, expect, it } from "vitest";
import { createMemoryReplica } from "./memory-replica.ts";
import { authorize, clientCredentials, post, refresh } from "./oauth-client.ts";
import { startProvider } from "./running-provider.ts";

const UNAVAILABLE = {
  error: "temporarily_unavailable",
  error_description: "Scopes are not loaded yet: try again in some seconds",
};

describe("a provider whose replica is not ready", () => {
  it("answers token requests with temporarily_unavailable until it is", async () => {
    const replica = createMemoryReplica({ scopes: [{ name: "search" }], isReadyAtOnce: false });
    await using running = await startProvider({ replica });
    for (const asked of [{ scope: "search" }, {}, { scope: "openid" }]) {
      expect(await clientCredentials(running.issuer, asked)).toEqual({ status: 503, body: UNAVAILABLE });
    }
    replica.becomeReady();
    expect((await clientCredentials(running.issuer, { scope: "search" })).status).toBe(200);
  });

  it("answers so however the path is written that the provider takes for its token endpoint", async () => {
    await using running = await startProvider({ replica: createMemoryReplica({ isReadyAtOnce: false }) });
    for (const path of ["token", "token/", "TOKEN", "Token/"]) {
      expect(await post(`${running.issuer}/${path}`, {}), path).toEqual({ status: 503, body: UNAVAILABLE });
    }
  });

  it("sends authorization requests back with temporarily_unavailable, but those of OpenID Connect alone", async () => {
    const replica = createMemoryReplica({ scopes: [{ name: "search" }], isReadyAtOnce: false });
    await using running = await startProvider({ replica });
    for (const asked of [{ scope: "search" }, {}, { scope: "openid", resource: "https://unknown.example.com/" }]) {
      const { callback } = await authorize(running.issuer, asked);
      expect(callback.get("error"), JSON.stringify(asked)).toBe("temporarily_unavailable");
    }
    expect((await authorize(running.issuer, { scope: "openid" })).callback.has("code")).toBe(true);
  });

  it("spends no code and no refresh token", async () => {
    const replica = createMemoryReplica({ isReadyAtOnce: false });
    await using running = await startProvider({ replica });
    const { redeem } = await authorize(running.issuer, { scope: "openid offline_access", prompt: "consent" });
    expect(await redeem()).toEqual({ status: 503, body: UNAVAILABLE });
    replica.becomeReady();
    const { status, body } = await redeem();
    expect(status).toBe(200);
    expect((await refresh(running.issuer, body["refresh_token"])).status).toBe(200);
  });
});
