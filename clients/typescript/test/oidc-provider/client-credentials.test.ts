import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMemoryReplica, type MemoryReplica } from "./memory-replica.ts";
import { claimsOf, clientCredentials } from "./oauth-client.ts";
import { type RunningProvider, startProvider } from "./running-provider.ts";

const BILLING = "https://billing.example.com/";
const DOCS = "https://docs.example.com/";

describe("a token on the client's own behalf", () => {
  let replica: MemoryReplica;
  let running: RunningProvider;
  const ask = (parameters = {}) => clientCredentials(running.issuer, parameters);

  beforeEach(async () => {
    replica = createMemoryReplica({
      scopes: [
        { name: "invoices:read", resources: [BILLING] },
        { name: "invoices:write", resources: [BILLING] },
        { name: "docs:read", resources: [DOCS] },
        { name: "search" },
        { name: "admin", restricted: true },
      ],
    });
    running = await startProvider({ replica });
  });
  afterEach(() => running[Symbol.asyncDispose]());

  it("is a JWT for the resource that the scopes are tied to", async () => {
    const answer = await ask({ scope: "invoices:read invoices:write" });
    expect(answer).toMatchObject({ status: 200, body: { scope: "invoices:read invoices:write" } });
    expect(claimsOf(answer)).toMatchObject({
      iss: running.issuer,
      aud: BILLING,
      client_id: "batch",
      scope: "invoices:read invoices:write",
    });
  });

  it("is given for a scope that was registered while the provider runs", async () => {
    expect((await ask({ scope: "reports:read" })).body).toMatchObject({ error: "invalid_scope" });
    replica.register({ name: "reports:read", resources: ["https://reports.example.com/"] });
    expect(claimsOf(await ask({ scope: "reports:read" }))).toMatchObject({
      aud: "https://reports.example.com/",
      scope: "reports:read",
    });
  });

  it("is refused once its scope is disabled, with the registry's reason", async () => {
    expect((await ask({ scope: "invoices:write" })).status).toBe(200);
    replica.register({ name: "invoices:write", state: "DISABLED", replacedBy: "invoices:read" });
    expect(await ask({ scope: "invoices:read invoices:write" })).toEqual({
      status: 400,
      body: {
        error: "invalid_scope",
        error_description: "Scope invoices:write is disabled, ask for invoices:read instead",
      },
    });
  });

  it("is refused for a restricted scope, which the registry judges for the client", async () => {
    const judge = vi.spyOn(replica, "judge");
    expect((await ask({ scope: "admin" })).body).toEqual({
      error: "invalid_scope",
      error_description: "Scope admin is not allowed for this client",
    });
    expect(judge).toHaveBeenCalledWith(expect.objectContaining({ clientId: "batch", scopes: ["admin"] }));
  });

  it("has the defaults if no scope is requested", async () => {
    replica.register({ name: "search", isDefault: true }, { name: "invoices:read", isDefault: true });
    expect(claimsOf(await ask())).toMatchObject({ aud: running.issuer, scope: "search" });
    expect(claimsOf(await ask({ resource: BILLING }))).toMatchObject({ aud: BILLING, scope: "invoices:read" });
  });

  it("is refused if no scope is requested and there is no default", async () => {
    expect(await ask()).toEqual({
      status: 400,
      body: { error: "invalid_scope", error_description: "No scope was requested and no default scope applies" },
    });
  });

  it("is for the requested resource, with the scopes tied to none as well", async () => {
    expect(claimsOf(await ask({ scope: "search docs:read", resource: DOCS }))).toMatchObject({
      aud: DOCS,
      scope: "search docs:read",
    });
  });

  it("is refused for a resource that nobody has registered", async () => {
    for (const scope of ["invoices:read", "search", "openid"]) {
      expect(await ask({ scope, resource: "https://nobody.example.com/" }), scope).toEqual({
        status: 400,
        body: {
          error: "invalid_target",
          error_description: "Resource https://nobody.example.com/ is not registered: name another, or none",
        },
      });
    }
  });

  it("is refused for a resource that is no absolute URI, without showing it", async () => {
    const { body } = await ask({ scope: "search", resource: 'urn:"<script>' });
    expect(body["error"]).toBe("invalid_target");
    expect(body["error_description"]).not.toContain("script");
  });

  it("is refused for a scope of another resource than the requested one", async () => {
    expect((await ask({ scope: "docs:read", resource: BILLING })).body).toEqual({
      error: "invalid_scope",
      error_description: "Scope docs:read is not for the requested resource",
    });
  });

  it("is refused for scopes of several resources until one is named", async () => {
    expect((await ask({ scope: "invoices:read docs:read" })).body).toEqual({
      error: "invalid_target",
      error_description: "The requested scopes are for 2 resources: say with the resource parameter which is meant",
    });
    replica.register({ name: "both", resources: [BILLING, DOCS] });
    expect((await ask({ scope: "both" })).body).toMatchObject({ error: "invalid_target" });
    expect(claimsOf(await ask({ scope: "both", resource: DOCS }))).toMatchObject({ aud: DOCS, scope: "both" });
  });

  it("is refused for more names than can be judged", async () => {
    const scope = Array.from({ length: 1_001 }, (_, at) => `s${at}`).join(" ");
    expect((await ask({ scope })).body).toEqual({
      error: "invalid_request",
      error_description: "1001 names are too many: give at most 1000",
    });
  });
});

