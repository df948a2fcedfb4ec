import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMemoryReplica, type MemoryReplica } from "./memory-replica.ts";
import { authorize, claimsOf, type Parameters, refresh } from "./oauth-client.ts";
import { type RunningProvider, startProvider } from "./running-provider.ts";

const BILLING = "https://billing.example.com/";
const DOCS = "https://docs.example.com/";
const FOR_BOTH = { scope: "openid offline_access invoices:read docs:read", resource: [BILLING, DOCS] };

let replica: MemoryReplica;
let running: RunningProvider;

beforeEach(async () => {
  replica = createMemoryReplica({
    scopes: [
      { name: "invoices:read", resources: [BILLING] },
      { name: "invoices:write", resources: [BILLING] },
      { name: "docs:read", resources: [DOCS] },
    ],
  });
  running = await startProvider({ replica });
});
afterEach(() => running[Symbol.asyncDispose]());

/** Asks for scopes and offline access, and redeems the code. */
async function tokensFor(parameters: Parameters, redeemed: Parameters = {}) {
  const { redeem } = await authorize(running.issuer, { prompt: "consent", ...parameters });
  const { body } = await redeem(redeemed);
  return body;
}

describe("a refresh token", () => {
  it("gives tokens for the resource of its scopes", async () => {
    const { refresh_token: token } = await tokensFor({ scope: "openid offline_access invoices:read" });
    expect(claimsOf(await refresh(running.issuer, token))).toMatchObject({ aud: BILLING, scope: "invoices:read" });
  });

  it("is refused once a scope is disabled, and is good for the other scopes, and for all when it is enabled", async () => {
    const scope = "offline_access invoices:read invoices:write";
    const { refresh_token: token } = await tokensFor({ scope });
    replica.register({ name: "invoices:write", state: "DISABLED" });
    expect(await refresh(running.issuer, token)).toEqual({
      status: 400,
      body: { error: "invalid_scope", error_description: "Scope invoices:write is disabled" },
    });
    const narrowed = await refresh(running.issuer, token, { scope: "invoices:read" });
    expect(claimsOf(narrowed)).toMatchObject({ scope: "invoices:read" });
    replica.register({ name: "invoices:write", state: "ACTIVE" });
    expect(claimsOf(await refresh(running.issuer, narrowed.body["refresh_token"]))).toMatchObject({
      scope: "invoices:read invoices:write",
    });
  });

  it("is refused for a named scope that is not for the named resource", async () => {
    const { refresh_token: token } = await tokensFor(FOR_BOTH, { resource: BILLING });
    const named = { scope: "docs:read", resource: BILLING };
    expect((await refresh(running.issuer, token, named)).body).toMatchObject({
      error: "invalid_scope",
      error_description: "Scope docs:read is not for the requested resource",
    });
  });

  it.each([
    ["with nothing else", {}, "ACTIVE"],
    ["with a resource of no grant", { resource: "https://misspelt.example.com/" }, "ACTIVE"],
    ["after its scope was disabled", {}, "DISABLED"],
  ] as const)("that is replayed %s ends the grant", async (_how, more, state) => {
    const { refresh_token: spent } = await tokensFor({ scope: "offline_access invoices:read" });
    const { body } = await refresh(running.issuer, spent);
    replica.register({ name: "invoices:read", state });
    expect((await refresh(running.issuer, spent, more)).body).toMatchObject({ error: "invalid_grant" });
    replica.register({ name: "invoices:read", state: "ACTIVE" });
    expect((await refresh(running.issuer, body["refresh_token"])).body).toMatchObject({ error: "invalid_grant" });
  });

  it("for two resources is refused until one of them is named, and stays good", async () => {
    const { refresh_token: token } = await tokensFor(FOR_BOTH, { resource: BILLING });
    const wrong = [{}, { resource: "https://misspelt.example.com/" }, { resource: [BILLING, DOCS] }];
    for (const named of wrong) {
      const { body } = await refresh(running.issuer, token, named);
      expect(body, JSON.stringify(named)).toMatchObject({ error: "invalid_target" });
    }
    expect(claimsOf(await refresh(running.issuer, token, { resource: DOCS }))).toMatchObject({ aud: DOCS });
  });

  it("for two resources needs none for the provider's own scopes", async () => {
    for (const scope of ["openid", "email"]) {
      const { refresh_token: token } = await tokensFor(
        { ...FOR_BOTH, scope: `${FOR_BOTH.scope} email` },
        { resource: BILLING },
      );
      expect(await refresh(running.issuer, token, { scope })).toMatchObject({ status: 200, body: { scope } });
    }
  });

  it("for two resources goes on for one when a scope of the other is disabled", async () => {
    const { refresh_token: token } = await tokensFor(FOR_BOTH, { resource: BILLING });
    replica.register({ name: "docs:read", state: "DISABLED" });
    const answer = await refresh(running.issuer, token, { resource: BILLING });
    expect(claimsOf(answer)).toMatchObject({ aud: BILLING, scope: "invoices:read" });
    const other = await refresh(running.issuer, answer.body["refresh_token"], { resource: DOCS });
    expect(other.body).toMatchObject({ error: "invalid_scope" });
  });

  it("in NARROW mode goes on without the disabled scope", async () => {
    await using narrow = await startProvider({ replica, mode: "NARROW" });
    const scope = "offline_access invoices:read invoices:write";
    const { redeem } = await authorize(narrow.issuer, { scope, prompt: "consent" });
    const { body } = await redeem();
    replica.register({ name: "invoices:write", state: "DISABLED" });
    const answer = await refresh(narrow.issuer, body["refresh_token"]);
    expect(answer.body["scope"]).toBe("invoices:read");
    expect(claimsOf(answer)["scope"]).toBe("invoices:read");
  });
});
