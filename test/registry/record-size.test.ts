import fc from "fast-check";
import { BSON } from "mongodb";
import { describe, expect, it } from "vitest";
import { estimateEntryBytes } from "../../src/registry/record-size.ts";
import { encodeEntry } from "../../src/store/mongodb/documents.ts";
import type { RecordChange } from "../../src/store/scope-log.ts";
import { anyChange, createScope, sampleEntry, sampleScope } from "../store/sample-records.ts";

function bsonBytes(changes: readonly RecordChange[]): number {
  return BSON.calculateObjectSize(encodeEntry({ ...sampleEntry(1, changes), actor: "", resourceServer: "" }).changes);
}

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
        }),
      ),
    );
    expect(estimateEntryBytes(changes)).toBeGreaterThanOrEqual(bsonBytes(changes));
  });

  it("is not so far above it that the limit refuses a registration of half its size", () => {
    const changes = Array.from({ length: 5_000 }, (_, at) =>
      createScope(sampleScope({ name: `billing.invoices.read.${at}` })),
    );
    expect(estimateEntryBytes(changes)).toBeLessThan(2 * bsonBytes(changes));
  });
});
