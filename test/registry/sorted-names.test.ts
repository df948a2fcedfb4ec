import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lowerBound, SortedNames } from "../../src/registry/sorted-names.ts";

const fewNames = fc.constantFrom("!", "A", "a", "a.b", "b", "c", "~");

describe("sorted names", () => {
  it("are a sorted set after any additions and removals, whenever they are read", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fewNames, fc.boolean()), { maxLength: 40 }), (steps) => {
        const sorted = new SortedNames();
        const model = new Set<string>();
        for (const [name, reads] of steps) {
          if (model.delete(name)) {
            sorted.remove(name);
          } else {
            sorted.add(name);
            model.add(name);
          }
          expect(sorted.size).toBe(model.size);
          if (reads) expect(sorted.ordered()).toEqual([...model].sort());
        }
        expect(sorted.ordered()).toEqual([...model].sort());
      }),
      { numRuns: 500 },
    );
  });
});

describe("the lower bound", () => {
  it("is the place of the first name that is not below", () => {
    fc.assert(
      fc.property(fc.array(fewNames), fewNames, (names, bound) => {
        const ordered = names.sort();
        const at = lowerBound(ordered, bound);
        expect(ordered.slice(0, at).every((name) => name < bound)).toBe(true);
        expect(ordered.slice(at).every((name) => name >= bound)).toBe(true);
      }),
    );
  });
});
