/** The audit log: who changed what, when, with before and after. */
import { timestampDate, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ChangeKind, type LogEntry, NamePolicy, RegistrationMode, ScopeState } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GovernanceParties, governanceParties } from "../support/governance-parties.ts";
import { refusalOf } from "../support/refusal.ts";
import { type Clients, startTestServer, type TestServer, WAYS } from "../support/test-server.ts";

const scope = (name: string, more: object = {}) => ({ name, description: "Do it", ...more });

describe.each(WAYS)("ListChanges, by $name", ({ protocol, store }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ store });
  });
  afterAll(() => server.stop());

  type Request = Parameters<Clients["admin"]["listChanges"]>[0];

  async function story(): Promise<GovernanceParties & { name: string }> {
    const all = await governanceParties(server, protocol);
    const { owner, other, clientId, resourceServer, otherServer, operator } = all;
    const name = `${owner}:read`;
    await resourceServer.registry.registerScopes({ scopes: [scope(name)] });
    await resourceServer.registry.registerScopes({ scopes: [scope(name, { description: "Do it all" })] });
    await otherServer.registry.registerScopes({ scopes: [scope(`${other}:read`)] });
    await operator.admin.setResourceServer({ resourceServer: { name: owner, contact: "mailto:a@example.com" } });
    await operator.admin.setClientPolicy({ clientPolicy: { clientId, allowedScopes: [name] } });
    await resourceServer.admin.grantScopes({ clientId, scopes: [name] });
    await resourceServer.admin.revokeScopes({ clientId, scopes: [name] });
    await resourceServer.admin.disableScopes({ names: [name] });
    await resourceServer.admin.enableScopes({ names: [name] });
    return { ...all, name };
  }

  const list = async ({ admin }: Clients, request: Request) => (await admin.listChanges(request)).entries;
  const kinds = (entries: readonly LogEntry[]) => entries.map(({ kind }) => kind);

  it("tells of every change who made it, in which call, and what was before and after, newest first", async () => {
    const { owner, name, operator } = await story();
    const entries = await list(operator, { scope: name });
    expect(kinds(entries)).toEqual([
      ChangeKind.ENABLING,
      ChangeKind.DISABLING,
      ChangeKind.REGISTRATION,
      ChangeKind.REGISTRATION,
    ]);
    for (const [at, entry] of entries.entries()) {
      expect(entry).toMatchObject({ actor: owner, resourceServer: owner });
      expect(entry.requestId).toMatch(/^[0-9a-f-]{36}$/);
      expect(entry.revision).toBeLessThan(entries[at - 1]?.revision ?? 1_000_000n);
      expect(Math.abs(Date.now() - (entry.time ? timestampDate(entry.time).getTime() : 0))).toBeLessThan(600_000);
    }
    expect(entries.map(({ changes }) => changes.map(({ before, after }) => [before?.state, after?.state]))).toEqual([
      [[ScopeState.DISABLED, ScopeState.ACTIVE]],
      [[ScopeState.ACTIVE, ScopeState.DISABLED]],
      [[ScopeState.ACTIVE, ScopeState.ACTIVE]],
      [[undefined, ScopeState.ACTIVE]],
    ]);
    expect(entries[2]?.changes[0]).toMatchObject({
      name,
      before: { description: "Do it" },
      after: { description: "Do it all", revision: entries[2]?.revision },
    });
    expect(JSON.stringify(entries, (_key, value) => (typeof value === "bigint" ? String(value) : value))).not.toMatch(
      /eyJ|Bearer/,
    );
  });

  it("tells of settings, policies and grants what changed of them", async () => {
    const { owner, clientId, name, operator } = await story();
    const [settings] = await list(operator, { resourceServer: owner, kinds: [ChangeKind.RESOURCE_SERVER] });
    expect(settings).toMatchObject({
      actor: "operator",
      resourceServerChanges: [{ name: owner, before: { contact: "" }, after: { contact: "mailto:a@example.com" } }],
    });
    const ofClient = await list(operator, { clientId });
    expect(kinds(ofClient)).toEqual([ChangeKind.REVOCATION, ChangeKind.GRANT, ChangeKind.CLIENT_POLICY]);
    const grants = ofClient.map(({ clientPolicyChanges }) =>
      clientPolicyChanges.map(({ before, after }) => [before?.grantedScopes, after?.grantedScopes]),
    );
    expect(grants).toEqual([[[[name], []]], [[[], [name]]], [[undefined, []]]]);
  });

  it("filters by actor, time, revision and kind, all at once", async () => {
    const { owner, name, operator } = await story();
    const all = await list(operator, { resourceServer: owner });
    const first = all.at(-1);
    const time = (entry: LogEntry | undefined) => (entry?.time === undefined ? 0 : timestampDate(entry.time).getTime());
    expect(kinds(await list(operator, { resourceServer: owner, actor: "operator" }))).toEqual([
      ChangeKind.RESOURCE_SERVER,
    ]);
    const registered = { scope: name, kinds: [ChangeKind.REGISTRATION] };
    expect(await list(operator, registered)).toHaveLength(2);
    expect(await list(operator, { ...registered, sinceRevision: first?.revision ?? 0n })).toHaveLength(1);
    const one = { sinceRevision: (first?.revision ?? 0n) - 1n, beforeRevision: (first?.revision ?? 0n) + 1n };
    expect(await list(operator, one)).toEqual([first]);
    const until = { endTime: timestampFromMs(time(first)) };
    expect(await list(operator, { ...registered, ...until })).toEqual([]);
    const from = { startTime: timestampFromMs(time(first)) };
    expect(await list(operator, { ...registered, ...from })).toHaveLength(2);
    expect(await list(operator, { ...registered, actor: "operator" })).toEqual([]);
  });

  it("comes in pages that bring each entry once, also while the log goes on", async () => {
    const { owner, resourceServer, operator } = await story();
    const whole = await list(operator, { resourceServer: owner });
    const paged: LogEntry[] = [];
    let pageToken = "";
    do {
      const page = await operator.admin.listChanges({ resourceServer: owner, pageSize: 2, pageToken });
      expect(page.entries.length).toBeLessThanOrEqual(2);
      paged.push(...page.entries);
      pageToken = page.nextPageToken;
      await resourceServer.registry.registerScopes({ scopes: [scope(`${owner}:${paged.length}`)] });
    } while (pageToken !== "");
    expect(paged.map(({ revision }) => revision)).toEqual(whole.map(({ revision }) => revision));
    const next = await operator.admin.listChanges({ resourceServer: owner, pageSize: 2 });
    const foreign = operator.admin.listChanges({ pageSize: 2, pageToken: next.nextPageToken });
    expect(await refusalOf(foreign)).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_PAGE_TOKEN" });
  });

  it("shows an owner its own and nobody else's, whatever it asks for", async () => {
    const { owner, other, clientId, name, resourceServer, otherServer, operator } = await story();
    await operator.admin.grantScopes({ clientId, scopes: [name, `${other}:read`] });
    const own = await list(resourceServer, {});
    expect(own).toEqual(await list(resourceServer, { resourceServer: owner }));
    const names = own.flatMap(({ changes }) => changes.map((change) => change.name));
    expect(new Set(names)).toEqual(new Set([name]));
    const policies = own.flatMap(({ clientPolicyChanges }) => clientPolicyChanges);
    expect(policies.length).toBeGreaterThan(0);
    for (const { before, after } of policies) {
      for (const side of [before, after]) {
        expect(side?.allowedScopes ?? []).toEqual([]);
        expect([[], [name]]).toContainEqual(side?.grantedScopes ?? []);
      }
    }
    expect(await list(otherServer, { scope: name })).toEqual([]);
    expect(await refusalOf(otherServer.admin.listChanges({ resourceServer: owner }))).toMatchObject({
      code: "PERMISSION_DENIED",
      reason: "SCOPE_NOT_OWNED",
    });
  });

  it("refuses what breaks rules with every violation", async () => {
    const { operator } = await governanceParties(server, protocol);
    const refusal = await refusalOf(
      operator.admin.listChanges({
        scope: "s".repeat(256),
        actor: "a".repeat(513),
        kinds: [99 as ChangeKind],
        pageSize: -1,
      }),
    );
    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST" });
    expect([...refusal.fields].sort()).toEqual(["actor", "kinds[0]", "page_size", "scope"]);
  });
});

