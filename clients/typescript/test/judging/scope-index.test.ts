import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTemplate, ScopeIndex, type ScopeRecord } from "../../src/judging/index.ts";
import { fewNames, fewScopes, plainScope } from "./few-scopes.ts";

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

describe("what a name stands for", () => {
  function indexOf(...scopes: readonly Partial<ScopeRecord>[]): ScopeIndex {
    const index = new ScopeIndex();
    for (const scope of scopes) index.set(plainScope(scope));
    return index;
  }

  it("is the exact scope, else an alias, else a template", () => {
    const index = indexOf({ name: "a:{x}" });
    expect(index.resolve("a:1")).toMatchObject({
      scope: { name: "a:{x}" },
      name: "a:1",
      isAlias: false,
      parameters: { x: "1" },
    });
    index.set(plainScope({ name: "b", aliases: ["a:1"] }));
    expect(index.resolve("a:1")).toMatchObject({ name: "b", isAlias: true, parameters: undefined });
    index.set(plainScope({ name: "a:1" }));
    expect(index.resolve("a:1")).toMatchObject({ name: "a:1", isAlias: false, parameters: undefined });
    expect(index.aliasHolder("a:1")?.name).toBe("b");
    expect(index.matchTemplate("a:1")?.name).toBe("a:{x}");
    expect(index.matchTemplate("a:1:2")).toBeUndefined();
  });

  it("ends with the scope, and with the alias", () => {
    const index = indexOf({ name: "a:{x}", aliases: ["b:{x}"] }, { name: "c", aliases: ["d"] });
    for (const name of ["a:1", "b:1", "c", "d"]) expect(index.resolve(name), name).toBeDefined();
    index.set(plainScope({ name: "a:{x}" }));
    index.set(plainScope({ name: "c" }));
    for (const name of ["b:1", "d"]) expect(index.resolve(name), name).toBeUndefined();
    index.delete("a:{x}");
    index.delete("c");
    for (const name of ["a:1", "c"]) expect(index.resolve(name), name).toBeUndefined();
    expect(index.aliasHolder("d")).toBeUndefined();
  });

  it("may go from one scope to another within one revision, in either order", () => {
    const before = [plainScope({ name: "a:{x}", aliases: ["old:{x}"] }), plainScope({ name: "b", aliases: ["c"] })];
    const after = [
      plainScope({ name: "a:{x}" }),
      plainScope({ name: "d:{y}", aliases: ["old:{y}"] }),
      plainScope({ name: "b" }),
      plainScope({ name: "e", aliases: ["c"] }),
    ];
    for (const changes of [after, after.toReversed()]) {
      const index = new ScopeIndex();
      for (const scope of [...before, ...changes]) index.set(scope);
      expect(index.resolve("old:1")).toMatchObject({ name: "d:1", isAlias: true, parameters: { y: "1" } });
      expect(index.resolve("c")).toMatchObject({ name: "e", isAlias: true });
    }
  });

  it("is nothing where the new name of an instance would be too long", () => {
    const index = indexOf({ name: `${"n".repeat(200)}:{x}`, aliases: ["a:{x}"] });
    expect(index.resolve(`a:${"x".repeat(54)}`)?.name).toHaveLength(255);
    expect(index.resolve(`a:${"x".repeat(55)}`)).toBeUndefined();
  });

  it("can be asked before a template is registered: which scopes could have a name in common with it", () => {
    const index = indexOf({ name: "a:{x}", aliases: ["b:{x}:c"] }, { name: "b:1:c" });
    const overlapping = (name: string) => {
      const template = parseTemplate(name);
      return template && [...index.overlapping(template, { steps: 100 })].map((scope) => scope.name);
    };
    expect(overlapping("b:{y}:{z}")).toEqual(["a:{x}"]);
    expect(overlapping("b:{y}")).toEqual([]);
  });
});

const sample: ScopeRecord = fc.sample(fewScopes, { numRuns: 1, seed: 1 })[0] as ScopeRecord;

function expectEqual(index: ScopeIndex, model: ReadonlyMap<string, ScopeRecord>): void {
  const scopes = [...model.values()];
  expect(index.size).toBe(model.size);
  for (const scope of scopes) {
    expect(index.get(scope.name)).toEqual(scope);
    const isOpen = scope.state !== "DISABLED" && scope.state !== "PENDING" && !scope.restricted;
    expect(index.open(scope.name)?.verdict.scope).toEqual(isOpen ? scope : undefined);
  }
  for (const name of ["a", "b", "c"]) if (!model.has(name)) expect(index.open(name)).toBeUndefined();
  expect(index.get("nobody's")).toBeUndefined();
  const defaults = scopes.filter(({ isDefault }) => isDefault).map(({ name }) => name);
  expect(index.defaults().map(({ name }) => name)).toEqual(defaults.sort());
  for (const uri of uris) expect(index.hasResource(uri)).toBe(scopes.some(({ resources }) => resources.includes(uri)));
}
