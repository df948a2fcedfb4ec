import type { ScopeRecord } from "@scope-registry/client/judging";
import fc from "fast-check";
import { BSON } from "mongodb";
import { describe, expect, it } from "vitest";
import { estimateClientBytes, estimateEntryBytes } from "../../src/registry/record-size.ts";
import { encodeEntry } from "../../src/store/mongodb/documents/entry-document.ts";
import { MAX_ENTRY_BYTES, type RecordChange, type ResourceServerRecord } from "../../src/store/scope-log.ts";
import {
  anyChange,
  createScope,
  sampleClient,
  sampleEntry,
  sampleResourceServer,
  sampleScope,
} from "../store/sample-records.ts";

function bsonBytes(changes: readonly RecordChange[]): number {
  return BSON.calculateObjectSize(encodeEntry({ ...sampleEntry(1, changes), actor: "", resourceServer: "" }).changes);
}

const longNames = Array.from({ length: 20 }, (_, at) => "n".repeat(230 + at));

describe("the estimate of an entry's size", () => {
  it("is never below what MongoDB stores", () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 6 }), (changes) => {
        // The array around the changes has 5 bytes of its own.
        expect(estimateEntryBytes(changes)).toBeGreaterThanOrEqual(bsonBytes(changes) - 5);
      }),
      { numRuns: 500 },
    );
  });

  it("is not below it for the longest names and thousands of changes either", () => {
    const changes = Array.from({ length: 5_000 }, (_, at) =>
      createScope(
        sampleScope({
          name: `${"n".repeat(250)}${at}`,
          state: "DEPRECATED",
          sunsetTime: 0,
          owner: "o".repeat(512),
          resources: [],
          consentTexts: {},
          proposal: { isDefault: true, restricted: true, resources: [], aliases: ["a"] },
        }),
      ),
    );
    expect(estimateEntryBytes(changes)).toBeGreaterThanOrEqual(bsonBytes(changes));
  });

  it.each<[string, Partial<ScopeRecord>, Partial<ResourceServerRecord>]>([
    ["aliases and prefixes", { aliases: longNames }, { namePrefixes: longNames }],
    ["resources", { resources: longNames }, { resources: longNames }],
    [
      "proposals and contacts",
      { proposal: { isDefault: false, restricted: false, resources: longNames, aliases: [] } },
      { contact: "c".repeat(2_000) },
    ],
    [
      "proposed aliases and display names",
      { proposal: { isDefault: false, restricted: false, resources: [], aliases: longNames } },
      { displayName: "d".repeat(2_000) },
    ],
  ])("is not below it for long lists of %s", (_, scope, server) => {
    const changes: RecordChange[] = [
      createScope(sampleScope(scope)),
      { kind: "resourceServer", name: "", before: undefined, after: sampleResourceServer(server) },
    ];
    for (const change of changes) expect(estimateEntryBytes([change])).toBeGreaterThanOrEqual(bsonBytes([change]));
  });

  it("is not below it for a client with the most grants either, of which an entry holds both states", () => {
    const grants = Array.from({ length: 10_000 }, (_, at) => `granted.scope.${at}`);
    const client = sampleClient({ allowedScopes: grants.slice(0, 1_000), grantedScopes: grants });
    const change: RecordChange = { kind: "client", name: client.clientId, before: client, after: client };
    expect(estimateEntryBytes([change])).toBeGreaterThanOrEqual(bsonBytes([change]));
    expect(estimateClientBytes(client)).toBeLessThan(MAX_ENTRY_BYTES / 2);
  });

  it("is not so far above it that the limit refuses a registration of half its size", () => {
    const changes = Array.from({ length: 5_000 }, (_, at) =>
      createScope(sampleScope({ name: `billing.invoices.read.${at}` })),
    );
    expect(estimateEntryBytes(changes)).toBeLessThan(2 * bsonBytes(changes));
  });
});
