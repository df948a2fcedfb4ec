/** What `/metrics` shows after calls over the wire, to the last digit. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ScopeState } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONNECT_JSON, GRPC_JS, PROTOCOLS } from "../support/protocols.ts";
import { callHttp1, callHttp2 } from "../support/raw-calls.ts";
import { refusalOf } from "../support/refusal.ts";
import { readScrape, type Scrape, scrape, textOf } from "../support/scrape.ts";
import { type Clients, startTestServer, type TestServer, unique } from "../support/test-server.ts";
import { waitUntil } from "../support/wait-until.ts";
import { WatchReader } from "../support/watch-reader.ts";

const CALLS = "scope_registry_calls_total";
const DURATIONS = "scope_registry_call_duration_seconds";
const VERDICTS = "scope_registry_verdicts_total";

describe("metrics of calls", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ settings: { DOT_DYNAMIC_SCOPES: "register-scope" } });
  });
  afterAll(() => server.stop());

  it("count them by method, protocol and code, whatever they come by", async () => {
    for (const protocol of PROTOCOLS) {
      const reader = await server.as({ client: "reader", scopes: ["read"] }, protocol);
      for (const _ of [1, 2, 3]) await reader.registry.listScopes({});
      await refusalOf(reader.registry.listScopes({ pageSize: -1 }));
      await refusalOf(reader.registry.validateScopes({ scopes: ["a"] }));
      await refusalOf(server.withHeader(undefined, protocol).registry.introspect({ token: "a" }));
    }
    const authorization = `Bearer ${await server.tokenFor({ client: "archive", claims: { scope: "register-scope" } })}`;
    for (const body of [JSON.stringify({ name: "archive:read", description: "Read" }), "{}"]) {
      await callHttp1(server.httpUrl, "/compat/dot-dynamic-scopes/register_scope/", {
        headers: { authorization },
        body,
      });
    }
    const form = { authorization: "Bearer none", "content-type": "application/x-www-form-urlencoded" };
    await callHttp1(server.httpUrl, "/oauth2/introspect", { headers: form, body: "token=a" });

    const shown = await scrape(server.httpUrl);
    expect(shown.by(CALLS, { method: "ScopeRegistry.ListScopes" })).toEqual({
      "grpc OK": 9,
      "grpc INVALID_ARGUMENT": 3,
      "grpc-web OK": 3,
      "grpc-web INVALID_ARGUMENT": 1,
      "connect OK": 6,
      "connect INVALID_ARGUMENT": 2,
    });
    expect(shown.by(CALLS, { method: "ScopeRegistry.ValidateScopes" })).toEqual({
      "grpc PERMISSION_DENIED": 3,
      "grpc-web PERMISSION_DENIED": 1,
      "connect PERMISSION_DENIED": 2,
    });
    expect(shown.by(CALLS, { method: "ScopeRegistry.Introspect" })).toEqual({
      "grpc UNAUTHENTICATED": 3,
      "grpc-web UNAUTHENTICATED": 1,
      "connect UNAUTHENTICATED": 2,
      "oauth2 UNAUTHENTICATED": 1,
    });
    expect(shown.by(CALLS, { method: "ScopeRegistry.RegisterScopes" })).toEqual({
      "dot-dynamic-scopes OK": 1,
      "dot-dynamic-scopes INVALID_ARGUMENT": 1,
    });
    expect(shown.by(`${DURATIONS}_count`, { method: "ScopeRegistry.ListScopes" })).toEqual({
      grpc: 12,
      "grpc-web": 4,
      connect: 8,
    });
    const labels = { method: "ScopeRegistry.ListScopes", protocol: "grpc" };
    const buckets = shown.all(`${DURATIONS}_bucket`, labels).map(({ value }) => value);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect(buckets.at(-1)).toBe(12);
    expect(shown.sum(`${DURATIONS}_sum`)).toBeGreaterThan(0);
    expect(shown.sum(CALLS)).toBe(shown.sum(`${DURATIONS}_count`));
  });

  it("count streams when they end, and leave out how long they lasted", async () => {
    const readers = await Promise.all(
      PROTOCOLS.map(async (protocol) => {
        const { registry } = await server.as({ client: "replica", scopes: ["read"] }, protocol);
        return new WatchReader(registry);
      }),
    );
    for (const reader of readers) await reader.snapshot();
    const stream = { method: "ScopeRegistry.WatchScopes" };
    const during = await scrape(server.httpUrl);
    expect(during.sum("scope_registry_watchers")).toBe(PROTOCOLS.length);
    expect(during.sum(CALLS, stream)).toBeUndefined();

    for (const reader of readers) reader.leave();
    const refused = await server.as({ client: "replica", scopes: ["validate"] });
    await refusalOf(new WatchReader(refused.registry).next());
    const after = await waitUntil("all streams have ended", async () => {
      const shown = await scrape(server.httpUrl);
      return shown.sum(CALLS, stream) === PROTOCOLS.length + 1 && shown;
    });
    expect(after.sum("scope_registry_watchers")).toBe(0);
    expect(after.by(CALLS, stream)).toEqual({
      "grpc CANCELLED": 3,
      "grpc-web CANCELLED": 1,
      "connect CANCELLED": 2,
      "grpc PERMISSION_DENIED": 1,
    });
    expect(after.sum(`${DURATIONS}_count`, stream)).toBeUndefined();
  });

  it("name no method that the contract has not", async () => {
    for (const path of ["/scoperegistry.v1.ScopeRegistry/MadeUpMethod", "/made.up.Service/List", "/made-up-path"]) {
      await callHttp2(`http://${server.grpcAddress}`, path, { body: Buffer.alloc(5) });
      await callHttp1(server.httpUrl, path, { headers: { "content-type": "application/json" }, body: "{}" });
    }
    expect((await scrape(server.httpUrl)).text).not.toMatch(/made.?up/i);
  });
});

describe("metrics of verdicts", () => {
  let server: TestServer;
  let issuer: Clients;
  beforeAll(async () => {
    server = await startTestServer();
    const shop = await server.as({ client: "shop-api", scopes: ["register"] });
    const docs = await server.as({ client: "docs-api", scopes: ["register"] });
    const admin = await server.as({ client: "operator", scopes: ["admin"] });
    await shop.registry.registerScopes({
      scopes: [
        { name: "shop:read", description: "Read", resources: ["https://shop.example"] },
        { name: "shop:buy", description: "Buy", aliases: ["shop:order"] },
        { name: "shop:old", description: "Old", deprecated: true },
        { name: "shop:admin", description: "Admin", restricted: true },
        { name: "shop:gone", description: "Gone" },
      ],
    });
    await shop.admin.disableScopes({ names: ["shop:gone"], force: true });
    await docs.registry.registerScopes({
      scopes: [
        { name: "docs:read", description: "Read" },
        { name: "docs:{folder}:read", description: "Read a folder" },
      ],
    });
    await admin.admin.setResourceServer({ resourceServer: { name: "docs-api", mode: 2 } });
    await docs.registry.registerScopes({ scopes: [{ name: "docs:new", description: "New" }] });
    issuer = await server.as({ client: "auth-server", scopes: ["validate", "read"] });
    const { scopes } = await issuer.registry.listScopes({ owner: "docs-api" });
    expect(scopes.find(({ name }) => name === "docs:new")?.state).toBe(ScopeState.PENDING);
  });
  afterAll(() => server.stop());

  /** What was counted since the last time. */
  let before: Readonly<Record<string, number>> = {};
  async function counted(): Promise<Readonly<Record<string, number>>> {
    const now = (await scrape(server.httpUrl)).by(VERDICTS);
    const more = Object.entries(now).map(([labels, count]) => [labels, count - (before[labels] ?? 0)] as const);
    before = now;
    return Object.fromEntries(more.filter(([, count]) => count > 0));
  }

  /** Open names are answered from bytes by the gRPC port, and from messages by the other one. */
  const ways = [GRPC_JS, CONNECT_JSON];

  it.each(ways)("count what is granted, each name of a request once, by $name", async (protocol) => {
    const { registry } = await server.as({ client: "auth-server", scopes: ["validate"] }, protocol);
    await counted();
    for (const _ of [1, 2, 3]) await registry.validateScopes({ scopes: ["shop:read", "shop:buy", "shop:read"] });
    await registry.validateScopes({ scopes: ["docs:read", "shop:buy"], clientId: "web" });
    await registry.validateScopes({ scope: "shop:old docs:read" });
    expect(await counted()).toEqual({
      "GRANTED shop-api": 7,
      "GRANTED docs-api": 2,
      "DEPRECATED shop-api": 1,
    });
  });

  it.each(ways)("count every verdict with the scope's owner, by $name", async (protocol) => {
    const { registry } = await server.as({ client: "auth-server", scopes: ["validate"] }, protocol);
    await counted();
    const scopes = [
      ...["shop:read", "shop:order", "shop:old", "shop:admin", "shop:gone"],
      ...["docs:a:read", "docs:b:read", "docs:new", "scope_registry.admin", "made-up:one", "made up", "shop:buy"],
    ];
    await registry.validateScopes({ scopes, resources: ["https://docs.example"] });
    expect(await counted()).toEqual({
      "WRONG_RESOURCE shop-api": 1,
      "DEPRECATED shop-api": 2,
      "GRANTED shop-api": 1,
      "NOT_ALLOWED shop-api": 1,
      "DISABLED shop-api": 1,
      "GRANTED docs-api": 2,
      "PENDING docs-api": 1,
      "NOT_ALLOWED ": 1,
      "UNKNOWN ": 1,
      "MALFORMED ": 1,
    });
  });

  it("go on where the registry changes between two requests", async () => {
    const docs = await server.as({ client: "docs-api", scopes: ["register"] });
    await counted();
    for (const at of [1, 2, 3]) {
      await issuer.registry.validateScopes({ scopes: ["shop:buy", "docs:read"] });
      const { revision } = await docs.registry.registerScopes({ scopes: [{ name: `docs:${at}`, description: "Any" }] });
      await issuer.registry.validateScopes({ scopes: ["shop:buy"], minRevision: revision });
    }
    expect(await counted()).toEqual({ "GRANTED shop-api": 6, "GRANTED docs-api": 3 });
  });

  it("show no name that was asked for, registered or not", async () => {
    const { registry } = issuer;
    for (const scopes of [["secret-project:read"], ['made"up\nname'], ["docs:payroll:read"], ["shop:buy"]]) {
      await registry.validateScopes({ scopes, clientId: "secret-client" });
    }
    const { text } = await scrape(server.httpUrl);
    expect(text).not.toMatch(/secret|payroll|made.{1,2}up|:read|:buy/);
    expect(text).toContain('owner="shop-api"');
  });

  it("tell 1,000 owners apart, and no more", async () => {
    const owners = Array.from({ length: 1_003 }, () => unique("one-of-many"));
    for (let from = 0; from < owners.length; from += 100) {
      const some = owners.slice(from, from + 100).map(async (client) => {
        const { registry } = await server.as({ client, scopes: ["register"] });
        await registry.registerScopes({ scopes: [{ name: `${client}:read`, description: "Read" }] });
      });
      await Promise.all(some);
    }
    await counted();
    for (let at = 0; at < 2; at++) {
      for (let from = 0; from < owners.length; from += 10) {
        const scopes = owners.slice(from, from + 10).map((client) => `${client}:read`);
        await issuer.registry.validateScopes({ scopes });
      }
    }
    const counts = await counted();
    // Two of the owners, and those who are none, have been counted before.
    const told = Object.keys(counts).filter((labels) => labels.startsWith("GRANTED one-of-many"));
    expect(told).toHaveLength(997);
    expect(told.every((labels) => counts[labels] === 2)).toBe(true);
    expect(counts["GRANTED (others)"]).toBe(2 * (owners.length - told.length));
    expect(new Set((await scrape(server.httpUrl)).samples.map(({ labels }) => labels["owner"])).size).toBeLessThan(
      1_005,
    );
  }, 60_000);
});

