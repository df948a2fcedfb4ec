/** What resource servers may register: claims, modes, defaults, and the policy of the registry. */
import {
  ChangeKind,
  NamePolicy,
  RegistrationOutcome,
  ResourceServerMode,
  ScopeState,
  VerdictStatus,
} from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { governanceParties } from "../support/governance-parties.ts";
import { refusalOf } from "../support/refusal.ts";
import { startTestServer, type TestServer, WAYS } from "../support/test-server.ts";

const scope = (name: string, more: object = {}) => ({ name, description: "Do it", ...more });

describe.each(WAYS)("the governance of resource servers, by $name", ({ protocol, store }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ store });
  });
  afterAll(() => server.stop());

  const parties = () => governanceParties(server, protocol);

  it("a resource server is set as a whole, and tells what it has", async () => {
    const { owner, other, resourceServer, operator } = await parties();
    const { contentHash } = await resourceServer.registry.registerScopes({ scopes: [scope(`${owner}:read`)] });
    const settings = {
      name: owner,
      displayName: "Billing",
      contact: "mailto:billing@example.com",
      resources: [`https://${owner}.example.com/`],
      namePrefixes: [`${owner}:`],
      mode: ResourceServerMode.READ_WRITE,
      maySetDefaults: true,
    };
    const { resourceServer: set } = await operator.admin.setResourceServer({ resourceServer: settings });
    expect(set).toMatchObject({ ...settings, scopeCount: 1, contentHash });
    const { resourceServer: own } = await resourceServer.admin.getResourceServer({ name: owner });
    expect(own).toEqual(set);
    expect(own?.createTime?.seconds).toBeGreaterThan(1_700_000_000n);

    const { resourceServer: emptied } = await operator.admin.setResourceServer({ resourceServer: { name: owner } });
    expect(emptied).toMatchObject({ contact: "", resources: [], namePrefixes: [], maySetDefaults: false });
    expect(await refusalOf(operator.admin.getResourceServer({ name: other }))).toMatchObject({
      code: "NOT_FOUND",
      reason: "NOT_FOUND",
      metadata: { names: other },
    });
  });

  it("a resource server can be set before it has registered, and only if nobody was faster", async () => {
    const { owner, operator } = await parties();
    const { resourceServer: first } = await operator.admin.setResourceServer({ resourceServer: { name: owner } });
    const { resourceServer: second } = await operator.admin.setResourceServer({
      resourceServer: { name: owner, displayName: "Second" },
      expectedRevision: first?.revision ?? 0n,
    });
    expect(second?.revision).toBeGreaterThan(first?.revision ?? 0n);
    const late = { resourceServer: { name: owner, displayName: "Late" }, expectedRevision: first?.revision ?? 0n };
    expect(await refusalOf(operator.admin.setResourceServer(late))).toMatchObject({
      code: "ABORTED",
      reason: "REVISION_MISMATCH",
      metadata: { revision: String(second?.revision) },
    });
  });

  it("settings that break rules are refused with every violation", async () => {
    const { operator } = await parties();
    const settings = {
      displayName: "d".repeat(201),
      contact: "nobody",
      namePrefixes: ["a b"],
      resources: ["no uri"],
      mode: 99 as ResourceServerMode,
    };
    const refusal = await refusalOf(operator.admin.setResourceServer({ resourceServer: settings }));
    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST" });
    const members = ["name", "display_name", "contact", "name_prefixes[0]", "resources[0]", "mode"];
    expect([...refusal.fields].sort()).toEqual(members.map((member) => `resource_server.${member}`).sort());
  });

  it("resource servers are listed in pages", async () => {
    const { owner, other, operator } = await parties();
    for (const name of [other, owner]) await operator.admin.setResourceServer({ resourceServer: { name } });
    const names: string[] = [];
    let pageToken = "";
    do {
      const page = await operator.admin.listResourceServers({ pageSize: 1, pageToken });
      expect(page.resourceServers.length).toBeLessThanOrEqual(1);
      names.push(...page.resourceServers.map(({ name }) => name));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(names).toEqual([...names].sort());
    expect(names.filter((name) => [owner, other].includes(name))).toHaveLength(2);
    expect(await refusalOf(operator.admin.listResourceServers({ pageToken: "made-up" }))).toMatchObject({
      reason: "INVALID_PAGE_TOKEN",
    });
  });

  it("a name prefix belongs to one resource server: nobody else takes a name under it", async () => {
    const { owner, resourceServer, otherServer, operator } = await parties();
    await operator.admin.setResourceServer({ resourceServer: { name: owner, namePrefixes: [`${owner}.`] } });
    const scopes = [scope(`${owner}.read`), scope(`${owner}.write`)];
    expect(await refusalOf(otherServer.registry.registerScopes({ scopes }))).toMatchObject({
      code: "PERMISSION_DENIED",
      reason: "PREFIX_NOT_OWNED",
      metadata: { scopes: `${owner}.read ${owner}.write`, holder: owner },
    });
    const asAlias = [scope(`${owner}-read`, { aliases: [`${owner}.read`] })];
    expect(await refusalOf(otherServer.registry.registerScopes({ scopes: asAlias }))).toMatchObject({
      reason: "PREFIX_NOT_OWNED",
    });
    await resourceServer.registry.registerScopes({ scopes });
  });

  it("a prefix that overlaps another's, or under which others have names, is refused, and says whose", async () => {
    const { owner, other, otherServer, operator } = await parties();
    await operator.admin.setResourceServer({ resourceServer: { name: owner, namePrefixes: [`${owner}.inner.`] } });
    for (const prefix of [`${owner}.`, `${owner}.inner.`, `${owner}.inner.deep.`]) {
      const claim = operator.admin.setResourceServer({ resourceServer: { name: other, namePrefixes: [prefix] } });
      expect(await refusalOf(claim)).toMatchObject({
        code: "ALREADY_EXISTS",
        reason: "PREFIX_TAKEN",
        metadata: { prefix, holder: owner },
      });
    }
    await otherServer.registry.registerScopes({ scopes: [scope(`${other}.read`)] });
    const prefix = `${other}.`;
    const claim = operator.admin.setResourceServer({ resourceServer: { name: owner, namePrefixes: [prefix] } });
    expect(await refusalOf(claim)).toMatchObject({ reason: "PREFIX_TAKEN", metadata: { prefix, holder: other } });
  });

  it("a resource that somebody holds is not given to another, nor taken from scopes that are tied to it", async () => {
    const { owner, other, resourceServer, operator } = await parties();
    const resource = `https://${owner}.example.com/`;
    await resourceServer.registry.registerScopes({ scopes: [scope(`${owner}:read`, { resources: [resource] })] });
    const grab = operator.admin.setResourceServer({ resourceServer: { name: other, resources: [resource] } });
    expect(await refusalOf(grab)).toMatchObject({
      code: "ALREADY_EXISTS",
      reason: "RESOURCE_TAKEN",
      metadata: { resource, holder: owner },
    });
    expect(await refusalOf(operator.admin.setResourceServer({ resourceServer: { name: owner } }))).toMatchObject({
      code: "FAILED_PRECONDITION",
      reason: "RESOURCE_IN_USE",
      metadata: { resource, scopes: `${owner}:read` },
    });
  });

  it("in mode REVIEW a new scope waits for its approval", async () => {
    const { owner, resourceServer, operator, authorizationServer } = await parties();
    const name = `${owner}:read`;
    await operator.admin.setResourceServer({
      resourceServer: { name: owner, mode: ResourceServerMode.REVIEW },
    });
    const { results } = await resourceServer.registry.registerScopes({ scopes: [scope(name)] });
    expect(results[0]).toMatchObject({
      outcome: RegistrationOutcome.CREATED,
      scope: { state: ScopeState.PENDING },
    });
    expect(results[0]?.scope?.proposal).toBeUndefined();
    const waiting = await authorizationServer.validateScopes({ scopes: [name] });
    expect(waiting.verdicts[0]?.status).toBe(VerdictStatus.PENDING);

    const { scopes, revision } = await operator.admin.approveScopes({ names: [name] });
    expect(scopes[0]).toMatchObject({ name, state: ScopeState.ACTIVE });
    const approved = await authorizationServer.validateScopes({ scopes: [name], minRevision: revision });
    expect(approved.grantedScopes).toEqual([name]);
    expect((await operator.admin.approveScopes({ names: [name] })).revision).toBe(revision);
  });

  it("in mode REVIEW what was in force stays so until the wider is approved, and the narrower passes", async () => {
    const { owner, resourceServer, operator, authorizationServer } = await parties();
    const name = `${owner}:read`;
    const { registry } = resourceServer;
    await registry.registerScopes({ scopes: [scope(name, { restricted: true })] });
    await operator.admin.setResourceServer({ resourceServer: { name: owner, mode: ResourceServerMode.REVIEW } });

    const wider = { scopes: [scope(name, { restricted: false, description: "Do it now" })] };
    const { results } = await registry.registerScopes(wider);
    expect(results[0]?.scope).toMatchObject({
      state: ScopeState.PENDING,
      restricted: true,
      description: "Do it now",
      proposal: { restricted: false },
    });
    expect((await registry.registerScopes(wider)).results[0]?.outcome).toBe(RegistrationOutcome.UNCHANGED);
    const status = async () => (await authorizationServer.validateScopes({ scopes: [name] })).verdicts[0]?.status;
    expect(await status()).toBe(VerdictStatus.NOT_ALLOWED);

    const expectedRevision = (results[0]?.scope?.revision ?? 0n) - 1n;
    expect(await refusalOf(operator.admin.approveScopes({ names: [name], expectedRevision }))).toMatchObject({
      code: "ABORTED",
      reason: "REVISION_MISMATCH",
    });
    const { scopes } = await operator.admin.approveScopes({ names: [name] });
    expect(scopes[0]).toMatchObject({ state: ScopeState.ACTIVE, restricted: false });
    expect(scopes[0]?.proposal).toBeUndefined();
    expect(await status()).toBe(VerdictStatus.GRANTED);

    const narrowed = await registry.registerScopes({ scopes: [scope(name, { restricted: true })] });
    expect(narrowed.results[0]?.scope).toMatchObject({ state: ScopeState.ACTIVE, restricted: true });
  });

  it("in mode REVIEW what is refused is not in force, and does not wait again when it is registered again", async () => {
    const { owner, resourceServer, operator, authorizationServer } = await parties();
    const { registry } = resourceServer;
    const [narrow, fresh, other] = [`${owner}:read`, `${owner}:new`, `${owner}:other`];
    await registry.registerScopes({ scopes: [scope(narrow, { restricted: true }), scope(other)] });
    await operator.admin.setResourceServer({ resourceServer: { name: owner, mode: ResourceServerMode.REVIEW } });
    const wider = { scopes: [scope(narrow, { restricted: false, aliases: [`${owner}:see`] }), scope(fresh)] };
    const { revision } = await registry.registerScopes(wider);

    const refuse = (names: string[], more = {}) => operator.admin.refuseScopes({ names, ...more });
    expect(await refusalOf(refuse([narrow, fresh], { expectedRevision: revision - 1n }))).toMatchObject({
      code: "ABORTED",
      reason: "REVISION_MISMATCH",
    });
    expect(await refusalOf(refuse([narrow, other]))).toMatchObject({
      code: "FAILED_PRECONDITION",
      reason: "WRONG_STATE",
      metadata: { scopes: other },
    });
    const refused = await refuse([narrow, fresh], { expectedRevision: revision });
    expect(refused.scopes).toMatchObject([
      {
        name: narrow,
        state: ScopeState.ACTIVE,
        restricted: true,
        refusedProposal: { restricted: false, aliases: [`${owner}:see`] },
      },
      { name: fresh, state: ScopeState.DISABLED, disabledByAdmin: true },
    ]);
    expect((await refuse([narrow, fresh])).revision).toBe(refused.revision);
    const { entries } = await operator.admin.listChanges({ scope: narrow, pageSize: 1 });
    expect(entries).toMatchObject([{ kind: ChangeKind.REFUSAL, resourceServer: owner, revision: refused.revision }]);

    const again = await registry.registerScopes(wider);
    expect(again.revision).toBe(refused.revision);
    expect(again.results.map(({ outcome }) => outcome)).toEqual(wider.scopes.map(() => RegistrationOutcome.UNCHANGED));
    const { verdicts } = await authorizationServer.validateScopes({ scopes: [narrow, fresh] });
    expect(verdicts.map(({ status }) => status)).toEqual([VerdictStatus.NOT_ALLOWED, VerdictStatus.DISABLED]);

    const less = await registry.registerScopes({ scopes: [scope(narrow, { restricted: false })] });
    expect(less.results[0]?.scope).toMatchObject({ state: ScopeState.PENDING, proposal: { aliases: [] } });
    expect(less.results[0]?.scope?.refusedProposal).toBeUndefined();
  });

  it("in mode READ_ONLY an owner changes nothing, and an administrator does", async () => {
    const { owner, resourceServer, operator } = await parties();
    const name = `${owner}:read`;
    await resourceServer.registry.registerScopes({ scopes: [scope(name)] });
    await operator.admin.setResourceServer({ resourceServer: { name: owner, mode: ResourceServerMode.READ_ONLY } });
    const closed = { code: "FAILED_PRECONDITION", reason: "REGISTRATION_CLOSED" };
    const { registry, admin } = resourceServer;
    expect(await refusalOf(registry.registerScopes({ scopes: [scope(`${owner}:new`)] }))).toMatchObject(closed);
    expect(await refusalOf(registry.registerScopes({ mode: 2 }))).toMatchObject(closed);
    expect(await refusalOf(admin.disableScopes({ names: [name] }))).toMatchObject(closed);
    // A server that restarts says what it said before.
    const { results } = await registry.registerScopes({ scopes: [scope(name)] });
    expect(results[0]?.outcome).toBe(RegistrationOutcome.UNCHANGED);
    await operator.admin.disableScopes({ names: [name] });
  });

  it("the right to set defaults needs no scope in the token", async () => {
    const { owner, resourceServer, operator } = await parties();
    const scopes = [scope(`${owner}:read`, { isDefault: true })];
    expect(await refusalOf(resourceServer.registry.registerScopes({ scopes }))).toMatchObject({
      code: "PERMISSION_DENIED",
      reason: "SCOPE_MISSING",
      metadata: { scope: "scope_registry.register_default" },
    });
    await operator.admin.setResourceServer({ resourceServer: { name: owner, maySetDefaults: true } });
    const { results } = await resourceServer.registry.registerScopes({ scopes });
    expect(results[0]?.scope?.isDefault).toBe(true);
  });
});

