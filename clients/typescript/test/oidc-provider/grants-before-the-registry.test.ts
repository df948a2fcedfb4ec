import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMemoryReplica, type MemoryReplica } from "./memory-replica.ts";
import { type JsonAnswer, post, refresh } from "./oauth-client.ts";
import { CALLBACK, type RunningProvider, startProvider } from "./running-provider.ts";

const SCOPE = "offline_access invoices:read invoices:write";
const VERIFIER = "v".repeat(43);
const REFUSED = { status: 400, body: { error: "invalid_scope" } };

describe.each(["ALL_OR_NOTHING", "NARROW"] as const)("a grant of the time before the registry, in mode %s", (mode) => {
  let replica: MemoryReplica;
  let running: RunningProvider;

  beforeEach(async () => {
    replica = createMemoryReplica({ scopes: [{ name: "invoices:read" }, { name: "invoices:write" }] });
    // Without an account model, too.
    running = await startProvider({ replica, mode, configuration: { findAccount: undefined } });
  });
  afterEach(() => running[Symbol.asyncDispose]());

  /** What the provider has stored while these scopes were its own: they are for no resource. */
  async function storedBefore() {
    const { provider } = running;
    const client = await provider.Client.find("web-shop");
    if (client === undefined) throw new Error("There is no client");
    const grant = new provider.Grant({ accountId: "alice", clientId: "web-shop" });
    grant.addOIDCScope(SCOPE);
    return { accountId: "alice", client, grantId: await grant.save(), scope: SCOPE, gty: "authorization_code" };
  }

  async function redeem(): Promise<JsonAnswer> {
    const code = new running.provider.AuthorizationCode({
      ...(await storedBefore()),
      redirectUri: CALLBACK,
      codeChallenge: createHash("sha256").update(VERIFIER).digest("base64url"),
      codeChallengeMethod: "S256",
    });
    return post(`${running.issuer}/token`, {
      grant_type: "authorization_code",
      client_id: "web-shop",
      redirect_uri: CALLBACK,
      code: await code.save(),
      code_verifier: VERIFIER,
    });
  }

  it("gives its tokens while all its scopes may be granted", async () => {
    expect((await redeem()).body).toMatchObject({ scope: SCOPE, refresh_token: expect.any(String) });
  });

  it("gives none for a code once a scope is disabled", async () => {
    replica.register({ name: "invoices:write", state: "DISABLED" });
    expect(await redeem()).toMatchObject(REFUSED);
  });

  it("gives none for a refresh token once a scope is disabled, and stays good", async () => {
    const token = await new running.provider.RefreshToken(await storedBefore()).save();
    replica.register({ name: "invoices:write", state: "DISABLED" });
    expect(await refresh(running.issuer, token)).toMatchObject(REFUSED);
    replica.register({ name: "invoices:write", state: "ACTIVE" });
    expect(await refresh(running.issuer, token)).toMatchObject({ status: 200, body: { scope: SCOPE } });
  });

  it("gives none for a resource, which it was not given for, and stays good", async () => {
    const token = await new running.provider.RefreshToken(await storedBefore()).save();
    const named = await refresh(running.issuer, token, { resource: running.issuer });
    expect(named.body).toMatchObject({ error: "invalid_target" });
    expect((await refresh(running.issuer, token)).status).toBe(200);
  });
});
