import type { VerdictStatusName } from "@scope-registry/client/judging";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OTHER_OWNERS, VerdictCounts } from "../../src/registry/verdict-counts.ts";

const status = fc.constantFrom<VerdictStatusName>("GRANTED", "DEPRECATED", "UNKNOWN", "DISABLED", "NOT_ALLOWED");
const owner = fc.oneof(fc.constantFrom("", "a", "b", "c", OTHER_OWNERS, "__proto__"), fc.string({ maxLength: 2 }));

describe("counts of verdicts", () => {
  it("have all of them, each owner's own up to a number of owners, and the others' together", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(status, owner), { maxLength: 200 }),
        fc.integer({ min: 1, max: 6 }),
        (seen, most) => {
          const counts = new VerdictCounts({ maxOwners: most });
          for (const [of, who] of seen) counts.countIn(counts.cellOf(of, who));
          const values = counts.values();
          expect(values.reduce((sum, { count }) => sum + count, 0)).toBe(seen.length);
          const named = new Set(values.map((value) => value.owner));
          expect([...named].filter((name) => name !== "" && name !== OTHER_OWNERS).length).toBeLessThanOrEqual(most);
          for (const value of values) {
            if (value.owner === OTHER_OWNERS) continue;
            const alike = seen.filter(([of, who]) => of === value.status && who === value.owner);
            expect(value.count).toBe(alike.length);
          }
        },
      ),
    );
  });

  it("keep the number of a cell, however many there are", () => {
    const counts = new VerdictCounts();
    const cells = Array.from({ length: 900 }, (_, at) => counts.cellOf("GRANTED", `owner-${at}`));
    for (const [times, cell] of cells.entries()) for (let at = 0; at < times; at++) counts.countIn(cell);
    expect(counts.values().map(({ count }) => count)).toEqual(cells.map((_, times) => times));
    expect(cells.map((_, at) => counts.cellOf("GRANTED", `owner-${at}`))).toEqual(cells);
  });
});
