/** Names that stand for others: a renamed scope's old ones, and templates for all their instances. */
import { RegistrationOutcome, ScopeState, ValidationMode, ValidationView, VerdictStatus } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { governanceParties } from "../support/governance-parties.ts";
import { refusalOf } from "../support/refusal.ts";
import { startTestServer, type TestServer, WAYS } from "../support/test-server.ts";

const scope = (name: string, more: object = {}) => ({ name, description: "Do it", ...more });

describe.each(WAYS)("aliases, by $name", ({ protocol, store }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ store });
  });
  afterAll(() => server.stop());

  async function renamed() {
    const all = await governanceParties(server, protocol);
    const [before, now] = [`${all.owner}:old`, `${all.owner}:new`] as const;
    await all.resourceServer.registry.registerScopes({ scopes: [scope(before)] });
    await all.resourceServer.registry.registerScopes({ scopes: [scope(now, { aliases: [before] })] });
    return { ...all, before, now };
  }

  it("a renamed scope answers to its old name, and the verdict names the new one", async () => {
    const { before, now, authorizationServer } = await renamed();
    const judged = await authorizationServer.validateScopes({ scopes: [before, now] });
    expect(judged).toMatchObject({
      valid: true,
      grantedScopes: [now],
      verdicts: [
        { name: before, status: VerdictStatus.DEPRECATED, replacedBy: now, scope: { name: now } },
        { name: now, status: VerdictStatus.GRANTED, replacedBy: "", message: "" },
      ],
    });
    expect(judged.verdicts[0]?.message).toBe(`Scope ${before} is another name of ${now}: ask for ${now}`);
    const { scopes } = await authorizationServer.listScopes({ names: [before, now] });
    expect(scopes).toMatchObject([{ name: now, aliases: [before] }]);
  });

  it("a grant for any of the names is one for the scope", async () => {
    const { before, now, clientId, resourceServer, authorizationServer } = await renamed();
    await resourceServer.registry.registerScopes({ scopes: [scope(now, { restricted: true })] });
    expect((await authorizationServer.validateScopes({ clientId, scopes: [before] })).valid).toBe(false);
    await resourceServer.admin.grantScopes({ clientId, scopes: [before] });
    for (const name of [before, now]) {
      const { grantedScopes } = await authorizationServer.validateScopes({ clientId, scopes: [name] });
      expect(grantedScopes).toEqual([now]);
    }
  });

  it("an alias is nobody else's, and stays its owner's when it is one no more", async () => {
    const { before, now, owner, resourceServer, otherServer, authorizationServer } = await renamed();
    const take = () => otherServer.registry.registerScopes({ scopes: [scope(before)] });
    expect(await refusalOf(take())).toMatchObject({ code: "PERMISSION_DENIED", reason: "SCOPE_NOT_OWNED" });
    await resourceServer.registry.registerScopes({ mode: 2, scopes: [scope(now)] });
    const { verdicts } = await authorizationServer.validateScopes({ scopes: [before] });
    expect(verdicts[0]?.status).toBe(VerdictStatus.UNKNOWN);
    expect(await refusalOf(take())).toMatchObject({ reason: "SCOPE_NOT_OWNED" });
    expect((await resourceServer.admin.listReservedNames({})).reservedNames).toMatchObject([{ name: before, owner }]);
    await resourceServer.registry.registerScopes({ scopes: [scope(before)] });
  });

  it("an old replica that registers the old name again changes nothing, and no other scope takes the alias", async () => {
    const { before, now, owner, resourceServer, authorizationServer } = await renamed();
    const { revision } = await authorizationServer.listScopes({ owner });
    const late = await resourceServer.registry.registerScopes({ scopes: [scope(before)] });
    expect(late.results).toMatchObject([{ outcome: RegistrationOutcome.SUPERSEDED, scope: { name: now } }]);
    expect(late.revision).toBe(revision);
    const third = [scope(`${owner}:third`, { aliases: [before] })];
    expect(await refusalOf(resourceServer.registry.registerScopes({ scopes: third }))).toMatchObject({
      code: "FAILED_PRECONDITION",
      reason: "NAME_IN_USE",
      metadata: { scopes: before },
    });
  });

  it("aliases that break rules are refused with every violation", async () => {
    const { owner, resourceServer } = await governanceParties(server, protocol);
    const name = `${owner}:read`;
    const aliases = ["a b", name, `${owner}:{id}`];
    const refusal = await refusalOf(resourceServer.registry.registerScopes({ scopes: [scope(name, { aliases })] }));
    expect(refusal).toMatchObject({
      code: "INVALID_ARGUMENT",
      fields: ["scopes[0].aliases[0]", "scopes[0].aliases[1]", "scopes[0].aliases[2]"],
    });
  });
});

