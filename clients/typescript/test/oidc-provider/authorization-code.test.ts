import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMemoryReplica, type MemoryReplica } from "./memory-replica.ts";
import { authorize, claimsOf, type Parameters, refresh } from "./oauth-client.ts";
import { type RunningProvider, startProvider } from "./running-provider.ts";

const BILLING = "https://billing.example.com/";
const DOCS = "https://docs.example.com/";
const SCOPES = [
  { name: "invoices:read", resources: [BILLING] },
  { name: "invoices:write", resources: [BILLING] },
  { name: "docs:read", resources: [DOCS] },
  { name: "search" },
];

let replica: MemoryReplica;
let running: RunningProvider;

beforeEach(async () => {
  replica = createMemoryReplica({ scopes: SCOPES });
  running = await startProvider({ replica });
});
afterEach(() => running[Symbol.asyncDispose]());

const ask = (parameters: Parameters) => authorize(running.issuer, parameters);

describe("an authorization request", () => {
  it("leads through consent to a token for the resource of its scopes", async () => {
    const { callback, redeem } = await ask({ scope: "invoices:read" });
    expect(callback.get("error")).toBeNull();
    expect(running.pages).toMatchObject([
      { prompt: "login", items: [] },
      { prompt: "consent", items: [{ name: "invoices:read", resources: [BILLING] }] },
    ]);
    expect(claimsOf(await redeem())).toMatchObject({ aud: BILLING, sub: "alice", scope: "invoices:read" });
  });

  it("may name a scope that was registered while the provider runs", async () => {
    replica.register({ name: "reports:read", resources: ["https://reports.example.com/"] });
    const { redeem } = await ask({ scope: "reports:read" });
    expect(claimsOf(await redeem())).toMatchObject({ aud: "https://reports.example.com/", scope: "reports:read" });
  });

  it("is sent back with invalid_scope and the registry's reason for a refused scope, and shows no page", async () => {
    const { callback } = await ask({ scope: "invoices:read unknown", state: "xyz" });
    expect(Object.fromEntries(callback)).toEqual({
      error: "invalid_scope",
      error_description: "Scope unknown is not registered",
      iss: running.issuer,
      state: "xyz",
    });
    expect(running.pages).toEqual([]);
  });

  it("is sent back with invalid_target for a resource that nobody has registered", async () => {
    const { callback } = await ask({ scope: "invoices:read", resource: [BILLING, "https://nobody.example.com/"] });
    expect(callback.get("error")).toBe("invalid_target");
  });

  it("is sent back if its scope is disabled while the user reads the consent page", async () => {
    running.onPage = (prompt) => {
      if (prompt === "consent") replica.register({ name: "invoices:read", state: "DISABLED" });
    };
    const { callback } = await ask({ scope: "invoices:read" });
    expect(callback.get("error")).toBe("invalid_scope");
    expect(callback.get("error_description")).toBe("Scope invoices:read is disabled");
  });

  it("without scopes asks for the defaults", async () => {
    replica.register({ name: "search", isDefault: true }, { name: "docs:read", isDefault: true });
    const untied = await ask({});
    expect(claimsOf(await untied.redeem())).toMatchObject({ aud: running.issuer, scope: "search" });
    const tied = await ask({ resource: DOCS });
    expect(claimsOf(await tied.redeem())).toMatchObject({ aud: DOCS, scope: "docs:read" });
  });

  it("without scopes never gets one of the provider's own, whoever has made it a default", async () => {
    replica.register({ name: "offline_access", isDefault: true }, { name: "search", isDefault: true });
    const { redeem } = await ask({});
    const { body } = await redeem();
    expect(body).toMatchObject({ scope: "search" });
    expect(body).not.toHaveProperty("refresh_token");
  });

  it("of OpenID Connect alone is not judged", async () => {
    replica.register({ name: "openid", state: "DISABLED" });
    const { redeem } = await ask({ scope: "openid email" });
    const { body } = await redeem();
    expect(body).toMatchObject({ scope: "openid email", access_token: expect.not.stringContaining(".") });
    const userinfo = await fetch(`${running.issuer}/me`, {
      headers: { authorization: `Bearer ${body["access_token"]}` },
    });
    expect(await userinfo.json()).toEqual({ sub: "alice", email: "alice@example.com" });
  });

  it("of both kinds of scopes gives a token for the resource, and the claims in the ID token", async () => {
    const { redeem } = await ask({ scope: "openid email invoices:read" });
    const answer = await redeem();
    expect(claimsOf(answer)).toMatchObject({ aud: BILLING, scope: "invoices:read" });
    expect(decodeJwt(String(answer.body["id_token"]))).toMatchObject({ sub: "alice", email: "alice@example.com" });
  });

  it("for two resources gives a token for each, with its scopes and those tied to none", async () => {
    const asked = { scope: "invoices:read docs:read search offline_access", prompt: "consent" };
    const { redeem } = await ask({ ...asked, resource: [BILLING, DOCS] });
    const first = await redeem({ resource: BILLING });
    expect(claimsOf(first)).toMatchObject({ aud: BILLING, scope: "invoices:read search" });
    const token = first.body["refresh_token"];
    expect(claimsOf(await refresh(running.issuer, token, { resource: DOCS }))).toMatchObject({
      aud: DOCS,
      scope: "docs:read search",
    });
  });

  it("for scopes of two resources is sent back until it names them, and shows no page", async () => {
    const { callback } = await ask({ scope: "invoices:read docs:read" });
    expect(callback.get("error")).toBe("invalid_target");
    expect(callback.get("error_description")).toBe(
      "The requested scopes are for 2 resources: say with the resource parameter which is meant",
    );
    expect(running.pages).toEqual([]);
  });

  it("is refused at the token endpoint if its scope was disabled after the code was given", async () => {
    const { redeem } = await ask({ scope: "invoices:read" });
    replica.register({ name: "invoices:read", state: "DISABLED" });
    expect(await redeem()).toMatchObject({ status: 400, body: { error: "invalid_scope" } });
  });
});
