/** How scopes end without a surprise: disabled, deleted, reserved, released, and how they change hands. */
import { ScopeState, type ScopeUsage, VerdictStatus } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { governanceParties } from "../support/governance-parties.ts";
import { refusalOf } from "../support/refusal.ts";
import { startTestServer, type TestServer, WAYS } from "../support/test-server.ts";

const scope = (name: string, more: object = {}) => ({ name, description: "Do it", ...more });
const IN_USE = { code: "FAILED_PRECONDITION", reason: "SCOPE_IN_USE" };
const WRONG_STATE = { code: "FAILED_PRECONDITION", reason: "WRONG_STATE" };
const NOT_OWNED = { code: "PERMISSION_DENIED", reason: "SCOPE_NOT_OWNED" };

describe.each(WAYS)("the retirement of scopes, by $name", ({ protocol, store }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ store });
  });
  afterAll(() => server.stop());

  async function parties() {
    const all = await governanceParties(server, protocol);
    const name = `${all.owner}:read`;
    await all.resourceServer.registry.registerScopes({ scopes: [scope(name)] });
    const verdict = async (clientId = "") =>
      (await all.authorizationServer.validateScopes({ clientId, scopes: [name] })).verdicts[0]?.status;
    return { ...all, name, verdict };
  }

  it("a scope that nobody uses is disabled, enabled, disabled and deleted by its owner", async () => {
    const { name, owner, resourceServer, verdict, authorizationServer } = await parties();
    const { admin, registry } = resourceServer;
    const disabled = await admin.disableScopes({ names: [name] });
    expect(disabled.scopes).toMatchObject([{ name, state: ScopeState.DISABLED, disabledByAdmin: false }]);
    expect(disabled.usages).toMatchObject([{ name, lastValidatedDay: "", clientIds: [], inUse: false }]);
    expect(await verdict()).toBe(VerdictStatus.DISABLED);
    expect((await admin.disableScopes({ names: [name] })).revision).toBe(disabled.revision);

    expect(await refusalOf(admin.deleteScopes({ names: [`${owner}:none`] }))).toMatchObject({ code: "NOT_FOUND" });
    expect((await admin.enableScopes({ names: [name] })).scopes).toMatchObject([{ name, state: ScopeState.ACTIVE }]);
    expect(await refusalOf(admin.deleteScopes({ names: [name] }))).toMatchObject({
      ...WRONG_STATE,
      metadata: { scopes: name },
    });
    // It was validated above, so that it counts as used.
    await admin.disableScopes({ names: [name], force: true });
    const deleted = await admin.deleteScopes({ names: [name], force: true });
    expect(deleted.revision).toBeGreaterThan(disabled.revision);
    expect(await verdict()).toBe(VerdictStatus.UNKNOWN);
    expect((await authorizationServer.listScopes({ names: [name] })).scopes).toEqual([]);
    expect((await admin.deleteScopes({ names: [name] })).revision).toBe(deleted.revision);
    await registry.registerScopes({ scopes: [scope(name)] });
  });

  it("what an administrator has disabled, its owner can neither enable, nor register valid again, nor delete", async () => {
    const { name, resourceServer, operator } = await parties();
    const { scopes } = await operator.admin.disableScopes({ names: [name], force: true });
    expect(scopes).toMatchObject([{ state: ScopeState.DISABLED, disabledByAdmin: true }]);
    expect(await refusalOf(resourceServer.admin.enableScopes({ names: [name] }))).toMatchObject(WRONG_STATE);
    expect(await refusalOf(resourceServer.admin.deleteScopes({ names: [name] }))).toMatchObject(WRONG_STATE);
    const { results } = await resourceServer.registry.registerScopes({ scopes: [scope(name)] });
    expect(results[0]?.scope?.state).toBe(ScopeState.DISABLED);
    const enabled = await operator.admin.enableScopes({ names: [name] });
    expect(enabled.scopes).toMatchObject([{ state: ScopeState.ACTIVE, disabledByAdmin: false }]);
  });

  it("a scope that is in use is not disabled without force, and the answer says who uses it", async () => {
    const { name, clientId, resourceServer, authorizationServer } = await parties();
    const { admin } = resourceServer;
    expect(await usageOf(admin, name)).toMatchObject({ lastValidatedDay: "", inUse: false });
    const day = new Date().toISOString().slice(0, 10);
    await authorizationServer.validateScopes({ clientId, scopes: [name] });
    await authorizationServer.reportUsage({ uses: [{ name, clientId: `${clientId}-2`, day }] });
    await expect.poll(async () => (await usageOf(admin, name))?.clientIds.length).toBe(2);
    const usage = await usageOf(admin, name);
    expect(usage).toMatchObject({ lastValidatedDay: day, grantCount: 0, isDefault: false, inUse: true });
    expect([...(usage?.clientIds ?? [])].sort()).toEqual([clientId, `${clientId}-2`]);

    const refusal = await refusalOf(admin.disableScopes({ names: [name] }));
    expect(refusal).toMatchObject({ ...IN_USE, metadata: { scopes: name } });
    expect(refusal.metadata["clients"]?.split(" ").sort()).toEqual([clientId, `${clientId}-2`]);
    const tried = await admin.disableScopes({ names: [name], force: true, validateOnly: true });
    expect(tried.scopes).toMatchObject([{ state: ScopeState.DISABLED, revision: 0n }]);
    expect(tried.scopes[0]?.updateTime).toBeUndefined();
    expect(tried.usages).toMatchObject([{ name, inUse: true }]);
    expect((await authorizationServer.listScopes({ names: [name] })).scopes[0]?.state).toBe(ScopeState.ACTIVE);
    const done = await admin.disableScopes({ names: [name], force: true });
    expect(done.scopes[0]?.revision).toBe(done.revision);
    expect(await refusalOf(admin.deleteScopes({ names: [name] }))).toMatchObject(IN_USE);
  });

  it("a scope that is granted to somebody, or is a client's default, is in use", async () => {
    const { name, clientId, resourceServer, operator } = await parties();
    await resourceServer.admin.grantScopes({ clientId, scopes: [name] });
    expect(await usageOf(resourceServer.admin, name)).toMatchObject({ grantCount: 1, isDefault: false, inUse: true });
    expect(await refusalOf(resourceServer.admin.disableScopes({ names: [name] }))).toMatchObject(IN_USE);
    await resourceServer.admin.revokeScopes({ clientId, scopes: [name] });
    await operator.admin.setClientPolicy({ clientPolicy: { clientId, defaultScopes: [name] } });
    expect(await usageOf(resourceServer.admin, name)).toMatchObject({ grantCount: 0, isDefault: true, inUse: true });
    await operator.admin.deleteClientPolicy({ clientId });
    const { usages } = await resourceServer.admin.disableScopes({ names: [name] });
    expect(usages).toMatchObject([{ grantCount: 0, isDefault: false, inUse: false }]);
  });

  it("usage that is no fact is refused with every violation, and names that nobody has are passed over", async () => {
    const { authorizationServer } = await parties();
    await authorizationServer.reportUsage({
      uses: [{ name: "nobody:has", day: new Date().toISOString().slice(0, 10) }],
    });
    const uses = [
      { name: "a", day: "1999-01-01" },
      { name: "b", clientId: "c".repeat(513), day: "soon" },
    ];
    expect(await refusalOf(authorizationServer.reportUsage({ uses }))).toMatchObject({
      code: "INVALID_ARGUMENT",
      fields: ["uses[0].day", "uses[1].client_id", "uses[1].day"],
    });
  });

  it("the name of a deleted scope stays reserved to its owner until an administrator releases it", async () => {
    const { name, owner, other, resourceServer, otherServer, operator } = await parties();
    await resourceServer.admin.disableScopes({ names: [name] });
    const { revision } = await resourceServer.admin.deleteScopes({ names: [name] });
    expect((await resourceServer.admin.listReservedNames({})).reservedNames).toMatchObject([{ name, owner, revision }]);
    expect((await otherServer.admin.listReservedNames({})).reservedNames).toEqual([]);
    expect((await operator.admin.listReservedNames({ owner })).reservedNames).toMatchObject([{ name, owner }]);
    expect(await refusalOf(otherServer.admin.listReservedNames({ owner }))).toMatchObject(NOT_OWNED);
    const take = () => otherServer.registry.registerScopes({ scopes: [scope(name)] });
    expect(await refusalOf(take())).toMatchObject(NOT_OWNED);

    const released = await operator.admin.releaseNames({ names: [name, `${name}:never`] });
    expect(released.revision).toBeGreaterThan(revision);
    expect((await operator.admin.listReservedNames({ owner })).reservedNames).toEqual([]);
    const { results } = await take();
    expect(results[0]?.scope?.owner).toBe(other);
    expect(await refusalOf(operator.admin.releaseNames({ names: [name] }))).toMatchObject({
      code: "FAILED_PRECONDITION",
      reason: "NAME_IN_USE",
      metadata: { scopes: name },
    });
  });

  it("scopes change hands by their owner or an administrator, with their aliases and their resources", async () => {
    const { name, owner, other, resourceServer, otherServer, operator } = await parties();
    const gift = scope(`${owner}:gift`, {
      aliases: [`${owner}:present`],
      resources: [`https://${owner}.example.com/`],
    });
    await resourceServer.registry.registerScopes({ scopes: [gift] });
    const give = { names: [gift.name], newOwner: other };
    expect(await refusalOf(resourceServer.admin.transferScopes(give))).toMatchObject({
      code: "NOT_FOUND",
      metadata: { names: other },
    });
    await otherServer.registry.registerScopes({ scopes: [scope(`${other}:read`)] });
    expect(await refusalOf(otherServer.admin.transferScopes(give))).toMatchObject({
      ...NOT_OWNED,
      metadata: { scopes: gift.name },
    });
    const { scopes, revision } = await resourceServer.admin.transferScopes(give);
    expect(scopes).toMatchObject([{ name: gift.name, owner: other, revision }]);
    const { results } = await otherServer.registry.registerScopes({ scopes: [{ ...gift, description: "Mine now" }] });
    expect(results[0]?.scope).toMatchObject({ owner: other, description: "Mine now" });
    expect(await refusalOf(resourceServer.registry.registerScopes({ scopes: [gift] }))).toMatchObject(NOT_OWNED);
    const alias = resourceServer.registry.registerScopes({ scopes: [scope(`${owner}:present`)] });
    expect(await refusalOf(alias)).toMatchObject({ code: "PERMISSION_DENIED" });

    const back = await operator.admin.transferScopes({ names: [gift.name], newOwner: owner });
    expect(back.scopes).toMatchObject([{ owner }]);
    const rest = await operator.admin.transferScopes({ names: [name], newOwner: owner });
    expect(rest.revision).toBe(back.revision);
  });

  it("a scope whose resource other scopes of its owner are tied to does not leave with it", async () => {
    const resource = (owner: string) => ({ resources: [`https://${owner}.example.com/`] });
    const { owner, other, resourceServer, otherServer } = await parties();
    const [stays, goes] = [`${owner}:stays`, `${owner}:goes`] as const;
    await resourceServer.registry.registerScopes({
      scopes: [scope(stays, resource(owner)), scope(goes, resource(owner))],
    });
    await otherServer.registry.registerScopes({ scopes: [scope(`${other}:read`)] });
    const give = resourceServer.admin.transferScopes({ names: [goes], newOwner: other });
    expect(await refusalOf(give)).toMatchObject({ code: "FAILED_PRECONDITION", reason: "RESOURCE_IN_USE" });
    const { scopes } = await resourceServer.admin.transferScopes({ names: [stays, goes], newOwner: other });
    expect(scopes.map((each) => [each.name, each.owner])).toEqual([
      [stays, other],
      [goes, other],
    ]);
  });

  it("an act on many scopes is done to all of them or to none", async () => {
    const { name, other, resourceServer, otherServer, verdict } = await parties();
    await otherServer.registry.registerScopes({ scopes: [scope(`${other}:read`)] });
    const names = [name, `${other}:read`];
    for (const act of [
      () => resourceServer.admin.disableScopes({ names, force: true }),
      () => resourceServer.admin.disableScopes({ names: [name, "nobody:has"], force: true }),
    ]) {
      await refusalOf(act());
      expect(await verdict()).toBe(VerdictStatus.GRANTED);
    }
  });
});

async function usageOf(
  admin: { listScopeUsages(request: { names: string[] }): Promise<{ usages: ScopeUsage[] }> },
  name: string,
): Promise<ScopeUsage | undefined> {
  return (await admin.listScopeUsages({ names: [name] })).usages[0];
}