describe.each(WAYS)("templates, by $name", ({ protocol, store }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ store });
  });
  afterAll(() => server.stop());

  async function registered(more: object = {}) {
    const all = await governanceParties(server, protocol);
    const template = `${all.owner}:{id}:read`;
    const instance = (id: string) => `${all.owner}:${id}:read`;
    await all.resourceServer.registry.registerScopes({ scopes: [scope(template, more)] });
    return { ...all, template, instance };
  }

  it("a template stands for its instances, and the verdict tells the parameters", async () => {
    const { owner, template, instance, authorizationServer } = await registered({
      consentTexts: { en: { title: "Read data set {id}" } },
    });
    const name = instance("sales-2026");
    const judged = await authorizationServer.validateScopes({ scopes: [name], view: ValidationView.CONSENT });
    expect(judged.verdicts).toMatchObject([
      {
        name,
        status: VerdictStatus.GRANTED,
        parameters: { id: "sales-2026" },
        consentText: { title: "Read data set sales-2026" },
        scope: { name: template },
      },
    ]);
    expect(judged.grantedScopes).toEqual([name]);

    const none = [template, instance("a:b"), instance(""), instance("x".repeat(129)), `${owner}:1:write`];
    const refused = await authorizationServer.validateScopes({ scopes: none, mode: ValidationMode.NARROW });
    expect(refused.valid).toBe(false);
    expect(refused.verdicts.map(({ status }) => status)).toEqual(none.map(() => VerdictStatus.UNKNOWN));
  });

  it("an exact name goes before the template, and nobody but its owner takes one", async () => {
    const { instance, resourceServer, otherServer, owner, authorizationServer, operator } = await registered();
    const name = instance("7");
    const take = otherServer.registry.registerScopes({ scopes: [scope(name)] });
    expect(await refusalOf(take)).toMatchObject({
      code: "PERMISSION_DENIED",
      reason: "PREFIX_NOT_OWNED",
      metadata: { scopes: name, holder: owner },
    });
    await resourceServer.registry.registerScopes({ scopes: [scope(name, { restricted: true })] });
    const { verdicts } = await authorizationServer.validateScopes({ scopes: [name, instance("8")] });
    expect(verdicts.map(({ status }) => status)).toEqual([VerdictStatus.NOT_ALLOWED, VerdictStatus.GRANTED]);

    await resourceServer.admin.disableScopes({ names: [name], force: true });
    const retire = resourceServer.admin.deleteScopes({ names: [name], force: true });
    expect(await refusalOf(retire)).toMatchObject({ code: "FAILED_PRECONDITION", reason: "NAME_IN_USE" });
    await operator.admin.deleteScopes({ names: [name], force: true });
    const again = await authorizationServer.validateScopes({ scopes: [name] });
    expect(again.verdicts).toMatchObject([{ status: VerdictStatus.GRANTED, parameters: { id: "7" } }]);
  });

  it("two templates that could match one name are refused, whoever registers them", async () => {
    const { owner, template, resourceServer, otherServer } = await registered();
    const overlapping = `${owner}:{other}:{what}`;
    const own = resourceServer.registry.registerScopes({ scopes: [scope(overlapping)] });
    expect(await refusalOf(own)).toMatchObject({
      code: "FAILED_PRECONDITION",
      reason: "TEMPLATE_OVERLAP",
      metadata: { scopes: overlapping, other: template },
    });
    const foreign = otherServer.registry.registerScopes({ scopes: [scope(overlapping)] });
    expect((await refusalOf(foreign)).reason).toBe("TEMPLATE_OVERLAP");
    await resourceServer.registry.registerScopes({
      scopes: [scope(`${owner}:{id}:write`), scope(`${owner}/{id}/read`)],
    });
  });

  it("a grant for the template is one for all its instances, and one for an instance is for that alone", async () => {
    const { template, instance, clientId, resourceServer, authorizationServer } = await registered({
      restricted: true,
    });
    const statuses = async () => {
      const scopes = [instance("1"), instance("2")];
      const { verdicts } = await authorizationServer.validateScopes({ clientId, scopes });
      return verdicts.map(({ status }) => status);
    };
    await resourceServer.admin.grantScopes({ clientId, scopes: [instance("1")] });
    expect(await statuses()).toEqual([VerdictStatus.GRANTED, VerdictStatus.NOT_ALLOWED]);
    await resourceServer.admin.grantScopes({ clientId, scopes: [template] });
    expect(await statuses()).toEqual([VerdictStatus.GRANTED, VerdictStatus.GRANTED]);
  });

  it("a renamed template answers to its old form, and grants the new one with the values put in", async () => {
    const { owner, template, instance, resourceServer, authorizationServer } = await registered();
    const now = `${owner}.data.{id}.read`;
    await resourceServer.registry.registerScopes({ scopes: [scope(now, { aliases: [template] })] });
    const judged = await authorizationServer.validateScopes({ scopes: [instance("7")] });
    expect(judged).toMatchObject({
      grantedScopes: [`${owner}.data.7.read`],
      verdicts: [{ status: VerdictStatus.DEPRECATED, replacedBy: `${owner}.data.7.read`, parameters: { id: "7" } }],
    });
  });

  it("uses of instances count for their template", async () => {
    const { template, instance, clientId, resourceServer, authorizationServer } = await registered();
    await authorizationServer.validateScopes({ clientId, scopes: [instance("1"), instance("2")] });
    await expect
      .poll(async () => (await resourceServer.admin.listScopeUsages({ names: [template] })).usages[0]?.clientIds)
      .toEqual([clientId]);
  });

  it.each(["{id}:read", "x:{id", "x:{Id}:read", "x:{id}s:read", "x:{id}:{id}", "x:{a}:{b}:{c}:{d}:{e}"])(
    "what is no template is refused: %s",
    async (name) => {
      const { resourceServer } = await governanceParties(server, protocol);
      const refusal = await refusalOf(resourceServer.registry.registerScopes({ scopes: [scope(name)] }));
      expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", fields: ["scopes[0].name"] });
    },
  );

  it("a disabled template disables its instances", async () => {
    const { template, instance, resourceServer, authorizationServer } = await registered();
    const { scopes } = await resourceServer.admin.disableScopes({ names: [template] });
    expect(scopes[0]?.state).toBe(ScopeState.DISABLED);
    const { verdicts } = await authorizationServer.validateScopes({ scopes: [instance("1")] });
    expect(verdicts[0]?.status).toBe(VerdictStatus.DISABLED);
  });
});
