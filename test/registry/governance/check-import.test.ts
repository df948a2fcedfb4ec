import type { ScopeRecord } from "@scope-registry/client/judging";
import { describe, expect, it } from "vitest";
import { checkImport } from "../../../src/registry/governance/check-import.ts";
import type { ImportRequest } from "../../../src/registry/governance/governance.ts";
import type { LogEntry, RecordChange } from "../../../src/store/scope-log.ts";
import { createScope, sampleEntry, sampleResourceServer, sampleScope } from "../../store/sample-records.ts";
import { refusedBy } from "./refused-by.ts";
import { clientChange, grantsOf, newPolicy, newScope, newServer, reservation } from "./sample-changes.ts";

const OWN_NAMES = new Set(["scope_registry.admin"]);

function part(entries: readonly LogEntry[], changes: Partial<ImportRequest> = {}): ImportRequest {
  return { importId: "", part: 0, entries, continued: false, complete: false, ...changes };
}

function fieldsOf(request: ImportRequest): string[] {
  const { reason, violations } = refusedBy(() => checkImport(request, OWN_NAMES));
  expect(reason).toBe("INVALID_REQUEST");
  return violations.map(({ field }) => field);
}

function fieldsOfChanges(...changes: RecordChange[]): string[] {
  return fieldsOf(part([sampleEntry(1, changes)]));
}

function fieldsOfScope(changes: Partial<ScopeRecord>): string[] {
  return fieldsOfChanges(createScope(sampleScope(changes)));
}

const texts = (tag: string, title = "Invoices", description = "") => ({
  consentTexts: { [tag]: { title, description } },
});

describe("a part of an imported log", () => {
  it("passes with records of every kind, as they are exported", () => {
    const before = sampleScope({ name: "a" });
    const changes: RecordChange[] = [
      { kind: "scope", name: "a", before, after: { ...before, state: "DISABLED", revision: 2 } },
      reservation("b", "billing-api", 2),
      newServer("billing-api", 2),
      newPolicy(2),
      clientChange(undefined, grantsOf("web-shop", ["a"], { allowedScopes: ["dataset:{id}:read"], revision: 2 })),
    ];
    checkImport(part([sampleEntry(1, [createScope(before)]), sampleEntry(2, changes)]), OWN_NAMES);
    checkImport(part([sampleEntry(7)], { importId: "an import", part: 3, continued: true }), OWN_NAMES);
    checkImport(part([], { importId: "an import", part: 3, complete: true }), OWN_NAMES);
  });

  it("refuses a log in which somebody has the name of one of this registry's own scopes", () => {
    const taken = createScope(sampleScope({ name: "scope_registry.admin", owner: "billing-api" }));
    const alias = createScope(sampleScope({ name: "a", owner: "billing-api", aliases: ["scope_registry.admin"] }));
    const own = createScope(sampleScope({ name: "scope_registry.admin", owner: "" }));
    expect(fieldsOf(part([sampleEntry(1, [taken])]))).toEqual(["entries[0]"]);
    expect(fieldsOf(part([sampleEntry(1, [alias])]))).toEqual(["entries[0]"]);
    checkImport(part([sampleEntry(1, [own])]), OWN_NAMES);
  });

  it("passes with a name that had braces before there were templates", () => {
    const scope = sampleScope({ name: "a{b", consentTexts: { en: { title: "{Braces}", description: "" } } });
    checkImport(
      part([sampleEntry(1, [createScope(scope), clientChange(undefined, grantsOf("web-shop", ["a{b"]))])]),
      OWN_NAMES,
    );
  });

  it.each<{ what: string; request: ImportRequest; fields: string[] }>([
    {
      what: "an id that is too long",
      request: part([sampleEntry(1)], { importId: "i".repeat(65) }),
      fields: ["import_id"],
    },
    { what: "no id, though it is not the first", request: part([sampleEntry(1)], { part: 1 }), fields: ["import_id"] },
    { what: "no entry", request: part([]), fields: ["entries"] },
    {
      what: "an end that goes on",
      request: part([sampleEntry(1)], { continued: true, complete: true }),
      fields: ["complete"],
    },
    { what: "a beginning after revision 1", request: part([sampleEntry(2)]), fields: ["entries[0].revision"] },
    {
      what: "a gap between entries",
      request: part([sampleEntry(1), sampleEntry(3), sampleEntry(4)]),
      fields: ["entries[1].revision"],
    },
    {
      what: "a revision of none",
      request: part([sampleEntry(0)], { importId: "i", part: 1 }),
      fields: ["entries[0].revision"],
    },
    {
      what: "a revision above 2^53 - 1",
      request: part([sampleEntry(1, [], { revision: 2 ** 53 })], { importId: "i", part: 1 }),
      fields: ["entries[0].revision"],
    },
    {
      what: "one request for two entries",
      request: part([sampleEntry(1), sampleEntry(2)].map((entry) => ({ ...entry, requestId: "one" }))),
      fields: ["entries[1].request_id"],
    },
  ])("is refused with $what", ({ request, fields }) => {
    expect(fieldsOf(request)).toEqual(fields);
  });

  it("is refused with every violation, each with its place", () => {
    const entries = [sampleEntry(1, [newScope("a b", "")]), sampleEntry(2, [], { time: Number.NaN })];
    expect(fieldsOf(part(entries))).toEqual(["entries[0].changes[0].after.name", "entries[1].time"]);
  });
});