describe("a token in NARROW mode", () => {
  it("has the scopes that may be granted, and says which", async () => {
    const replica = createMemoryReplica({ scopes: [{ name: "a", resources: [BILLING] }, { name: "b" }] });
    await using running = await startProvider({ replica, mode: "NARROW" });
    const answer = await clientCredentials(running.issuer, { scope: "a unknown b" });
    expect(answer.body["scope"]).toBe("a b");
    expect(claimsOf(answer)).toMatchObject({ aud: BILLING, scope: "a b" });
  });

  it("is refused if nothing may be granted", async () => {
    await using running = await startProvider({ replica: createMemoryReplica(), mode: "NARROW" });
    expect((await clientCredentials(running.issuer, { scope: "unknown" })).body).toMatchObject({
      error: "invalid_scope",
    });
  });
});

describe("a token for authorization_details (RFC 9396)", () => {
  it("needs no scope, and no resource", async () => {
    const details = [{ type: "payment" }];
    await using running = await startProvider({
      replica: createMemoryReplica({ scopes: [{ name: "a", resources: [BILLING] }] }),
      defaultResource: "https://api.example.com/",
      configuration: {
        features: {
          devInteractions: { enabled: false },
          clientCredentials: { enabled: true },
          richAuthorizationRequests: {
            enabled: true,
            types: { payment: { validate: () => {} } },
            authorizationDetailsForGrantSource: () => details,
            authorizationDetailsForAccessToken: () => details,
          },
        },
      },
    });
    const parameters = { authorization_details: JSON.stringify(details) };
    const claims = claimsOf(await clientCredentials(running.issuer, { ...parameters, resource: BILLING }));
    expect(claims).toMatchObject({ aud: BILLING, authorization_details: details });
    expect(claims).not.toHaveProperty("scope");
    expect(claimsOf(await clientCredentials(running.issuer, parameters)).aud).toBe("https://api.example.com/");
  });
});

describe("how access tokens are made", () => {
  it("can be said per resource", async () => {
    await using running = await startProvider({
      replica: createMemoryReplica({ scopes: [{ name: "a", resources: [BILLING] }, { name: "search" }] }),
      defaultResource: "https://api.example.com/",
      resources: ["https://scopes.example.com/"],
      accessToken: (resource) =>
        resource === BILLING
          ? { accessTokenTTL: 120, audience: "billing" }
          : { accessTokenFormat: "opaque", accessTokenTTL: 60 },
    });
    const billing = await clientCredentials(running.issuer, { scope: "a" });
    expect(billing.body["expires_in"]).toBe(120);
    expect(claimsOf(billing).aud).toBe("billing");
    const other = await clientCredentials(running.issuer, { scope: "search" });
    expect(other.body).toMatchObject({ expires_in: 60, access_token: expect.not.stringContaining(".") });
    const statusFor = async (resource: string) =>
      (await clientCredentials(running.issuer, { scope: "search", resource })).status;
    expect(await statusFor("https://api.example.com/")).toBe(200);
    expect(await statusFor("https://scopes.example.com/")).toBe(200);
    expect(await statusFor(running.issuer)).toBe(400);
  });
});
