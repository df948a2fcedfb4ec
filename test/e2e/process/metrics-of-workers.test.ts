import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ownDatabase, type TestDatabase } from "../../support/mongod-database.ts";
import { callHttp1 } from "../../support/raw-calls.ts";
import { connectTo } from "../../support/registry-connection.ts";
import { type Scrape, scrape } from "../../support/scrape.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { WatchReader } from "../../support/watch-reader.ts";

const CALLS = "scope_registry_calls_total";
const VERDICTS = "scope_registry_verdicts_total";

let database: TestDatabase;
let dataDir: string;

beforeAll(async () => {
  database = ownDatabase(inject("mongodbUri"));
  dataDir = await mkdtemp(join(tmpdir(), "scope-registry-metrics-"));
});

afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
  await database.drop();
});

const startWorkers = (settings: Readonly<Record<string, string>> = {}) =>
  startServer({ dataDir, mongodbUri: database.uri, workers: 2, settings });

describe("the metrics of two workers", () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startWorkers();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("are one, whichever of them is asked", async () => {
    const owner = await server.token("shop-api", "scope_registry.register");
    const issuer = await server.token("issuer", "scope_registry.validate", "scope_registry.read");
    using one = connectTo(server);
    using other = connectTo(server);
    const { revision } = await one.as(owner).registerScopes({ scopes: [{ name: "shop:read", description: "Read" }] });
    for (const connection of [one, one, other]) {
      await connection.as(issuer).validateScopes({ scopes: ["shop:read"], minRevision: revision });
    }
    const readers = [one, other].map((connection) => new WatchReader(connection.as(issuer)));
    for (const reader of readers) await reader.snapshot();
    const callers = new Set(
      server
        .logLines()
        .filter(({ msg, client_id }) => msg === "Call" && client_id === "issuer")
        .map(({ pid }) => pid),
    );
    expect(callers.size).toBe(2);

    // Connections go to the workers in turn.
    for (const shown of [await scrape(server.httpUrl), await scrape(server.httpUrl), await scrape(server.httpUrl)]) {
      expect(shown.sum("scope_registry_processes")).toBe(2);
      expect(shown.by(CALLS)).toEqual({
        "ScopeRegistry.RegisterScopes grpc OK": 1,
        "ScopeRegistry.ValidateScopes grpc OK": 3,
      });
      expect(shown.by(VERDICTS)).toEqual({ "GRANTED shop-api": 3 });
      expect(shown.sum("scope_registry_call_duration_seconds_count")).toBe(4);
      expect(shown.sum("scope_registry_watchers")).toBe(2);
      expect(shown.sum("scope_registry_revision")).toBe(Number(revision));
      expect(shown.sum("scope_registry_revision_lowest")).toBe(Number(revision));
      expect(shown.all("scope_registry_records", { kind: "scope" })[0]?.value).toBe(8);
      expect(shown.sum("scope_registry_store_up")).toBe(1);
      // The registration was applied by both.
      expect(shown.sum("scope_registry_replication_lag_seconds_count")).toBeGreaterThanOrEqual(2);
      expect(shown.sum("scope_registry_commits_total", { outcome: "stored" })).toBe(2);
      expect(shown.types.get("scope_registry_call_duration_seconds")).toBe("histogram");
      expect(shown.all("nodejs_eventloop_lag_max_seconds")).toHaveLength(1);
    }
    for (const reader of readers) reader.leave();
  });

  it("are had by many who ask at once", async () => {
    const shown = await Promise.all(Array.from({ length: 8 }, () => scrape(server.httpUrl)));
    for (const each of shown) expect(each.by(VERDICTS)).toEqual({ "GRANTED shop-api": 3 });
  });

  it("never go down: what a worker had counted stays when it is too busy to answer, and when it is gone", async () => {
    const before = await scrape(server.httpUrl);
    const [stopped = 0] = workersOf(server);
    process.kill(stopped, "SIGSTOP");
    let during: Scrape;
    try {
      during = await scrapeOfAny(server);
    } finally {
      process.kill(stopped, "SIGCONT");
    }
    expect(during.sum("scope_registry_processes")).toBe(1);
    expect(during.by(VERDICTS)).toEqual(before.by(VERDICTS));
    expect(during.by("scope_registry_call_duration_seconds_count")).toEqual(
      before.by("scope_registry_call_duration_seconds_count"),
    );

    process.kill(stopped, "SIGKILL");
    const after = await waitUntil("another has taken its place", async () => {
      const shown = await scrape(server.httpUrl);
      return workersOf(server).length === 3 && shown.sum("scope_registry_processes") === 2 && shown;
    });
    expect(after.by(VERDICTS)).toEqual(before.by(VERDICTS));
    for (const [labels, count] of Object.entries(before.by(CALLS))) {
      expect(after.by(CALLS)[labels]).toBeGreaterThanOrEqual(count);
    }
  });

  it("leave nothing in the log that is wrong", () => {
    const wrong = server.logLines().filter(({ level, worker_pid }) => level > 30 && worker_pid === undefined);
    expect(wrong).toEqual([]);
  });
});

describe("workers without metrics", () => {
  it("have no path of them", async () => {
    await using server = await startWorkers({ METRICS: "off" });
    expect(await callHttp1(server.httpUrl, "/metrics", { method: "GET" })).toMatchObject({ http: 404 });
    expect(await server.stop()).toBe(0);
  });
});

/** Asks for metrics until a worker answers that is not stopped. */
function scrapeOfAny(server: ServerProcess): Promise<Scrape> {
  return Promise.any([scrape(server.httpUrl), scrape(server.httpUrl)]);
}

/** The processes of the workers, in the order in which they began to serve. */
function workersOf(server: ServerProcess): readonly number[] {
  return server
    .logLines()
    .filter(({ msg }) => msg === "Serving")
    .map(({ pid }) => Number(pid));
}