describe("an entry of an imported log", () => {
  it.each<{ what: string; changes: Partial<LogEntry>; field: string }>([
    { what: "no time", changes: { time: Number.NaN }, field: "time" },
    { what: "a time before 1970", changes: { time: -1 }, field: "time" },
    { what: "no request", changes: { requestId: "" }, field: "request_id" },
    { what: "a request of 129 characters", changes: { requestId: "r".repeat(129) }, field: "request_id" },
    { what: "an actor of 513 characters", changes: { actor: "a".repeat(513) }, field: "actor" },
    { what: "a resource server of 513", changes: { resourceServer: "a".repeat(513) }, field: "resource_server" },
  ])("is refused with $what", ({ changes, field }) => {
    expect(fieldsOf(part([sampleEntry(1, [], changes)]))).toEqual([`entries[0].${field}`]);
  });

  it("is refused with a change of nothing, or of another record than it names", () => {
    const scope = sampleScope({ name: "a" });
    expect(fieldsOfChanges({ kind: "scope", name: "a", before: undefined, after: undefined })).toEqual([
      "entries[0].changes[0]",
    ]);
    expect(fieldsOfChanges(newServer("x"), { kind: "scope", name: "b", before: undefined, after: scope })).toEqual([
      "entries[0].changes[0].after",
    ]);
    expect(fieldsOfChanges({ ...newServer("x"), name: "y" } as RecordChange)).toEqual([
      "entries[0].resource_server_changes[0].after",
    ]);
  });

  it("is refused with a record of a later revision, or one that was there before of its own", () => {
    const before = sampleScope({ name: "a", revision: 2 });
    const change: RecordChange = { kind: "scope", name: "a", before, after: { ...before, revision: 3 } };
    expect(fieldsOf(part([sampleEntry(2, [change])], { importId: "i", part: 1 }))).toEqual([
      "entries[0].changes[0].before.revision",
      "entries[0].changes[0].after.revision",
    ]);
  });

  it("counts the changes of each kind for themselves", () => {
    const fields = fieldsOfChanges(
      newScope("a", "billing-api"),
      reservation("b", "billing-api"),
      reservation("b c", "billing-api"),
      newScope("d e", "billing-api"),
    );
    expect(fields).toEqual(["entries[0].reserved_name_changes[1].after.name", "entries[0].changes[1].after.name"]);
  });
});

