import { setTimeout as delay } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { ScopeState } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusalOf } from "../support/refusal.ts";
import { startTestServer, type TestServer, unique, WAYS } from "../support/test-server.ts";
import { WatchReader } from "../support/watch-reader.ts";

describe.each(WAYS)("WatchScopes, by $name", ({ protocol, store }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ store });
  });
  afterAll(() => server.stop());

  async function parties() {
    const owner = unique("api");
    const { registry: resourceServer } = await server.as({ client: owner, scopes: ["register"] }, protocol);
    const { registry: reader } = await server.as({ client: "replica", scopes: ["read"] }, protocol);
    const name = `${owner}:read`;
    const register = (description: string) => resourceServer.registerScopes({ scopes: [{ name, description }] });
    return { owner, name, register, reader, resourceServer };
  }

  it("sends a snapshot, then changes, then bookmarks, and resumes", async () => {
    const { owner, name, register, reader, resourceServer } = await parties();
    await register("First");
    const following = new WatchReader(reader, { owner });
    const [first] = await following.snapshot();
    expect(first?.registryId).toMatch(/^[0-9a-f-]{36}$/);
    expect(first?.event).toMatchObject({ case: "snapshot", value: { scopes: [{ name, description: "First" }] } });

    const { revision } = await register("Second");
    const change = await following.change();
    expect(change).toMatchObject({
      revision,
      changes: [{ name, before: { description: "First" }, after: { description: "Second" } }],
      continued: false,
    });
    expect(Number(change?.time?.seconds)).toBeGreaterThan(1_700_000_000);

    const bookmark = (await following.until((event) => event.case === "bookmark")).at(-1);
    expect(bookmark).toMatchObject({ registryId: first?.registryId, event: { value: { revision } } });
    following.leave();

    await resourceServer.registerScopes({ mode: 2 });
    const resumed = new WatchReader(reader, { sinceRevision: revision, registryId: first?.registryId ?? "" });
    expect(await resumed.change()).toMatchObject({
      revision: revision + 1n,
      changes: [{ name, after: { state: ScopeState.DISABLED } }],
    });
    resumed.leave();
  });

  it("starts a reader of another registry over, and refuses one that is ahead", async () => {
    const { reader } = await parties();
    const foreign = new WatchReader(reader, { sinceRevision: 1n, registryId: "another" });
    expect((await foreign.next()).event.case).toBe("snapshot");
    foreign.leave();
    const ahead = new WatchReader(reader, { sinceRevision: 1_000_000n });
    expect(await refusalOf(ahead.next())).toMatchObject({ code: "OUT_OF_RANGE", reason: "REVISION_UNKNOWN" });
  });

  it("refuses what is too long, with every violation", async () => {
    const { reader } = await parties();
    const refusal = await refusalOf(
      new WatchReader(reader, { owner: "o".repeat(513), resource: "r".repeat(2_049) }).next(),
    );
    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", fields: ["owner", "resource"] });
  });

  it("ends at the caller's deadline", async () => {
    const { reader } = await parties();
    const reading = (async () => {
      for await (const _ of reader.watchScopes({}, { timeoutMs: 300 }));
    })();
    const error = await reading.catch((thrown: unknown) => thrown);
    expect(ConnectError.from(error).code).toBe(Code.DeadlineExceeded);
  });

  it("sends client policies to who may judge, and to nobody else", async () => {
    const { owner, name, register, reader } = await parties();
    await register("First");
    const { admin } = await server.as({ client: "operator", scopes: ["admin"] }, protocol);
    const { registry: judge } = await server.as({ client: "replica", scopes: ["read", "validate"] }, protocol);
    const clientId = unique("client");
    await admin.grantScopes({ clientId, scopes: [name] });

    const told = new WatchReader(judge, { owner, includeClientPolicies: true });
    const policies = (await told.snapshot()).flatMap(({ event }) =>
      event.case === "snapshot" ? event.value.clientPolicies : [],
    );
    expect(policies.find((policy) => policy.clientId === clientId)).toMatchObject({ grantedScopes: [name] });
    const untold = new WatchReader(reader);
    for (const { event } of await untold.snapshot()) expect(event).toMatchObject({ value: { clientPolicies: [] } });

    const { clientPolicy } = await admin.setClientPolicy({ clientPolicy: { clientId, allowedScopes: [name] } });
    const revision = clientPolicy?.revision;
    const after = { allowedScopes: [name], grantedScopes: [name] };
    expect(await told.change()).toMatchObject({ revision, changes: [], clientPolicyChanges: [{ clientId, after }] });
    expect(await untold.change()).toMatchObject({ revision, changes: [], clientPolicyChanges: [] });

    await admin.deleteClientPolicy({ clientId });
    const gone = await told.change();
    expect(gone?.clientPolicyChanges.map((change) => [change.clientId, change.before, change.after])).toEqual([
      [clientId, undefined, undefined],
    ]);
    expect((await untold.change())?.revision).toBe(gone?.revision);
    told.leave();
    untold.leave();

    const refused = new WatchReader(reader, { includeClientPolicies: true });
    expect(await refusalOf(refused.next())).toMatchObject({
      code: "PERMISSION_DENIED",
      reason: "SCOPE_MISSING",
      metadata: { scope: "scope_registry.validate" },
    });
  });

  it("sends every change to every one of many readers", async () => {
    const { register, reader, name } = await parties();
    const readers = Array.from({ length: 100 }, () => new WatchReader(reader));
    await Promise.all(readers.map((each) => each.snapshot()));
    await register("Told to all");
    const changes = await Promise.all(readers.map((each) => each.change()));
    for (const change of changes) expect(change?.changes.map((each) => each.name)).toEqual([name]);
    for (const each of readers) each.leave();
  });
});

