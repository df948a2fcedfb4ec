import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entryParts } from "../../../src/registry/governance/entry-parts.ts";
import { anyEntry, createScope, sampleEntry, sampleScope } from "../../store/sample-records.ts";

describe("the parts of an entry", () => {
  it("have all of its changes in order, each once, and fit unless a change alone does not", () => {
    fc.assert(
      fc.property(anyEntry, fc.integer({ min: 1, max: 20_000 }), (entry, maxBytes) => {
        const parts = entryParts(entry, maxBytes);
        expect(parts.flatMap((part) => part.entry.changes)).toEqual(entry.changes);
        expect(parts.map(({ at }) => at)).toEqual([...parts.keys()]);
        expect(parts.map(({ isLast }) => isLast)).toEqual(parts.map((_, at) => at === parts.length - 1));
        for (const part of parts) {
          expect({ ...part.entry, changes: [] }).toEqual({ ...entry, changes: [] });
          expect(part.bytes <= maxBytes || part.entry.changes.length <= 1).toBe(true);
          expect(part.entry.changes.length > 0 || parts.length === 1).toBe(true);
        }
      }),
    );
  });

  it("are as few as can be", () => {
    const scopes = Array.from({ length: 100 }, (_, at) => sampleScope({ name: `s${at}` }));
    const entry = sampleEntry(1, scopes.map(createScope));
    const [whole] = entryParts(entry, Number.POSITIVE_INFINITY);
    expect(whole?.entry).toBe(entry);
    expect(entryParts(entry, whole?.bytes ?? 0)).toHaveLength(1);
    expect(entryParts(entry, (whole?.bytes ?? 0) / 2 + 1_000)).toHaveLength(2);
  });
});
