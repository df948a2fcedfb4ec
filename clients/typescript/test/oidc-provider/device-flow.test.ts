import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBrowser } from "./browser.ts";
import { createMemoryReplica, type MemoryReplica } from "./memory-replica.ts";
import { claimsOf, formOf, type Parameters, post } from "./oauth-client.ts";
import { type RunningProvider, startProvider } from "./running-provider.ts";

const BILLING = "https://billing.example.com/";

describe("a device (RFC 8628)", () => {
  let replica: MemoryReplica;
  let running: RunningProvider;

  beforeEach(async () => {
    replica = createMemoryReplica({ scopes: [{ name: "invoices:read", resources: [BILLING] }] });
    running = await startProvider({ replica });
  });
  afterEach(() => running[Symbol.asyncDispose]());

  const start = (parameters: Parameters) =>
    post(`${running.issuer}/device/auth`, { client_id: "web-shop", ...parameters });
  const poll = (deviceCode: unknown) =>
    post(`${running.issuer}/token`, {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      client_id: "web-shop",
      device_code: String(deviceCode),
    });

  /** The user types the code, and agrees to everything. */
  async function confirm(userCode: unknown): Promise<void> {
    const browser = createBrowser();
    const { body } = await browser.open(`${running.issuer}/device`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(body)?.[1] ?? "";
    const form = formOf({ xsrf, user_code: String(userCode), confirm: "yes" });
    expect(await browser.open(`${running.issuer}/device`, form)).toMatchObject({ status: 200 });
  }

  it("gets a token for a scope that was registered while the provider runs", async () => {
    replica.register({ name: "reports:read", resources: ["https://reports.example.com/"] });
    const { body } = await start({ scope: "reports:read" });
    await confirm(body["user_code"]);
    expect(running.pages.at(-1)).toMatchObject({ prompt: "consent", items: [{ name: "reports:read" }] });
    expect(claimsOf(await poll(body["device_code"]))).toMatchObject({
      aud: "https://reports.example.com/",
      scope: "reports:read",
      sub: "alice",
    });
  });

  it("is refused at once for a scope that may not be granted", async () => {
    expect(await start({ scope: "unknown" })).toEqual({
      status: 400,
      body: { error: "invalid_scope", error_description: "Scope unknown is not registered" },
    });
  });

  it("is refused a token if its scope is disabled after the user has agreed", async () => {
    const { body } = await start({ scope: "invoices:read" });
    await confirm(body["user_code"]);
    replica.register({ name: "invoices:read", state: "DISABLED" });
    expect((await poll(body["device_code"])).body).toMatchObject({ error: "invalid_scope" });
  });
});

describe("a pushed authorization request (RFC 9126)", () => {
  it("is refused at once for a scope that may not be granted", async () => {
    await using running = await startProvider({ replica: createMemoryReplica() });
    const request = {
      client_id: "web-shop",
      response_type: "code",
      code_challenge: "x".repeat(43),
      code_challenge_method: "S256",
      scope: "unknown",
    };
    expect((await post(`${running.issuer}/request`, request)).body).toMatchObject({
      error: "invalid_scope",
      error_description: "Scope unknown is not registered",
    });
  });
});