describe("WatchScopes", () => {
  it("ends when the caller's token does, and not before", async () => {
    await using server = await startTestServer();
    const seconds = Math.floor(Date.now() / 1_000);
    const { registry } = await server.as({ client: "replica", scopes: ["read"], claims: { exp: seconds + 3 } });
    const reader = new WatchReader(registry);
    await reader.snapshot();
    const refusal = await refusalOf(reader.until(() => false));
    expect(refusal).toMatchObject({ code: "UNAUTHENTICATED", reason: "TOKEN_INVALID" });
    expect(Date.now() / 1_000).toBeGreaterThanOrEqual(seconds + 3);
  });

  it("ends when the caller's token loses what the reader was let in by", async () => {
    await using server = await startTestServer({ opaqueTokens: true });
    const { issuer } = server;
    const token = issuer.know({ client_id: "replica", scope: "scope_registry.read scope_registry.validate" });
    const { registry } = server.withHeader(`Bearer ${token}`);
    const reader = new WatchReader(registry, { includeClientPolicies: true });
    await reader.snapshot();
    issuer.know({ client_id: "replica", scope: "scope_registry.read" }, token);
    // It is asked again every ten seconds.
    const refusal = await refusalOf(reader.until(() => false));
    expect(refusal).toMatchObject({ code: "UNAUTHENTICATED", reason: "TOKEN_INVALID" });
  });

  it.each(WAYS)("ends with UNAVAILABLE when the server stops, by $name", async ({ protocol, store }) => {
    const server = await startTestServer({ store });
    const { registry } = await server.as({ client: "replica", scopes: ["read"] }, protocol);
    const reader = new WatchReader(registry);
    await reader.snapshot();
    const ended = refusalOf(reader.until(() => false));
    await delay(50);
    const stopped = performance.now();
    await server.app.close();
    expect(performance.now() - stopped).toBeLessThan(5_000);
    expect(await ended).toMatchObject({ code: "UNAVAILABLE", reason: "SHUTTING_DOWN" });
    await server.stop();
  });
});
