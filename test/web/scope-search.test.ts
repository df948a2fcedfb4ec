import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScopeQuery } from "../../src/web/navigation/place.ts";
import { foldText } from "../../src/web/registry/worker/fold-text.ts";
import type { FeedScope } from "../../src/web/registry/worker/read-scope.ts";
import { ScopeSearch } from "../../src/web/registry/worker/scope-search.ts";
import { changePart, feedScope, queryOf, storeOf } from "./sample-feed.ts";

function found(scopes: readonly FeedScope[], query: Partial<ScopeQuery>): readonly string[] {
  return new ScopeSearch(storeOf(scopes)).find(queryOf(query)).entries.map(({ row }) => row.name);
}

describe("the order of what is found", () => {
  const scopes = [
    feedScope("read"),
    feedScope("reader:list"),
    feedScope("invoices:read"),
    feedScope("a.spread"),
    feedScope("old:name", { aliases: ["read:old"] }),
    feedScope("invoices:list", { description: "Read which invoices there are" }),
    feedScope("nothing:like-it", { description: "Lists" }),
  ];

  it("is the name, its beginning, a segment's, its inside, an alias, the description", () => {
    expect(found(scopes, { text: "read" })).toEqual([
      "read",
      "reader:list",
      "invoices:read",
      "a.spread",
      "old:name",
      "invoices:list",
    ]);
  });

  it("is by name where scopes are found equally well, and without words", () => {
    expect(found(scopes, { text: "" })).toEqual(scopes.map(({ name }) => name).sort());
    expect(found([feedScope("b:read"), feedScope("a:read"), feedScope("c:read")], { text: "read" })).toEqual([
      "a:read",
      "b:read",
      "c:read",
    ]);
  });

  it("goes by the word that is found worst, and then by the others", () => {
    const both = [
      feedScope("invoices:read"),
      feedScope("billing:invoices:read"),
      feedScope("invoices:list", { description: "read" }),
    ];
    expect(found(both, { text: "read inv" })).toEqual(["invoices:read", "billing:invoices:read", "invoices:list"]);
  });

  it.each([":", "/", ".", "_", "-"])("parts a name into segments at %s", (separator) => {
    const names = [`a${separator}read`, "aread"];
    expect(
      found(
        names.map((name) => feedScope(name)),
        { text: "read" },
      ),
    ).toEqual(names);
  });
});

describe("what is found", () => {
  const scopes = [
    feedScope("rechnungen:lesen", { description: "Rechnungen ÖFFNEN und prüfen", owner: "Buchhaltung" }),
    feedScope("factures:lire", { description: "Consulter les factures de l’été" }),
    feedScope("strasse", { description: "Die Straße" }),
  ];

  it.each([
    ["offnen", "rechnungen:lesen"],
    ["ÖFFNEN", "rechnungen:lesen"],
    ["Prufen LESEN", "rechnungen:lesen"],
    ["buchhaltung", "rechnungen:lesen"],
    ["ete", "factures:lire"],
    ["été", "factures:lire"],
    ["straße", "strasse"],
  ])("is found by %s, whatever its case and accents", (text, name) => {
    expect(found(scopes, { text })).toEqual([name]);
  });

  it("holds all the words, in any order", () => {
    expect(found(scopes, { text: "lire factures" })).toEqual(["factures:lire"]);
    expect(found(scopes, { text: "lire rechnungen" })).toEqual([]);
  });

  it("is what a search of every text by every word finds, also when one types on", () => {
    const word = fc.constantFrom("re", "ad", "read", "in", "voice", "b", "é", "É", ":", "x");
    const scope = fc
      .record({
        name: fc.array(fc.constantFrom("read", "invoice", "b", "x"), { minLength: 1, maxLength: 3 }),
        description: fc.string({ unit: fc.constantFrom("é", "r", "e", "a", "d", " ", "B") }),
        alias: fc.constantFrom("re", "b", "ad"),
      })
      .map(({ name, description, alias }) => feedScope(name.join(":"), { description, aliases: [alias] }));
    const scopes = fc.uniqueArray(scope, { selector: ({ name }) => name });
    fc.assert(
      fc.property(scopes, fc.array(word, { minLength: 1, maxLength: 3 }), (all, words) => {
        const search = new ScopeSearch(storeOf(all));
        const typed = words.join(" ");
        for (let end = 1; end <= typed.length; end++) {
          const text = typed.slice(0, end);
          const holds = ({ name, aliases, owner, description }: FeedScope) =>
            text
              .split(" ")
              .every((each) =>
                [name, ...aliases, `${owner} ${description}`].some((part) => foldText(part).includes(foldText(each))),
              );
          const names = search.find(queryOf({ text })).entries.map(({ row }) => row.name);
          expect([...names].sort()).toEqual(
            all
              .filter(holds)
              .map(({ name }) => name)
              .sort(),
          );
        }
      }),
    );
  });

  it("is found anew after a change", () => {
    const store = storeOf([feedScope("a:read")]);
    const search = new ScopeSearch(store);
    const names = () => search.find(queryOf({ text: "read" })).entries.map(({ row }) => row.name);
    expect(names()).toEqual(["a:read"]);
    store.apply(changePart(8, [feedScope("b:read")], ["a:read"]), 1);
    expect(names()).toEqual(["b:read"]);
  });
});

