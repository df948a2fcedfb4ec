import { RegistrationMode, ScopeState } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OWN_SCOPES } from "../../src/config/registry-scope-names.ts";
import { CONNECT_JSON, GRPC_JS } from "../support/protocols.ts";
import { refusalOf } from "../support/refusal.ts";
import { startTestIssuer, type TestIssuer } from "../support/test-issuer.ts";
import { type Clients, startTestServer, type TestServer, unique } from "../support/test-server.ts";

const NOT_OWNED = { code: "PERMISSION_DENIED", reason: "SCOPE_NOT_OWNED" };

describe.each([GRPC_JS, CONNECT_JSON])("attacks on the scopes of others, by $name", (protocol) => {
  let server: TestServer;
  let second: TestIssuer;
  let reader: Clients;
  let victim: Clients;
  let attacker: Clients;
  const scope = (name: string, more: object = {}) => ({ name, description: "Do it", ...more });

  beforeAll(async () => {
    second = await startTestIssuer();
    server = await startTestServer({
      moreIssuers: [{ issuer: second.issuer, owner_prefix: "partner/" }],
    });
    reader = await server.as({ client: "observer", scopes: ["read", "validate"] }, protocol);
    victim = await server.as({ client: "billing-api", scopes: ["register"] }, protocol);
    // Every scope of the registry, which is more than any owner needs, does not make up for owning.
    attacker = await server.as({ client: "docs-api", scopes: OWN_SCOPES }, protocol);
    await victim.registry.registerScopes({
      scopes: [scope("pay:all", { restricted: true, resources: ["https://pay.example.com/"] }), scope("pay:see")],
    });
    await victim.registry.registerScopes({ scopes: [scope("pay:all")], mode: RegistrationMode.REPLACE });
  });
  afterAll(async () => {
    await server.stop();
    await second.stop();
  });

  const everything = () => reader.registry.listScopes({ pageSize: 1_000 });

  it.each<[string, object]>([
    ["take a scope over", scope("pay:all")],
    ["take a disabled scope over", scope("pay:see")],
    ["unlock a restricted scope", scope("pay:all", { restricted: false })],
    ["make a scope a default", scope("pay:all", { isDefault: true })],
    ["send its clients elsewhere", scope("pay:all", { replacedBy: "docs:read" })],
    ["change what a consent screen says", scope("pay:all", { consentTexts: { en: { title: "Say hello" } } })],
    ["tie a scope to a resource", scope("pay:all", { resources: ["https://docs.example.com/"] })],
    ["deprecate a scope", scope("pay:all", { deprecated: true })],
    ["repeat a scope as it is", scope("pay:all", { restricted: true, resources: ["https://pay.example.com/"] })],
  ])("nobody else can %s, in either mode, for real or on trial", async (_what, definition) => {
    const before = await everything();
    for (const mode of [RegistrationMode.MERGE, RegistrationMode.REPLACE]) {
      for (const validateOnly of [true, false]) {
        for (const release of [0n, 9n]) {
          const scopes = [scope("docs:new"), definition as ReturnType<typeof scope>];
          const request = { scopes, mode, validateOnly, release };
          const refusal = await refusalOf(attacker.registry.registerScopes(request));
          expect(refusal).toMatchObject({ ...NOT_OWNED, metadata: { scopes: (definition as { name: string }).name } });
        }
      }
    }
    expect(await everything()).toEqual(before);
  });

  it("a REPLACE of nothing disables nothing of others", async () => {
    const before = await everything();
    await attacker.registry.registerScopes({ mode: RegistrationMode.REPLACE });
    expect(await everything()).toEqual(before);
  });

  it.each(OWN_SCOPES)("nobody can register the registry's own scope for %s", async (key) => {
    const name = server.settings.scopeNames[key];
    const before = await everything();
    expect(await refusalOf(attacker.registry.registerScopes({ scopes: [scope(name)] }))).toMatchObject({
      ...NOT_OWNED,
      metadata: { scopes: name },
    });
    expect(await everything()).toEqual(before);
  });

  it("names are compared exactly, so that one in another case is another scope and grants nothing of the first", async () => {
    const before = (await everything()).scopes.find(({ name }) => name === "pay:all");
    const { results } = await attacker.registry.registerScopes({ scopes: [scope("PAY:ALL"), scope("pay:all/")] });
    expect(results.map((result) => result.scope?.owner)).toEqual(["docs-api", "docs-api"]);
    expect((await everything()).scopes.find(({ name }) => name === "pay:all")).toEqual(before);
    const verdict = await reader.registry.validateScopes({ scopes: ["PAY:ALL", "pay:all"] });
    expect(verdict.valid).toBe(false);
    await attacker.registry.registerScopes({ mode: RegistrationMode.REPLACE });
  });

  it("a resource that a disabled scope was tied to stays with its owner", async () => {
    const before = await everything();
    const scopes = [scope("docs:pay", { resources: ["https://pay.example.com/"] })];
    expect(await refusalOf(attacker.registry.registerScopes({ scopes }))).toMatchObject({
      code: "PERMISSION_DENIED",
      reason: "RESOURCE_NOT_OWNED",
    });
    expect(await everything()).toEqual(before);
  });

  it("clients of the same name at two issuers are two owners", async () => {
    const name = unique("shared:read");
    const claims = { client_id: "billing-api", scope: "scope_registry.register" };
    const partner = server.withHeader(`Bearer ${await second.mint(claims)}`, protocol);
    expect(await refusalOf(partner.registry.registerScopes({ scopes: [scope("pay:all")] }))).toMatchObject(NOT_OWNED);
    const { results } = await partner.registry.registerScopes({ scopes: [scope(name)] });
    expect(results[0]?.scope?.owner).toBe("partner/billing-api");
    expect(await refusalOf(victim.registry.registerScopes({ scopes: [scope(name)] }))).toMatchObject(NOT_OWNED);
    await victim.registry.registerScopes({ mode: RegistrationMode.REPLACE });
    const { scopes } = await reader.registry.listScopes({ owner: "partner/billing-api" });
    expect(scopes.map(({ state }) => state)).toEqual([ScopeState.ACTIVE]);
  });

  it("a client cannot be named so that it reads as one of another issuer", async () => {
    const disguised = await server.as({ client: "partner/billing-api", scopes: ["register", "read"] }, protocol);
    expect(await refusalOf(disguised.registry.registerScopes({ scopes: [scope("x:y")] }))).toMatchObject({
      code: "UNAUTHENTICATED",
      reason: "TOKEN_INVALID",
    });
  });

  it("a token of one issuer that names the other is not believed", async () => {
    const token = await second.mint({ iss: server.issuer.issuer, client_id: "billing-api" });
    const { registry } = server.withHeader(`Bearer ${token}`, protocol);
    expect(await refusalOf(registry.registerScopes({ scopes: [scope("pay:all")] }))).toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });

  it("a scope in the token counts only as a whole name", async () => {
    for (const text of [
      "scope_registry.registe",
      "SCOPE_REGISTRY.REGISTER",
      "x_scope_registry.register",
      "scope_registry.*",
    ]) {
      const near = await server.as({ client: "near", claims: { scope: text } }, protocol);
      expect(await refusalOf(near.registry.registerScopes({ scopes: [scope("near:x")] }))).toMatchObject({
        code: "PERMISSION_DENIED",
        reason: "SCOPE_MISSING",
      });
    }
  });
});