describe("metrics of the registry", () => {
  it("are its revision, its size, its commits and its tokens", async () => {
    await using server = await startTestServer({ opaqueTokens: false });
    const start = await scrape(server.httpUrl);
    const own = Object.keys(server.settings.scopeNames).length;
    expect(start.by("scope_registry_records")).toEqual({
      scope: own,
      template: 0,
      alias: 0,
      client: 0,
      resource_server: 0,
      reserved_name: 0,
    });
    expect(start.sum("scope_registry_commit_entries_count")).toBe(1);

    const shop = await server.as({ client: "shop-api", scopes: ["register", "introspect"] });
    const admin = await server.as({ client: "operator", scopes: ["admin"] });
    await shop.registry.registerScopes({
      scopes: [
        { name: "shop:read", description: "Read", aliases: ["shop:see", "shop:view"] },
        { name: "shop:{id}:read", description: "Read one" },
        { name: "shop:gone", description: "Gone" },
      ],
    });
    await shop.registry.registerScopes({ scopes: [{ name: "shop:read", description: "Read" }] });
    await admin.admin.setResourceServer({ resourceServer: { name: "shop-api", contact: "shop@example.com" } });
    await admin.admin.setClientPolicy({ clientPolicy: { clientId: "web", allowedScopes: ["shop:read"] } });
    await shop.admin.disableScopes({ names: ["shop:gone"], force: true });
    await shop.admin.deleteScopes({ names: ["shop:gone"] });
    const token = await server.tokenFor({ client: "web", claims: { scope: "shop:read" } });
    for (const _ of [1, 2, 3]) await shop.registry.introspect({ token });
    await shop.registry.introspect({ token: "garbage" });

    const { revision } = await (await server.as({ client: "a", scopes: ["read"] })).registry.listScopes({});
    const shown = await scrape(server.httpUrl);
    expect(shown.by("scope_registry_records")).toEqual({
      scope: own + 2,
      template: 1,
      alias: 2,
      client: 1,
      resource_server: 1,
      reserved_name: 1,
    });
    expect(shown.sum("scope_registry_revision")).toBe(Number(revision));
    expect(shown.sum("scope_registry_revision_lowest")).toBe(Number(revision));
    // One entry for each change: the registration that found all unchanged has none.
    expect(Number(revision)).toBe(6);
    expect(shown.by("scope_registry_commits_total")).toEqual({ stored: 6 });
    expect(shown.sum("scope_registry_commit_entries_sum")).toBe(6);
    expect(shown.sum("scope_registry_commit_duration_seconds_count")).toBe(6);
    expect(shown.sum("scope_registry_replication_lag_seconds_count")).toBe(6);
    expect(shown.sum("scope_registry_waiting_changes")).toBe(0);
    expect(shown.sum("scope_registry_store_up")).toBe(1);
    expect(shown.sum("scope_registry_processes")).toBe(1);
    expect(shown.sum("scope_registry_state_age_seconds")).toBeGreaterThanOrEqual(0);
    // Eleven calls of three callers.
    expect(shown.by("scope_registry_token_lookups_total")).toEqual({
      "callers miss": 3,
      "callers hit": 8,
      "introspected miss": 2,
      "introspected hit": 2,
    });
  });

  it("show what is committed together", async () => {
    await using server = await startTestServer();
    const { registry } = await server.as({ client: "shop-api", scopes: ["register"] });
    const calls = Array.from({ length: 40 }, (_, at) =>
      registry.registerScopes({ scopes: [{ name: `shop:${at}`, description: "Any" }] }),
    );
    await Promise.all(calls);
    const shown = await scrape(server.httpUrl);
    expect(shown.sum("scope_registry_commit_entries_sum")).toBe(41);
    const commits = shown.sum("scope_registry_commit_entries_count") ?? 0;
    expect(commits).toBeLessThan(41);
    expect(shown.sum("scope_registry_commits_total", { outcome: "stored" })).toBe(commits);
  });

  it("are of another server as well: what it has read of the log, and none of its commits", async () => {
    await using writer = await startTestServer({ store: "mongodb" });
    const uri = writer.settings.mongodbUri ?? "";
    await using reader = await startTestServer({ settings: { MONGODB_URI: uri, DATA_DIR: "" } });
    const { registry } = await writer.as({ client: "shop-api", scopes: ["register"] });
    for (const at of [1, 2, 3]) await registry.registerScopes({ scopes: [{ name: `shop:${at}`, description: "Any" }] });
    const shown = await waitUntil("the other has read them", async () => {
      const now = await scrape(reader.httpUrl);
      return now.sum("scope_registry_revision") === 4 && now;
    });
    expect(shown.sum("scope_registry_replication_lag_seconds_count")).toBe(3);
    expect(shown.by("scope_registry_commits_total")).toEqual({});
  });
});

