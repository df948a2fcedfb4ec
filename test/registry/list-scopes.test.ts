import type { ScopeRecord } from "@scope-registry/client/judging";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listScopes, type ScopeQuery } from "../../src/registry/list-scopes.ts";
import { RegistryError } from "../../src/registry/registry-error.ts";
import { RegistryState } from "../../src/registry/registry-state.ts";
import { createScope, sampleEntry, sampleScope } from "../store/sample-records.ts";

const fewNames = fc.constantFrom("a", "a.b", "a.b.c", "aa", "a~z", "A", "b", "b.c", "~", "!");
const anyScopes: fc.Arbitrary<ScopeRecord[]> = fc.uniqueArray(
  fc
    .record({
      name: fewNames,
      owner: fc.constantFrom("alpha-api", "beta-api", ""),
      state: fc.constantFrom("ACTIVE", "DEPRECATED", "DISABLED"),
      isDefault: fc.boolean(),
      resources: fc.uniqueArray(fc.constantFrom("urn:one", "urn:two"), { maxLength: 2 }),
    })
    .map(sampleScope),
  { selector: ({ name }) => name },
);
const anyFilters = fc.record({
  owner: fc.constantFrom("", "", "alpha-api", "nobody"),
  resource: fc.constantFrom("", "", "urn:one"),
  namePrefix: fc.oneof(fc.constant(""), fc.constantFrom("a", "a.", "b", "~", "zz", "\u00e9", "\u007f")),
  names: fc.oneof(fc.constant([]), fc.array(fc.oneof(fewNames, fc.constant("unknown")), { maxLength: 5 })),
  states: fc.oneof(fc.constant([]), fc.array(fc.constantFrom("ACTIVE" as const, "DISABLED" as const))),
  defaultsOnly: fc.boolean(),
});

function stateOf(scopes: readonly ScopeRecord[]): RegistryState {
  const state = new RegistryState();
  state.apply(sampleEntry(1, scopes.map(createScope)));
  return state;
}

function query(changes: Partial<ScopeQuery> = {}): ScopeQuery {
  const filters = { owner: "", resource: "", namePrefix: "", names: [], states: [], defaultsOnly: false };
  return { ...filters, pageSize: 0, pageToken: "", ...changes };
}

function namesOn(state: RegistryState, changes: Partial<ScopeQuery> = {}): string[] {
  return listScopes(state, query(changes)).scopes.map(({ name }) => name);
}

function passesByContract(scope: ScopeRecord, filters: Omit<ScopeQuery, "pageSize" | "pageToken">): boolean {
  const { owner, resource, namePrefix, names, states, defaultsOnly } = filters;
  if (owner !== "" && scope.owner !== owner) return false;
  if (resource !== "" && !scope.resources.includes(resource)) return false;
  if (!scope.name.startsWith(namePrefix)) return false;
  if (names.length > 0 && !names.includes(scope.name)) return false;
  if (states.length > 0 && !states.includes(scope.state)) return false;
  return !defaultsOnly || scope.isDefault;
}