describe.each(WAYS)("the registry's policy, by $name", ({ protocol, store }) => {
  it("can require a prefix of the caller's own for new names", async () => {
    await using server = await startTestServer({ store });
    const { owner, resourceServer, operator } = await governanceParties(server, protocol);
    const { registryPolicy: open } = await operator.admin.getRegistryPolicy({});
    expect(open).toMatchObject({ names: NamePolicy.OPEN, revision: 0n });
    expect(open?.updateTime).toBeUndefined();
    await resourceServer.registry.registerScopes({ scopes: [scope("before")] });

    const { registryPolicy } = await operator.admin.setRegistryPolicy({
      registryPolicy: { names: NamePolicy.PREFIX_REQUIRED },
    });
    expect(registryPolicy?.revision).toBeGreaterThan(0n);
    expect((await operator.admin.getRegistryPolicy({})).registryPolicy).toEqual(registryPolicy);
    const refusal = await refusalOf(resourceServer.registry.registerScopes({ scopes: [scope("after")] }));
    expect(refusal).toMatchObject({ code: "PERMISSION_DENIED", reason: "PREFIX_NOT_OWNED" });
    expect(refusal.metadata).toMatchObject({ scopes: "after" });
    expect(refusal.metadata).not.toHaveProperty("holder");

    await resourceServer.registry.registerScopes({ scopes: [scope("before", { restricted: true })] });
    await operator.admin.setResourceServer({ resourceServer: { name: owner, namePrefixes: ["after"] } });
    await resourceServer.registry.registerScopes({ scopes: [scope("after")] });

    const expectedRevision = (registryPolicy?.revision ?? 0n) - 1n;
    const stale = { registryPolicy: { names: NamePolicy.OPEN }, expectedRevision };
    expect(await refusalOf(operator.admin.setRegistryPolicy(stale))).toMatchObject({ reason: "REVISION_MISMATCH" });
    for (const broken of [{}, { registryPolicy: { names: 99 as NamePolicy } }]) {
      expect(await refusalOf(operator.admin.setRegistryPolicy(broken))).toMatchObject({ reason: "INVALID_REQUEST" });
    }
  });
});
