/** Backup and move: the whole log out of one registry and into an empty one. */

import { fromJson, toJson } from "@bufbuild/protobuf";
import type { ExportRegistryResponse } from "@scope-registry/client";
import { ExportRegistryResponseSchema } from "@scope-registry/client/messages";
import { describe, expect, it } from "vitest";
import { governanceParties } from "../support/governance-parties.ts";
import type { Protocol } from "../support/protocols.ts";
import { refusalOf } from "../support/refusal.ts";
import { type Clients, startTestServer, type TestServer, WAYS } from "../support/test-server.ts";
import { WatchReader } from "../support/watch-reader.ts";

const scope = (name: string, more: object = {}) => ({ name, description: "Do it", ...more });

async function exported({ admin }: Clients): Promise<ExportRegistryResponse[]> {
  const parts: ExportRegistryResponse[] = [];
  for await (const part of admin.exportRegistry({})) parts.push(part);
  return parts;
}

/** Brings a log in, one message after the other, as many entries at once as came out at once. */
async function imported({ admin }: Clients, parts: readonly ExportRegistryResponse[]) {
  let importId = "";
  for (const [part, { entries, continued }] of parts.entries()) {
    const complete = part === parts.length - 1;
    const answer = await admin.importRegistry({ importId, part, entries, continued, complete });
    if (complete) return answer;
    importId = answer.importId;
  }
  throw new Error("There was nothing to import");
}

/** A registry in which something has happened of every kind. */
async function lived(server: TestServer, protocol: Protocol) {
  const all = await governanceParties(server, protocol);
  const { owner, other, clientId, resourceServer, otherServer, operator } = all;
  const name = `${owner}:read`;
  await resourceServer.registry.registerScopes({
    scopes: [
      scope(name, { restricted: true, resources: ["https://billing.example.com/"], aliases: [`${owner}:see`] }),
      scope(`${owner}:{id}:write`, { consentTexts: { en: { title: "Write {id}" } } }),
      scope(`${owner}:gone`),
    ],
  });
  await otherServer.registry.registerScopes({ scopes: [scope(`${other}:read`)] });
  await operator.admin.setResourceServer({
    resourceServer: { name: other, namePrefixes: [`${other}:`], mode: 2, contact: "mailto:a@example.com" },
  });
  await otherServer.registry.registerScopes({
    scopes: [scope(`${other}:wait`), scope(`${other}:read`, { isDefault: false, aliases: [`${other}:see`] })],
  });
  await operator.admin.refuseScopes({ names: [`${other}:read`] });
  await operator.admin.grantScopes({ clientId, scopes: [name] });
  await resourceServer.admin.disableScopes({ names: [`${owner}:gone`] });
  await resourceServer.admin.deleteScopes({ names: [`${owner}:gone`] });
  await operator.admin.setRegistryPolicy({ registryPolicy: { names: 1 } });
  return { ...all, name };
}

/** All that can be read of a registry but its identity. */
async function everything({ admin }: Clients, registry: Clients["registry"]) {
  const scopes = await registry.listScopes({ pageSize: 1_000 });
  return {
    scopes: scopes.scopes,
    revision: scopes.revision,
    resourceServers: (await admin.listResourceServers({})).resourceServers,
    clients: (await admin.listClientPolicies({})).clientPolicies,
    reserved: (await admin.listReservedNames({})).reservedNames,
    policy: (await admin.getRegistryPolicy({})).registryPolicy,
    log: (await admin.listChanges({ pageSize: 1_000 })).entries,
  };
}