function refusalOf(action: () => unknown): RegistryError {
  try {
    action();
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}

describe("listing scopes", () => {
  it("gives what passes all filters, by name, each once over all pages", () => {
    fc.assert(
      fc.property(anyScopes, anyFilters, fc.integer({ min: 1, max: 4 }), (scopes, filters, pageSize) => {
        const state = stateOf(scopes);
        const expected = scopes.filter((scope) => passesByContract(scope, filters)).map(({ name }) => name);
        const listed: string[] = [];
        let pageToken = "";
        let pages = 0;
        do {
          const page = listScopes(state, { ...filters, pageSize, pageToken });
          expect(page.totalSize).toBe(expected.length);
          expect(page.revision).toBe(1);
          expect(page.scopes.length).toBeLessThanOrEqual(pageSize);
          listed.push(...page.scopes.map(({ name }) => name));
          pageToken = page.nextPageToken;
          pages += 1;
        } while (pageToken !== "" && pages <= expected.length);
        expect(listed).toEqual(expected.sort());
        expect(pages).toBe(Math.max(1, Math.ceil(expected.length / pageSize)));
      }),
      { numRuns: 500 },
    );
  });

  it("has 100 scopes on a page unless it is told, and never more than 1,000", () => {
    const many = Array.from({ length: 1_001 }, (_, at) => sampleScope({ name: `s${String(at).padStart(4, "0")}` }));
    const state = stateOf(many);
    expect(namesOn(state)).toHaveLength(100);
    expect(namesOn(state, { pageSize: 1_000 })).toHaveLength(1_000);
    expect(namesOn(state, { pageSize: 2_147_483_647 })).toHaveLength(1_000);
    expect(listScopes(state, query({ pageSize: 1_000 })).nextPageToken).not.toBe("");
  });

  it("keeps a page below the size of a message, and gives the rest on the next pages", () => {
    const description = "\u{1f511}".repeat(1_000);
    const consentTexts = Object.fromEntries(
      Array.from({ length: 64 }, (_, at) => [`en-x-l${at}`, { title: "t", description }]),
    );
    const large = Array.from({ length: 40 }, (_, at) => sampleScope({ name: `s${10 + at}`, consentTexts }));
    const state = stateOf(large);
    const listed: string[] = [];
    let pageToken = "";
    do {
      const page = listScopes(state, query({ pageToken }));
      expect(Buffer.byteLength(JSON.stringify(page.scopes))).toBeLessThan(4 * 1024 * 1024);
      expect(page.totalSize).toBe(40);
      listed.push(...page.scopes.map(({ name }) => name));
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && listed.length < large.length);
    expect(listed).toEqual(large.map(({ name }) => name));
  });

  it("goes on behind the last name of the page before, though it is gone or others have come", () => {
    const state = stateOf(["b", "c", "d", "e"].map((name) => sampleScope({ name })));
    const { nextPageToken } = listScopes(state, query({ pageSize: 2 }));
    const [c] = state.scopesOf("billing-api").filter(({ name }) => name === "c");
    state.apply(
      sampleEntry(2, [
        { kind: "scope", name: "c", before: c, after: undefined },
        createScope(sampleScope({ name: "a" })),
        createScope(sampleScope({ name: "c.more" })),
      ]),
    );
    expect(namesOn(state, { pageToken: nextPageToken })).toEqual(["c.more", "d", "e"]);
  });

  it.each([
    { what: "a negative page size", changes: { pageSize: -1 }, field: "page_size" },
    { what: "an unknown state", changes: { states: ["ACTIVE", "UNRECOGNIZED"] as const }, field: "states[1]" },
    { what: "an owner of 513 characters", changes: { owner: "o".repeat(513) }, field: "owner" },
    { what: "a resource of 2,049 characters", changes: { resource: "r".repeat(2_049) }, field: "resource" },
    { what: "a prefix of 256 characters", changes: { namePrefix: "p".repeat(256) }, field: "name_prefix" },
    { what: "1,001 names", changes: { names: Array.from({ length: 1_001 }, () => "a") }, field: "names" },
  ])("refuses $what", ({ changes, field }) => {
    expect(refusalOf(() => namesOn(stateOf([]), changes))).toMatchObject({
      reason: "INVALID_REQUEST",
      violations: [{ field }],
    });
  });
});

describe("a page token", () => {
  const state = stateOf(["a", "b", "c"].map((name) => sampleScope({ name })));
  const { nextPageToken: token } = listScopes(state, query({ pageSize: 1 }));
  const refusal = (pageToken: string, changes: Partial<ScopeQuery> = {}) =>
    refusalOf(() => namesOn(state, { pageToken, ...changes }));

  it("is good with another page size", () => {
    expect(namesOn(state, { pageToken: token, pageSize: 5 })).toEqual(["b", "c"]);
  });

  it.each([
    { what: "owner", changes: { owner: "billing-api" } },
    { what: "resource", changes: { resource: "https://billing.example.com/" } },
    { what: "name_prefix", changes: { namePrefix: "a" } },
    { what: "names", changes: { names: ["a", "b"] } },
    { what: "states", changes: { states: ["ACTIVE"] as const } },
    { what: "defaults_only", changes: { defaultsOnly: true } },
  ])("is refused with another $what", ({ changes }) => {
    expect(refusal(token, changes)).toMatchObject({
      reason: "INVALID_PAGE_TOKEN",
      message: "Page token was given for other filters: repeat those, or begin anew",
    });
  });

  it.each(["x", "2", `${token}=`, `${token} `, token.slice(0, 20), "\u00e9", "AAAA".repeat(2_000)])(
    "is refused if it is none: %j",
    (pageToken) => {
      expect(refusal(pageToken).reason).toBe("INVALID_PAGE_TOKEN");
    },
  );

  it("is refused without the name that the page before ended with", () => {
    const nameless = Buffer.from(token, "base64url").subarray(0, 17).toString("base64url");
    expect(refusal(nameless).reason).toBe("INVALID_PAGE_TOKEN");
  });

  it("is refused with a changed form or filter, and never fails otherwise", () => {
    const bytes = Buffer.from(token, "base64url");
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const pageToken = changed.toString("base64url");
        // The version and the filters' digest come first; the name behind them is the reader's own matter.
        if (at < 17) expect(refusal(pageToken).reason).toBe("INVALID_PAGE_TOKEN");
        else expect(namesOn(state, { pageToken }).length).toBeLessThanOrEqual(3);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (pageToken) => {
        if (pageToken !== "") expect(refusal(pageToken).reason).toBe("INVALID_PAGE_TOKEN");
      }),
    );
  });
});