describe("metrics of the process", () => {
  it("are the CPU time since its start, and all garbage collections, also those that Node tells of together", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const collections = { name: "nodejs_gc_duration_seconds_count", labels: { kind: "major" } };
    await using server = await startTestServer();
    const used = process.cpuUsage();
    const before = await scrape(server.httpUrl);
    expect(before.sum("process_cpu_user_seconds_total")).toBeGreaterThanOrEqual(used.user / 1e6);
    expect(before.sum("process_cpu_seconds_total")).toBeGreaterThanOrEqual((used.user + used.system) / 1e6);

    for (let at = 0; at < 10; at++) collect();
    const counted = before.sum(collections.name, collections.labels) ?? 0;
    await waitUntil("all are counted", async () => {
      const now = (await scrape(server.httpUrl)).sum(collections.name, collections.labels) ?? 0;
      return now >= counted + 10;
    });
  });
});

describe("the path of metrics", () => {
  it("answers anybody, and no other method than GET and HEAD", async () => {
    await using server = await startTestServer();
    const get = await callHttp1(server.httpUrl, "/metrics", { method: "GET" });
    expect(get).toMatchObject({
      http: 200,
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" },
    });
    expect(get.headers["content-encoding"]).toBeUndefined();
    const head = await callHttp1(server.httpUrl, "/metrics", { method: "HEAD" });
    expect(head).toMatchObject({ http: 200, headers: { "content-type": get.headers["content-type"] } });
    expect(head.body).toHaveLength(0);
    const gzip = await callHttp1(server.httpUrl, "/metrics", { method: "GET", headers: { "accept-encoding": "gzip" } });
    expect(gzip).toMatchObject({ http: 200, headers: { "content-encoding": "gzip" } });
    expect(gzip.body.length).toBeLessThan(get.body.length);
    expect([...readScrape(textOf(gzip)).types.keys()]).toEqual([...readScrape(textOf(get)).types.keys()]);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      expect(await callHttp1(server.httpUrl, "/metrics", { method })).toMatchObject({
        http: 405,
        headers: { allow: "GET, HEAD" },
      });
    }
    const http2 = await callHttp2(server.httpUrl, "/metrics", { method: "GET" });
    expect(http2.http).toBe(200);
    expect(readScrape(String(http2.body)).types.get(CALLS)).toBe("counter");
  });

  it("is what Prometheus takes: one type and one help for each, and no sample twice", async () => {
    await using server = await startTestServer();
    const shown = await scrape(server.httpUrl);
    const keys = shown.samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { name } of shown.samples) {
      const metric = shown.types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, "");
      expect(shown.types.has(metric), name).toBe(true);
      expect(shown.help.get(metric)).toMatch(/^[^\n]{10,}$/);
    }
    expect(ownNames(shown).filter((name) => !/^scope_registry_[a-z_]+$/.test(name))).toEqual([]);
    const counters = ownNames(shown).filter((name) => shown.types.get(name) === "counter");
    expect(counters.filter((name) => !name.endsWith("_total"))).toEqual([]);
    expect(shown.types.has("nodejs_eventloop_lag_seconds")).toBe(true);
    expect(shown.types.has("process_cpu_seconds_total")).toBe(true);
  });

  it("is nowhere when METRICS is off", async () => {
    await using server = await startTestServer({ settings: { METRICS: "off" } });
    expect(await callHttp1(server.httpUrl, "/metrics", { method: "GET" })).toMatchObject({ http: 404 });
  });

  it("needs a token with the scope to read when METRICS says so", async () => {
    await using server = await startTestServer({ settings: { METRICS: "token", SCOPE_READ: "see" } });
    const ask = async (authorization?: string) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const answer = await callHttp1(server.httpUrl, "/metrics", { method: "GET", headers });
      return { ...answer, json: answer.http === 200 ? {} : JSON.parse(String(answer.body)) };
    };
    const bearer = async (scopes: readonly ("read" | "admin")[]) => `Bearer ${await server.tokenFor({ scopes })}`;
    expect(await ask()).toMatchObject({ http: 401, json: { error: "token_missing" } });
    expect((await ask()).headers["www-authenticate"]).toMatch(/^Bearer/);
    expect(await ask("Bearer garbage")).toMatchObject({ http: 401, json: { error: "invalid_token" } });
    const denied = await ask(await bearer(["admin"]));
    expect(denied).toMatchObject({ http: 403, json: { error: "insufficient_scope" } });
    expect(denied.headers["www-authenticate"]).toContain('scope="see"');
    const allowed = await ask(await bearer(["read"]));
    expect(allowed.http).toBe(200);
    expect(readScrape(String(allowed.body)).sum("scope_registry_processes")).toBe(1);
  });
});

function ownNames({ types }: Scrape): readonly string[] {
  return [...types.keys()].filter((name) => name.startsWith("scope_registry_"));
}