describe.each(WAYS)("ExportRegistry and ImportRegistry, by $name", ({ protocol, store }) => {
  it("move a registry into a new one, which goes on where it stood, and tell its readers", async () => {
    await using old = await startTestServer({ store });
    await using fresh = await startTestServer({ store });
    const { owner, name, operator, authorizationServer } = await lived(old, protocol);
    const there = await governanceParties(fresh, protocol);
    const reader = new WatchReader(there.authorizationServer);
    const [first] = await reader.snapshot();

    const parts = await exported(operator);
    expect(new Set(parts.map(({ registryId }) => registryId)).size).toBe(1);
    expect(new Set(parts.map(({ revision }) => revision)).size).toBe(1);
    // As a file of JSON lines has it.
    const lines = parts.map((part) => JSON.stringify(toJson(ExportRegistryResponseSchema, part)));
    const read = lines.map((line) => fromJson(ExportRegistryResponseSchema, JSON.parse(line)));
    const answer = await imported(there.operator, read);
    expect(answer.registryId).not.toBe(parts[0]?.registryId);
    expect(answer.registryId).not.toBe(first?.registryId);
    expect(answer.revision).toBe(parts[0]?.revision);

    const before = await everything(operator, authorizationServer);
    await expect.poll(() => everything(there.operator, there.authorizationServer)).toEqual(before);
    expect(await refusalOf(reader.until(() => false))).toMatchObject({
      code: "OUT_OF_RANGE",
      reason: "REVISION_COMPACTED",
    });
    const resumed = new WatchReader(there.authorizationServer, {
      sinceRevision: 1n,
      registryId: first?.registryId ?? "",
    });
    const [restart] = await resumed.snapshot();
    expect(restart?.registryId).toBe(answer.registryId);
    resumed.leave();

    const { registry } = await fresh.as({ client: owner, scopes: ["register"] }, protocol);
    const { revision, results } = await registry.registerScopes({ scopes: [scope(name, { description: "Goes on" })] });
    expect(revision).toBe(before.revision + 1n);
    expect(results[0]?.scope).toMatchObject({ aliases: [`${owner}:see`], restricted: true });
  });

  it("import into no registry in which anything has been registered", async () => {
    await using server = await startTestServer({ store });
    const { operator, authorizationServer } = await lived(server, protocol);
    const parts = await exported(operator);
    const before = await everything(operator, authorizationServer);
    expect(await refusalOf(imported(operator, parts))).toMatchObject({
      code: "FAILED_PRECONDITION",
      reason: "REGISTRY_NOT_EMPTY",
    });
    expect(await everything(operator, authorizationServer)).toEqual(before);
  });

  it("import nothing that no export has", async () => {
    await using old = await startTestServer({ store });
    await using fresh = await startTestServer({ store });
    const { operator } = await lived(old, protocol);
    const there = await governanceParties(fresh, protocol);
    const before = await everything(there.operator, there.authorizationServer);
    const [part] = await exported(operator);
    const entries = part?.entries ?? [];
    const brokenScope = structuredClone(entries);
    const scopeAfter = brokenScope.at(1)?.changes[0]?.after;
    if (scopeAfter !== undefined) Object.assign(scopeAfter, { state: 0, createTime: undefined });
    const refusal = await refusalOf(there.operator.admin.importRegistry({ entries: brokenScope, complete: true }));
    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST" });
    const after = "entries[1].changes[0].after";
    expect(refusal.fields).toEqual([`${after}.state`, `${after}.create_time`]);

    const gap = entries.filter((_, at) => at !== 2);
    const missing = await refusalOf(there.operator.admin.importRegistry({ entries: gap, complete: true }));
    expect(missing).toMatchObject({ code: "INVALID_ARGUMENT" });
    const unknown = there.operator.admin.importRegistry({ importId: "made-up", part: 1, entries, complete: true });
    expect(["IMPORT_UNKNOWN", "INVALID_REQUEST"]).toContain((await refusalOf(unknown)).reason);
    expect(await everything(there.operator, there.authorizationServer)).toEqual(before);
  });
});

describe("ExportRegistry and ImportRegistry", () => {
  it("part a large entry over several messages, and put it together again; a repeated part changes nothing", async () => {
    await using old = await startTestServer();
    await using fresh = await startTestServer();
    const { owner, resourceServer, operator, authorizationServer } = await governanceParties(old);
    const description = "\u{1f511}".repeat(1_000);
    const scopes = Array.from({ length: 700 }, (_, at) => scope(`${owner}:${at}`, { description }));
    await resourceServer.registry.registerScopes({ scopes });
    const parts = await exported(operator);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.filter(({ continued }) => continued).length).toBeGreaterThan(1);
    expect(parts.at(-1)?.continued).toBe(false);

    const there = await governanceParties(fresh);
    const { admin } = there.operator;
    const [first, second, ...rest] = parts.map(({ entries, continued }, part) => ({ entries, continued, part }));
    const { importId } = await admin.importRegistry(first ?? {});
    expect((await refusalOf(admin.importRegistry(first ?? {}))).reason).toBe("IMPORT_UNDER_WAY");
    for (const _again of [1, 2]) await admin.importRegistry({ ...second, importId });
    let last = {};
    for (const [at, part] of rest.entries()) {
      last = { ...part, importId, complete: at === rest.length - 1 };
      await admin.importRegistry(last);
    }
    const expected = await everything(operator, authorizationServer);
    await expect.poll(() => everything(there.operator, there.authorizationServer)).toEqual(expected);
  });
});
