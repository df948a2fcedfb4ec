import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMemoryReplica, type MemoryReplica } from "./memory-replica.ts";
import { authorize, claimsOf, clientCredentials, refresh } from "./oauth-client.ts";
import { type RunningProvider, startProvider } from "./running-provider.ts";

const BILLING = "https://billing.example.com/";
const RENAMED = { name: "invoices:read", resources: [BILLING], aliases: ["invoices.read"] };

let replica: MemoryReplica;
let running: RunningProvider;

beforeEach(async () => {
  replica = createMemoryReplica({ scopes: [{ name: "search" }] });
  running = await startProvider({ replica });
});
afterEach(() => running[Symbol.asyncDispose]());

/** What a resource server does that renames its scope: the old name becomes an alias. */
function rename(): void {
  replica.register(RENAMED);
  replica.delete("invoices.read");
}

describe("a scope that is asked for by its old name", () => {
  beforeEach(rename);

  it("is in a client's own token under its new name", async () => {
    const answer = await clientCredentials(running.issuer, { scope: "invoices.read" });
    expect(answer.body["scope"]).toBe("invoices:read");
    expect(claimsOf(answer)).toMatchObject({ aud: BILLING, scope: "invoices:read" });
  });

  it("is in a user's token under its new name, once, and was shown by its new texts", async () => {
    replica.register({ ...RENAMED, consentTexts: { en: { title: "Your invoices", description: "" } } });
    const { redeem } = await authorize(running.issuer, { scope: "search openid invoices.read invoices:read" });
    expect(running.pages[1]?.items).toMatchObject([
      { name: "search" },
      { name: "invoices:read", title: "Your invoices", resources: [BILLING] },
    ]);
    const { body, status } = await redeem();
    expect(claimsOf({ body, status })).toMatchObject({ aud: BILLING, scope: "search invoices:read" });
  });

  it("is refused where the old name now means a scope of the provider's own", async () => {
    replica.register({ name: "email", aliases: ["mail"] });
    expect((await clientCredentials(running.issuer, { scope: "mail" })).body).toMatchObject({
      error: "invalid_scope",
      error_description: "Scope email is the authorization server's own: ask for it by this name",
    });
  });
});

describe("a scope that is renamed after it was granted", () => {
  const scope = "offline_access invoices.read search";

  beforeEach(() => replica.register({ name: "invoices.read", resources: [BILLING] }));

  it("is in the token for a code under its new name", async () => {
    const { redeem } = await authorize(running.issuer, { scope: "invoices.read search" });
    rename();
    expect(claimsOf(await redeem())).toMatchObject({ aud: BILLING, scope: "invoices:read search" });
  });

  it("is in each token for a refresh token under its new name, whichever the client names", async () => {
    const { redeem } = await authorize(running.issuer, { scope, prompt: "consent" });
    let token = (await redeem()).body["refresh_token"];
    rename();
    for (const named of [{}, {}, { scope: "invoices.read" }, { scope: "invoices.read" }, { scope: "invoices:read" }]) {
      const answer = await refresh(running.issuer, token, named);
      expect(claimsOf(answer)["scope"], JSON.stringify(named)).toBe(
        "scope" in named ? "invoices:read" : "invoices:read search",
      );
      token = answer.body["refresh_token"];
    }
  });

  it("is not granted where the user has rejected it under its old name", async () => {
    const { redeem } = await authorize(running.issuer, { scope, prompt: "consent" });
    const token = (await redeem()).body["refresh_token"];
    const stored = await running.provider.RefreshToken.find(String(token));
    const grant = await running.provider.Grant.find(stored?.grantId ?? "");
    grant?.rejectResourceScope(BILLING, "invoices.read");
    await grant?.save();
    rename();
    expect(claimsOf(await refresh(running.issuer, token))["scope"]).toBe("search");
  });
});

describe("an instance of a template", () => {
  const family = {
    name: "dataset:{id}:read",
    resources: [BILLING],
    consentTexts: { en: { title: "Read dataset {id}", description: "All of {id}" } },
  };
  beforeEach(() => replica.register(family));

  it("is granted for the template's resource, and shown with its values", async () => {
    const { redeem } = await authorize(running.issuer, { scope: "dataset:7:read" });
    expect(running.pages[1]?.items).toMatchObject([
      { name: "dataset:7:read", title: "Read dataset 7", description: "All of 7", resources: [BILLING] },
    ]);
    expect(claimsOf(await redeem())).toMatchObject({ aud: BILLING, scope: "dataset:7:read" });
  });

  it("is what may be asked for, and not the template, which the metadata leaves out", async () => {
    const { body } = await clientCredentials(running.issuer, { scope: "dataset:{id}:read" });
    expect(body["error_description"]).toContain("is a template: ask for an instance");
    const metadata = await fetch(`${running.issuer}/.well-known/openid-configuration`);
    const { scopes_supported: supported } = (await metadata.json()) as { scopes_supported: string[] };
    expect(supported).toContain("search");
    expect(supported).not.toContain("dataset:{id}:read");
  });
});

describe("what a client may ask for", () => {
  it("is what the registry says of it: grants, ceiling and defaults", async () => {
    replica.register({ name: "admin", restricted: true }, { name: "usual", isDefault: true });
    const ask = async (parameters = {}) => (await clientCredentials(running.issuer, parameters)).body;
    expect((await ask({ scope: "admin" }))["error"]).toBe("invalid_scope");
    expect((await ask())["scope"]).toBe("usual");
    replica.setClient({ clientId: "batch", grantedScopes: ["admin"], defaultScopes: ["search"] });
    expect((await ask({ scope: "admin" }))["scope"]).toBe("admin");
    expect((await ask())["scope"]).toBe("search");
    replica.setClient({ clientId: "batch", grantedScopes: ["admin"], allowedScopes: ["search"] });
    expect(await ask({ scope: "admin" })).toMatchObject({
      error: "invalid_scope",
      error_description: "Scope admin is not allowed for this client",
    });
  });
});