describe("ListChanges", () => {
  it("parts an entry that is larger than an answer, and loses nothing of it", async () => {
    await using server = await startTestServer();
    const { owner, resourceServer, operator } = await governanceParties(server);
    const wide = "\u{1f511}".repeat(1_000);
    const names = Array.from({ length: 800 }, (_, at) => `${owner}:${String(at).padStart(3, "0")}`);
    const { registry } = resourceServer;
    for (const description of [wide, `${wide.slice(2)}x`]) {
      for (const from of [0, 400]) {
        await registry.registerScopes({
          scopes: names.slice(from, from + 400).map((name) => scope(name, { description })),
        });
      }
    }
    const { revision } = await registry.registerScopes({ mode: RegistrationMode.REPLACE });
    const parts: LogEntry[] = [];
    let pageToken = "";
    do {
      const page = await operator.admin.listChanges({ sinceRevision: revision - 1n, pageToken });
      parts.push(...page.entries);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(parts.length).toBeGreaterThan(1);
    expect(new Set(parts.map((part) => part.revision))).toEqual(new Set([revision]));
    expect(parts.flatMap(({ changes }) => changes.map(({ name }) => name))).toEqual(names);
  });

  it("tells of the registry's own scopes and of its policy", async () => {
    await using server = await startTestServer();
    const { operator } = await governanceParties(server);
    await operator.admin.setRegistryPolicy({ registryPolicy: { names: NamePolicy.PREFIX_REQUIRED } });
    const { entries } = await operator.admin.listChanges({});
    expect(entries).toMatchObject([
      {
        kind: ChangeKind.REGISTRY_POLICY,
        actor: "operator",
        registryPolicyChange: { after: { names: NamePolicy.PREFIX_REQUIRED } },
      },
      { kind: ChangeKind.OWN_SCOPES, actor: "", resourceServer: "" },
    ]);
    expect(entries[0]?.registryPolicyChange?.before).toBeUndefined();
  });
});
