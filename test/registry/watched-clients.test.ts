/** Client policies as those who follow the registry are sent them: who may, where they stand, and what others see of it. */
import { describe, expect, it } from "vitest";
import type { ChangeEvent, WatchEvent } from "../../src/registry/watch-event.ts";
import { EventReader } from "./event-reader.ts";
import { newRequestId, type OpenedRegistry, openForTest } from "./opened-registry.ts";
import { ADMIN, define, NO_HURRY, registrationOf } from "./sample-registrations.ts";

const act = () => ({ actor: ADMIN, requestId: newRequestId(), deadline: NO_HURRY });
const policy = (clientId: string, allowedScopes: readonly string[]) => ({
  clientId,
  allowedScopes,
  defaultScopes: [],
});
const setPolicy = (registry: OpenedRegistry, clientId: string, allowedScopes: readonly string[] = ["any"]) =>
  registry.governance.setClientPolicy(act(), policy(clientId, allowedScopes));

const WITH_CLIENTS = { includeClientPolicies: true };

async function snapshotParts(reader: EventReader) {
  const parts = await reader.until((event) => event.type === "snapshot" && event.complete);
  return parts.filter((part): part is WatchEvent & { type: "snapshot" } => part.type === "snapshot");
}

describe("watching client policies", () => {
  it("brings them behind the scopes of a snapshot, by client, in the same bounds", async (context) => {
    const registry = await openForTest(context);
    const scopes = Array.from({ length: 990 }, (_, at) => define(`s:${at}`));
    await registry.registerFor("a-api", registrationOf(scopes));
    // About 255 KiB each, so that a part has four.
    const entries = Array.from({ length: 1_000 }, (_, at) => `${at}:${"n".repeat(200)}`);
    const ids = ["f", "b", "h", "e", "a", "g", "d", "c"];
    for (const id of ids) await setPolicy(registry, id, entries);

    const parts = await snapshotParts(new EventReader(registry, WITH_CLIENTS));
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.flatMap((part) => part.clients.map(({ clientId }) => clientId))).toEqual([...ids].sort());
    for (const part of parts) expect(part.scopes.length + part.clients.length).toBeLessThanOrEqual(1_000);
    const firstWithClients = parts.findIndex(({ clients }) => clients.length > 0);
    expect(parts.slice(firstWithClients + 1).every((part) => part.scopes.length === 0)).toBe(true);
    expect(parts.map(({ complete }) => complete).indexOf(true)).toBe(parts.length - 1);
    const names = parts.flatMap((part) => part.scopes.map(({ name }) => name));
    expect(names).toEqual([...names].sort());
    expect(names.length).toBeGreaterThan(990);

    const filtered = await snapshotParts(new EventReader(registry, { ...WITH_CLIENTS, owner: "nobody" }));
    expect(filtered.flatMap((part) => part.clients)).toEqual(parts.flatMap((part) => part.clients));
    expect(filtered.flatMap((part) => part.scopes)).toEqual([]);
  });

  it("brings all of them whatever the filters of scopes", async (context) => {
    const registry = await openForTest(context);
    await setPolicy(registry, "web-shop");
    await registry.registerFor("a-api", registrationOf(["a"]));
    const reader = new EventReader(registry, { ...WITH_CLIENTS, owner: "nobody" });
    const parts = await snapshotParts(reader);
    expect(parts.flatMap(({ scopes, clients }) => [...scopes, ...clients])).toMatchObject([{ clientId: "web-shop" }]);
    await registry.registerFor("a-api", registrationOf(["b"]));
    await setPolicy(registry, "app", ["a"]);
    expect(await reader.nextChange()).toMatchObject({
      revision: registry.revision,
      changes: [],
      clientChanges: [{ clientId: "app", after: { allowedScopes: ["a"] } }],
    });
  });

  it("tells what a client has become, and that it is gone, but not what it was", async (context) => {
    const registry = await openForTest(context);
    const reader = new EventReader(registry, WITH_CLIENTS);
    await reader.snapshot();
    await registry.registerFor("a-api", registrationOf([define("a", { restricted: true })]));
    await registry.governance.grantScopes(act(), "web-shop", ["a"]);
    await registry.governance.deleteClientPolicy(act(), "web-shop");
    const changes: ChangeEvent[] = [await reader.nextChange(), await reader.nextChange(), await reader.nextChange()];
    expect(changes.map(({ clientChanges }) => clientChanges)).toEqual([
      [],
      [{ clientId: "web-shop", after: expect.objectContaining({ grantedScopes: ["a"] }) }],
      [{ clientId: "web-shop", after: undefined }],
    ]);
  });

  it("shows who does not ask for them the revision alone, and nothing at all if it filters", async (context) => {
    const registry = await openForTest(context);
    await registry.registerFor("a-api", registrationOf(["a"]));
    await setPolicy(registry, "before");
    const plain = new EventReader(registry);
    const filtered = new EventReader(registry, { owner: "a-api" });
    for (const reader of [plain, filtered]) {
      expect((await snapshotParts(reader)).flatMap(({ clients }) => clients)).toEqual([]);
    }
    await setPolicy(registry, "after");
    const { revision } = registry;
    expect(await plain.nextChange()).toMatchObject({ revision, changes: [], clientChanges: [], continued: false });
    await registry.registerFor("a-api", registrationOf(["b"]));
    expect(await filtered.nextChange()).toMatchObject({ revision: revision + 1, changes: [{ name: "b" }] });
  });

  it("gives the same events to all readers of one kind, and of both kinds where no client changed", async (context) => {
    const registry = await openForTest(context);
    await setPolicy(registry, "web-shop");
    const kinds = [WITH_CLIENTS, WITH_CLIENTS, {}, {}];
    const readers = kinds.map((query) => new EventReader(registry, query));
    const [first, second, third, fourth] = await Promise.all(readers.map((reader) => reader.next()));
    expect(first).toBe(second);
    expect(third).toBe(fourth);
    expect(first).not.toBe(third);
    await registry.registerFor("a-api", registrationOf(["a"]));
    const ofScopes = await Promise.all(readers.map((reader) => reader.nextChange()));
    expect(new Set(ofScopes).size).toBe(1);
    await setPolicy(registry, "app");
    const ofClients = await Promise.all(readers.map((reader) => reader.nextChange()));
    expect(new Set(ofClients).size).toBe(2);
  });

  it("is refused to who may not judge", async (context) => {
    const registry = await openForTest(context);
    await expect(new EventReader(registry, WITH_CLIENTS, "reader", false).next()).rejects.toMatchObject({
      reason: "SCOPE_MISSING",
      metadata: { scope: "scope_registry.validate" },
    });
    await new EventReader(registry, {}, "reader", false).next();
  });
});