describe("a record of an imported log", () => {
  it.each<{ changes: Partial<ScopeRecord>; fields: string[] }>([
    { changes: { name: "a b" }, fields: ["name"] },
    { changes: { description: "" }, fields: ["description"] },
    { changes: { description: "d".repeat(1_001) }, fields: ["description"] },
    { changes: { owner: "o".repeat(513) }, fields: ["owner"] },
    { changes: { resources: ["no uri"] }, fields: ["resources[0]"] },
    { changes: { replacedBy: "a b" }, fields: ["replaced_by"] },
    { changes: { sunsetTime: -1 }, fields: ["sunset_time"] },
    { changes: { aliases: ["b", "a b"] }, fields: ["aliases[1]"] },
    { changes: { aliases: ["dataset:{id}"] }, fields: ["aliases[0]"] },
    { changes: { name: "dataset:{id}", aliases: ["data:{key}"] }, fields: ["aliases[0]"] },
    { changes: { createTime: Number.NaN, updateTime: -1 }, fields: ["create_time", "update_time"] },
    { changes: texts("no tag"), fields: ["consent_texts"] },
    { changes: texts("en", ""), fields: ['consent_texts["en"].title'] },
    { changes: texts("en", "t", "d".repeat(1_001)), fields: ['consent_texts["en"].description'] },
    {
      changes: { proposal: { isDefault: true, restricted: false, resources: ["no uri"], aliases: ["a b"] } },
      fields: ["proposal.aliases[0]", "proposal.resources[0]"],
    },
    {
      changes: { refusedProposal: { isDefault: true, restricted: false, resources: ["no uri"], aliases: [] } },
      fields: ["refused_proposal.resources[0]"],
    },
  ])("is refused as a scope with $changes", ({ changes, fields }) => {
    expect(fieldsOfScope(changes)).toEqual(fields.map((field) => `entries[0].changes[0].after.${field}`));
  });

  it.each([
    { changes: { name: "" }, field: "name" },
    { changes: { name: "n".repeat(513) }, field: "name" },
    { changes: { displayName: "d".repeat(201) }, field: "display_name" },
    { changes: { contact: "c".repeat(321) }, field: "contact" },
    { changes: { resources: ["urn:one", "no uri"] }, field: "resources[1]" },
    { changes: { resources: Array.from({ length: 1_001 }, () => "urn:one") }, field: "resources" },
    { changes: { namePrefixes: ["a b"] }, field: "name_prefixes[0]" },
    { changes: { namePrefixes: Array.from({ length: 101 }, () => "a") }, field: "name_prefixes" },
  ])("is refused as a resource server with $field amiss", ({ changes, field }) => {
    const after = sampleResourceServer(changes);
    expect(fieldsOfChanges({ kind: "resourceServer", name: after.name, before: undefined, after })).toEqual([
      `entries[0].resource_server_changes[0].after.${field}`,
    ]);
  });

  it.each([
    { changes: { clientId: "c".repeat(513) }, field: "client_id" },
    { changes: { allowedScopes: ["a", ""] }, field: "allowed_scopes[1]" },
    { changes: { allowedScopes: Array.from({ length: 1_001 }, () => "a") }, field: "allowed_scopes" },
    { changes: { defaultScopes: Array.from({ length: 101 }, () => "a") }, field: "default_scopes" },
    { changes: { grantedScopes: Array.from({ length: 10_001 }, () => "a") }, field: "granted_scopes" },
  ])("is refused as a client with $field amiss", ({ changes, field }) => {
    expect(fieldsOfChanges(clientChange(undefined, grantsOf("web-shop", ["a"], changes)))).toEqual([
      `entries[0].client_policy_changes[0].after.${field}`,
    ]);
  });

  it("is refused as a reserved name without an owner", () => {
    expect(fieldsOfChanges(reservation("a", ""))).toEqual(["entries[0].reserved_name_changes[0].after.owner"]);
  });
});
