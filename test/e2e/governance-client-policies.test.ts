/** Which client may ask for what: grants, ceilings and defaults. */
import { ScopeState, VerdictStatus } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { governanceParties } from "../support/governance-parties.ts";
import { refusalOf } from "../support/refusal.ts";
import { startTestServer, type TestServer, WAYS } from "../support/test-server.ts";

const scope = (name: string, more: object = {}) => ({ name, description: "Do it", ...more });

describe.each(WAYS)("the governance of clients, by $name", ({ protocol, store }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ store });
  });
  afterAll(() => server.stop());

  async function parties() {
    const all = await governanceParties(server, protocol);
    const { owner, resourceServer, authorizationServer } = all;
    const [read, write, secret] = [`${owner}:read`, `${owner}:write`, `${owner}:secret`] as const;
    await resourceServer.registry.registerScopes({
      scopes: [scope(read), scope(write), scope(secret, { restricted: true }), scope(`${owner}:{id}:read`)],
    });
    /** The verdicts' statuses, as this client is judged. */
    const statuses = async (clientId: string, ...scopes: string[]) => {
      const { verdicts } = await authorizationServer.validateScopes({ clientId, scopes });
      return verdicts.map(({ status }) => status);
    };
    return { ...all, read, write, secret, statuses };
  }

  it("a restricted scope is granted to who holds a grant for it, until it is revoked", async () => {
    const { clientId, secret, read, write, resourceServer, operator, statuses } = await parties();
    expect(await statuses(clientId, secret)).toEqual([VerdictStatus.NOT_ALLOWED]);
    const { clientPolicy } = await resourceServer.admin.grantScopes({ clientId, scopes: [secret, read] });
    expect(clientPolicy).toMatchObject({
      clientId,
      allowedScopes: [],
      defaultScopes: [],
      grantedScopes: [read, secret],
    });
    expect(await statuses(clientId, secret)).toEqual([VerdictStatus.GRANTED]);
    expect(await statuses(`${clientId}-2`, secret)).toEqual([VerdictStatus.NOT_ALLOWED]);
    expect(await statuses("", secret)).toEqual([VerdictStatus.NOT_ALLOWED]);

    const again = await resourceServer.admin.grantScopes({ clientId, scopes: [secret] });
    expect(again.clientPolicy).toEqual(clientPolicy);
    const revoked = await resourceServer.admin.revokeScopes({ clientId, scopes: [secret, write] });
    expect(revoked.clientPolicy?.grantedScopes).toEqual([read]);
    expect(await statuses(clientId, secret)).toEqual([VerdictStatus.NOT_ALLOWED]);
    expect((await operator.admin.getClientPolicy({ clientId })).clientPolicy).toEqual(revoked.clientPolicy);
  });

  it("nobody grants the scopes of others, nor scopes that nobody has, and then nothing of the request", async () => {
    const { clientId, secret, other, otherServer, operator, statuses } = await parties();
    await otherServer.registry.registerScopes({ scopes: [scope(`${other}:read`)] });
    const scopes = [`${other}:read`, secret];
    expect(await refusalOf(otherServer.admin.grantScopes({ clientId, scopes }))).toMatchObject({
      code: "PERMISSION_DENIED",
      reason: "SCOPE_NOT_OWNED",
      metadata: { scopes: secret },
    });
    const unknown = operator.admin.grantScopes({ clientId, scopes: [secret, "nobody:has"] });
    expect(await refusalOf(unknown)).toMatchObject({ code: "NOT_FOUND", metadata: { names: "nobody:has" } });
    expect(await statuses(clientId, secret)).toEqual([VerdictStatus.NOT_ALLOWED]);
    expect(await refusalOf(operator.admin.getClientPolicy({ clientId }))).toMatchObject({ code: "NOT_FOUND" });
  });

  it("a ceiling is exact but for templates, and matches no more than they say", async () => {
    const { owner, clientId, read, write, operator, statuses } = await parties();
    await operator.admin.setClientPolicy({ clientPolicy: { clientId, allowedScopes: [read, `${owner}:{x}:read`] } });
    expect(await statuses(clientId, read, write, `${owner}:7:read`)).toEqual([
      VerdictStatus.GRANTED,
      VerdictStatus.NOT_ALLOWED,
      VerdictStatus.GRANTED,
    ]);
    await operator.admin.setClientPolicy({ clientPolicy: { clientId, allowedScopes: [`${owner}:*`, `${owner}:`] } });
    expect(await statuses(clientId, read, write)).toEqual([VerdictStatus.NOT_ALLOWED, VerdictStatus.NOT_ALLOWED]);
    await operator.admin.setClientPolicy({ clientPolicy: { clientId } });
    expect(await statuses(clientId, write)).toEqual([VerdictStatus.GRANTED]);
  });

  it("a policy that is set leaves the grants, and one that is deleted takes them", async () => {
    const { clientId, read, secret, resourceServer, operator, statuses } = await parties();
    await resourceServer.admin.grantScopes({ clientId, scopes: [secret] });
    const { clientPolicy } = await operator.admin.setClientPolicy({
      clientPolicy: { clientId, allowedScopes: [read, secret], grantedScopes: [] },
    });
    expect(clientPolicy).toMatchObject({ allowedScopes: [read, secret], grantedScopes: [secret] });
    expect(await statuses(clientId, secret)).toEqual([VerdictStatus.GRANTED]);
    const { revision } = await operator.admin.deleteClientPolicy({ clientId });
    expect(revision).toBeGreaterThan(clientPolicy?.revision ?? 0n);
    expect(await statuses(clientId, secret)).toEqual([VerdictStatus.NOT_ALLOWED]);
    expect((await operator.admin.deleteClientPolicy({ clientId })).revision).toBe(revision);
  });

  it("a client that asks for nothing gets its own defaults, without those that it may not have", async () => {
    const { clientId, read, write, secret, operator, authorizationServer } = await parties();
    await operator.admin.setClientPolicy({ clientPolicy: { clientId, defaultScopes: [write, secret, read] } });
    const judged = await authorizationServer.validateScopes({ clientId });
    expect(judged).toMatchObject({ valid: true, defaultsApplied: true, grantedScopes: [read, write] });
  });

  it("a policy is deleted only if nobody was faster, also with a grant", async () => {
    const { clientId, read, secret, resourceServer, operator } = await parties();
    const { clientPolicy } = await operator.admin.setClientPolicy({
      clientPolicy: { clientId, allowedScopes: [read] },
    });
    const expectedRevision = clientPolicy?.revision ?? 0n;
    await resourceServer.admin.grantScopes({ clientId, scopes: [secret] });
    const late = operator.admin.deleteClientPolicy({ clientId, expectedRevision });
    expect(await refusalOf(late)).toMatchObject({ code: "ABORTED", reason: "REVISION_MISMATCH" });
    const { clientPolicy: kept } = await operator.admin.getClientPolicy({ clientId });
    expect(kept).toMatchObject({ allowedScopes: [read], grantedScopes: [secret] });
    const current = { clientId, expectedRevision: kept?.revision ?? 0n };
    const { revision } = await operator.admin.deleteClientPolicy(current);
    expect((await operator.admin.deleteClientPolicy(current)).revision).toBe(revision);
  });

  it("a policy is set only if nobody was faster", async () => {
    const { clientId, read, operator } = await parties();
    const { clientPolicy } = await operator.admin.setClientPolicy({
      clientPolicy: { clientId, allowedScopes: [read] },
    });
    const expectedRevision = (clientPolicy?.revision ?? 0n) - 1n;
    const late = operator.admin.setClientPolicy({ clientPolicy: { clientId }, expectedRevision });
    expect(await refusalOf(late)).toMatchObject({ code: "ABORTED", reason: "REVISION_MISMATCH" });
  });

  it("policies that break rules are refused with every violation", async () => {
    const { operator } = await parties();
    const clientPolicy = { clientId: "", allowedScopes: ["a b", "x:{Bad}"], defaultScopes: ["c d"] };
    const refusal = await refusalOf(operator.admin.setClientPolicy({ clientPolicy }));
    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST" });
    const members = ["client_id", "allowed_scopes[0]", "allowed_scopes[1]", "default_scopes[0]"];
    expect([...refusal.fields].sort()).toEqual(members.map((member) => `client_policy.${member}`).sort());
  });

  it("policies are listed in pages", async () => {
    const { clientId, read, operator } = await parties();
    const ids = [`${clientId}-b`, `${clientId}-a`];
    for (const id of ids) await operator.admin.grantScopes({ clientId: id, scopes: [read] });
    const listed: string[] = [];
    let pageToken = "";
    do {
      const page = await operator.admin.listClientPolicies({ pageSize: 1, pageToken });
      listed.push(...page.clientPolicies.map((policy) => policy.clientId));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(listed).toEqual([...listed].sort());
    expect(listed.filter((id) => ids.includes(id))).toEqual([...ids].sort());
  });

  it("grants of a scope outlive its being disabled", async () => {
    const { clientId, secret, resourceServer, statuses } = await parties();
    await resourceServer.admin.grantScopes({ clientId, scopes: [secret] });
    const { scopes } = await resourceServer.admin.disableScopes({ names: [secret], force: true });
    expect(scopes[0]?.state).toBe(ScopeState.DISABLED);
    expect(await statuses(clientId, secret)).toEqual([VerdictStatus.DISABLED]);
    await resourceServer.admin.enableScopes({ names: [secret] });
    expect(await statuses(clientId, secret)).toEqual([VerdictStatus.GRANTED]);
  });
});
