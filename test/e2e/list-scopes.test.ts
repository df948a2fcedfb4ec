import type { MessageInitShape } from "@bufbuild/protobuf";
import { type ListScopesRequestSchema, RegistrationMode, ScopeState } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OWN_SCOPES } from "../../src/config/registry-scope-names.ts";
import { refusalOf } from "../support/refusal.ts";
import { type Clients, startTestServer, type TestServer, WAYS } from "../support/test-server.ts";

const INVOICES = "https://billing.example.com/invoices";
const REPORTS = "https://billing.example.com/reports";
const { ACTIVE, DEPRECATED, DISABLED, PENDING } = ScopeState;
const BILLING_COUNT = 103;

describe.each(WAYS)("ListScopes by $name", ({ protocol, store }) => {
  let server: TestServer;
  let reader: Clients;
  beforeAll(async () => {
    server = await startTestServer({ store });
    reader = await server.as({ client: "auth-server", scopes: ["read"] }, protocol);
    const billing = await server.as({ client: "billing-api", scopes: ["register", "registerDefault"] });
    const docs = await server.as({ client: "docs-api", scopes: ["register", "registerDefault"] });
    const many = Array.from({ length: 97 }, (_, at) => ({ name: `many:${at}`, description: "One of many" }));
    const kept = [
      ...many,
      { name: "invoices:read", description: "Read invoices", resources: [INVOICES], isDefault: true },
      { name: "invoices:write", description: "Write invoices", resources: [INVOICES, REPORTS] },
      { name: "Invoices:read", description: "Another name", resources: [REPORTS] },
      { name: "reports:old", description: "Old reports", resources: [REPORTS], deprecated: true },
      { name: "~reports", description: "The last name", isDefault: true },
    ];
    await billing.registry.registerScopes({ scopes: [...kept, { name: "invoices:gone", description: "Gone" }] });
    await billing.registry.registerScopes({ scopes: kept, mode: RegistrationMode.REPLACE });
    await docs.registry.registerScopes({
      scopes: [
        { name: "docs:read", description: "Read docs", isDefault: true },
        { name: "docs:write", description: "Write docs" },
      ],
    });
  });
  afterAll(() => server.stop());

  type Query = MessageInitShape<typeof ListScopesRequestSchema>;

  async function namesOf(query: Query): Promise<string[]> {
    const { scopes, totalSize, nextPageToken } = await reader.registry.listScopes({ pageSize: 1_000, ...query });
    expect(totalSize).toBe(scopes.length);
    expect(nextPageToken).toBe("");
    return scopes.map(({ name }) => name);
  }

  it("answers every scope in code point order, the registry's own among them", async () => {
    const names = await namesOf({});
    expect(names).toHaveLength(BILLING_COUNT + 2 + OWN_SCOPES.length);
    expect(names).toEqual([...names].sort((a, b) => (a < b ? -1 : 1)));
    expect(names[0]).toBe("Invoices:read");
    expect(names.at(-1)).toBe("~reports");
    expect(names).toContain("scope_registry.admin");
  });

  it("shows the registry's own scopes as restricted, unlisted and nobody's", async () => {
    const { scopes } = await reader.registry.listScopes({ namePrefix: "scope_registry." });
    expect(scopes).toHaveLength(OWN_SCOPES.length);
    for (const scope of scopes) expect(scope).toMatchObject({ restricted: true, unlisted: true, owner: "" });
  });

  it.each<[string, Query, string[] | number]>([
    ["an owner", { owner: "docs-api" }, ["docs:read", "docs:write"]],
    ["an owner that has nothing", { owner: "nobody" }, []],
    ["an owner, whose name is compared exactly", { owner: "Docs-API" }, []],
    ["a resource", { resource: INVOICES }, ["invoices:read", "invoices:write"]],
    ["a resource that nobody has", { resource: `${INVOICES}/` }, []],
    ["a prefix, case and all", { namePrefix: "invoices:" }, ["invoices:gone", "invoices:read", "invoices:write"]],
    ["a whole name as prefix", { namePrefix: "~reports" }, ["~reports"]],
    [
      "names, each once, unknown ones passed over",
      { names: ["~reports", "docs:read", "x", "~reports"] },
      ["docs:read", "~reports"],
    ],
    ["a state", { states: [DISABLED] }, ["invoices:gone"]],
    ["two states", { states: [DISABLED, DEPRECATED] }, ["invoices:gone", "reports:old"]],
    ["a state that none is in", { states: [PENDING] }, []],
    ["defaults", { defaultsOnly: true }, ["docs:read", "invoices:read", "~reports"]],
    ["an owner and a prefix", { owner: "billing-api", namePrefix: "many:1" }, 11],
    ["an owner and another's prefix", { owner: "docs-api", namePrefix: "invoices" }, []],
    [
      "an owner, a state and a prefix",
      { owner: "billing-api", states: [ACTIVE], namePrefix: "i" },
      ["invoices:read", "invoices:write"],
    ],
    ["a resource and a state", { resource: REPORTS, states: [DEPRECATED] }, ["reports:old"]],
    ["names and an owner", { names: ["docs:read", "~reports"], owner: "billing-api" }, ["~reports"]],
    ["names and a prefix", { names: ["docs:read", "docs:write"], namePrefix: "docs:w" }, ["docs:write"]],
    ["names and defaults", { names: ["docs:read", "docs:write"], defaultsOnly: true }, ["docs:read"]],
    ["a resource and defaults", { resource: INVOICES, defaultsOnly: true }, ["invoices:read"]],
    [
      "everything at once",
      {
        owner: "billing-api",
        resource: REPORTS,
        namePrefix: "invoices",
        names: ["invoices:write", "invoices:read"],
        states: [ACTIVE],
      },
      ["invoices:write"],
    ],
  ])("filters by %s", async (_what, query, expected) => {
    const names = await namesOf(query);
    if (typeof expected === "number") expect(names).toHaveLength(expected);
    else expect(names).toEqual(expected);
  });

  it("pages through everything with each page size from 1 to 100, each scope exactly once", async () => {
    const all = await namesOf({ owner: "billing-api" });
    expect(all).toHaveLength(BILLING_COUNT);
    for (let pageSize = 1; pageSize <= 100; pageSize++) {
      const seen: string[] = [];
      let pageToken = "";
      do {
        const page = await reader.registry.listScopes({ owner: "billing-api", pageSize, pageToken });
        expect(page.totalSize).toBe(BILLING_COUNT);
        expect(page.scopes.length).toBe(Math.min(pageSize, BILLING_COUNT - seen.length));
        seen.push(...page.scopes.map(({ name }) => name));
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
      expect(seen).toEqual(all);
    }
  });

  it("takes 100 for no page size, and 1,000 for more than that", async () => {
    expect((await reader.registry.listScopes({})).scopes).toHaveLength(100);
    const { scopes, nextPageToken } = await reader.registry.listScopes({ pageSize: 2 ** 31 - 1 });
    expect(scopes).toHaveLength(BILLING_COUNT + 2 + OWN_SCOPES.length);
    expect(nextPageToken).toBe("");
  });

  it("shows a scope that stays exactly once, although others come and go between pages", async () => {
    const writer = await server.as({ client: `pager-${protocol.name}`, scopes: ["register"] });
    const scope = (name: string) => ({ name: `page:${name}`, description: "Paged" });
    await writer.registry.registerScopes({ scopes: ["b", "d", "f", "h"].map(scope) });
    const first = await reader.registry.listScopes({ namePrefix: "page:", pageSize: 2 });
    await writer.registry.registerScopes({ scopes: ["a", "e", "z"].map(scope) });
    const second = await reader.registry.listScopes({
      namePrefix: "page:",
      pageSize: 100,
      pageToken: first.nextPageToken,
    });
    expect(first.scopes.map(({ name }) => name)).toEqual(["page:b", "page:d"]);
    expect(second.scopes.map(({ name }) => name)).toEqual(["page:e", "page:f", "page:h", "page:z"]);
    expect(second.totalSize).toBe(7);
    await writer.registry.registerScopes({ mode: RegistrationMode.REPLACE });
  });

  it("takes another page size with a page token", async () => {
    const first = await reader.registry.listScopes({ owner: "billing-api", pageSize: 10 });
    const { scopes } = await reader.registry.listScopes({
      owner: "billing-api",
      pageSize: 3,
      pageToken: first.nextPageToken,
    });
    expect(scopes).toHaveLength(3);
  });

  it("refuses a page token that was given for other filters", async () => {
    const { nextPageToken: pageToken } = await reader.registry.listScopes({ owner: "billing-api", pageSize: 1 });
    const others: Query[] = [
      {},
      { owner: "docs-api" },
      { owner: "billing-api", namePrefix: "m" },
      { owner: "billing-api", resource: INVOICES },
      { owner: "billing-api", names: ["many:1"] },
      { owner: "billing-api", states: [ACTIVE] },
      { owner: "billing-api", defaultsOnly: true },
    ];
    for (const query of others) {
      expect(await refusalOf(reader.registry.listScopes({ ...query, pageToken }))).toMatchObject({
        code: "INVALID_ARGUMENT",
        reason: "INVALID_PAGE_TOKEN",
      });
    }
  });

  it.each([
    "x",
    "AAAA",
    "not base64 at all!",
    "====",
    `${"A".repeat(5_000)}`,
    Buffer.from("1").toString("base64url"),
    Buffer.from("9aaaaaaaaaaaaaaaamany:1").toString("base64url"),
    Buffer.from(`1${"0".repeat(16)}many:1`).toString("base64url"),
  ])("refuses the page token %j, which it has not given", async (pageToken) => {
    const refusal = await refusalOf(reader.registry.listScopes({ pageToken }));
    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_PAGE_TOKEN" });
  });

  it("refuses a page token with one character changed", async () => {
    const { nextPageToken } = await reader.registry.listScopes({ pageSize: 1 });
    const changed = `${nextPageToken.startsWith("M") ? "N" : "M"}${nextPageToken.slice(1, -1)}`;
    expect(await refusalOf(reader.registry.listScopes({ pageToken: changed }))).toMatchObject({
      reason: "INVALID_PAGE_TOKEN",
    });
  });

  it("answers from the revision that is asked for, and refuses one that is not reached yet", async () => {
    const { revision } = await reader.registry.listScopes({ pageSize: 1 });
    expect((await reader.registry.listScopes({ pageSize: 1, minRevision: revision })).revision).toBe(revision);
    for (const minRevision of [revision + 1n, 2n ** 53n, 2n ** 64n - 1n]) {
      expect(await refusalOf(reader.registry.listScopes({ minRevision }))).toMatchObject({
        code: "OUT_OF_RANGE",
        reason: "REVISION_UNKNOWN",
        metadata: { revision: String(revision) },
      });
    }
  });

  it("answers every broken rule of a query", async () => {
    const refusal = await refusalOf(
      reader.registry.listScopes({
        owner: "o".repeat(513),
        resource: `https://${"r".repeat(2_048)}`,
        namePrefix: "p".repeat(256),
        names: Array(1_001).fill("n"),
        states: [ACTIVE, ScopeState.UNSPECIFIED],
        pageSize: -1,
      }),
    );
    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST" });
    expect([...refusal.fields].sort()).toEqual(["name_prefix", "names", "owner", "page_size", "resource", "states[1]"]);
  });
});