describe("folding a text", () => {
  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const folded = foldText(text);
        expect(foldText(folded)).toBe(folded);
      }),
    );
  });

  it("leaves the length of a scope's name, whose end it is found by", () => {
    const name = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)) });
    fc.assert(fc.property(name, (text) => foldText(text).length === text.length));
  });
});

describe("filters", () => {
  const scopes = [
    feedScope("a", { owner: "one", state: "active", resources: ["r1", "r2"], isDefault: true }),
    feedScope("b", { owner: "one", state: "disabled", resources: ["r1"] }),
    feedScope("c", { owner: "two", state: "active", resources: ["r2"], isDefault: true }),
    feedScope("d", { owner: "three", state: "pending" }),
  ];

  it.each<[Partial<ScopeQuery>, readonly string[]]>([
    [{ owners: ["one"] }, ["a", "b"]],
    [{ owners: ["one", "two"] }, ["a", "b", "c"]],
    [{ owners: ["nobody"] }, []],
    [{ states: ["active"] }, ["a", "c"]],
    [{ resources: ["r1"] }, ["a", "b"]],
    [{ defaultsOnly: true }, ["a", "c"]],
    [{ owners: ["one"], states: ["active"], text: "a" }, ["a"]],
  ])("%j leaves %j", (query, names) => {
    expect(found(scopes, query)).toEqual(names);
  });

  it("tell how many would be left, each as if nothing else of its kind was chosen", () => {
    const query = queryOf({ owners: ["one"], states: ["active"] });
    const { counts } = new ScopeSearch(storeOf(scopes)).find(query);
    expect(counts.facets(query)).toEqual({
      owners: {
        values: [
          { value: "one", count: 1 },
          { value: "two", count: 1 },
        ],
        total: 2,
      },
      states: [
        { value: "active", count: 1 },
        { value: "deprecated", count: 0 },
        { value: "disabled", count: 1 },
        { value: "pending", count: 0 },
      ],
      resources: {
        values: [
          { value: "r1", count: 1 },
          { value: "r2", count: 1 },
        ],
        total: 2,
      },
      defaults: 1,
    });
  });

  it("tell how many would be left as a search for that alone does", () => {
    const some = <T extends string>(...values: T[]) => fc.subarray(values);
    const scope = fc.record({
      name: fc.constantFrom(..."abcdefgh"),
      owner: fc.constantFrom("one", "two", "three"),
      state: fc.constantFrom("active", "disabled", "pending"),
      resources: some("r1", "r2"),
      isDefault: fc.boolean(),
    });
    const query = fc.record({
      text: fc.constantFrom("", "a", "one"),
      owners: some("one", "two"),
      states: some("active", "pending"),
      resources: some("r1", "r2"),
      defaultsOnly: fc.boolean(),
    });
    const all = fc.uniqueArray(scope, { selector: ({ name }) => name });
    fc.assert(
      fc.property(all, query, (each, asked) => {
        const scopes = each.map(({ name, ...more }) => feedScope(name, more));
        const { counts } = new ScopeSearch(storeOf(scopes)).find(asked);
        const facets = counts.facets(asked);
        for (const { value, count } of facets.owners.values) {
          expect(count).toBe(found(scopes, { ...asked, owners: [value] }).length);
        }
        for (const { value, count } of facets.states) {
          expect(count).toBe(found(scopes, { ...asked, states: [value] }).length);
        }
        for (const { value, count } of facets.resources.values) {
          expect(count).toBe(found(scopes, { ...asked, resources: [value] }).length);
        }
        expect(facets.defaults).toBe(found(scopes, { ...asked, defaultsOnly: true }).length);
      }),
    );
  });

  it("show the ten most frequent values, and what was chosen; all of them to who asks", () => {
    const many = Array.from({ length: 40 }, (_, at) =>
      feedScope(`scope-${at}`, { owner: `owner-${at < 15 ? 3 : at < 20 ? 5 : at}` }),
    );
    const query = queryOf({ owners: ["owner-39", "gone"] });
    const { counts } = new ScopeSearch(storeOf(many)).find(query);
    const { owners } = counts.facets(query);
    expect(owners.total).toBe(22);
    expect(owners.values).toHaveLength(12);
    expect(owners.values.slice(0, 3)).toEqual([
      { value: "owner-3", count: 15 },
      { value: "owner-5", count: 5 },
      { value: "owner-20", count: 1 },
    ]);
    expect(owners.values.slice(-2)).toEqual([
      { value: "owner-39", count: 1 },
      { value: "gone", count: 0 },
    ]);
    expect(counts.all("owners", "OWNER-3").values.map(({ value }) => value)).toEqual([
      "owner-3",
      ...Array.from({ length: 10 }, (_, at) => `owner-${30 + at}`),
    ]);
  });
});
