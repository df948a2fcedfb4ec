import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ScopeIndex, type ScopeRecord } from "../../src/judging/index.ts";
import { fewNames, fewScopes } from "./few-scopes.ts";

const uris = ["https://one.example/", "https://two.example/", "https://Two.example/", "urn:three", "urn:nobody"];

describe("the scope index", () => {
  it("is what a plain map says after any additions, replacements and removals", () => {
    const step = fc.oneof({ weight: 2, arbitrary: fewScopes }, { weight: 1, arbitrary: fewNames });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const index = new ScopeIndex();
        const model = new Map<string, ScopeRecord>();
        for (const what of steps) {
          if (typeof what === "string") {
            index.delete(what);
            model.delete(what);
          } else {
            index.set(what);
            model.set(what.name, what);
          }
          expectEqual(index, model);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("orders the defaults by code point", () => {
    const index = new ScopeIndex();
    for (const name of ["b", "a", "B", "~", "!", "a.b"]) {
      index.set({ ...sample, name, isDefault: true });
    }
    expect(index.defaults().map(({ name }) => name)).toEqual(["!", "B", "a", "a.b", "b", "~"]);
  });
});

const sample: ScopeRecord = fc.sample(fewScopes, { numRuns: 1, seed: 1 })[0] as ScopeRecord;

function expectEqual(index: ScopeIndex, model: ReadonlyMap<string, ScopeRecord>): void {
  const scopes = [...model.values()];
  expect(index.size).toBe(model.size);
  for (const scope of scopes) expect(index.get(scope.name)).toBe(scope);
  expect(index.get("nobody's")).toBeUndefined();
  const defaults = scopes.filter(({ isDefault }) => isDefault).map(({ name }) => name);
  expect(index.defaults().map(({ name }) => name)).toEqual(defaults.sort());
  for (const uri of uris) expect(index.hasResource(uri)).toBe(scopes.some(({ resources }) => resources.includes(uri)));
}
