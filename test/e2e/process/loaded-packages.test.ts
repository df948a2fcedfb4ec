/** What a server loads, which is most of what its start takes: not before it is needed. */
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ownDatabase, type TestDatabase } from "../../support/mongod-database.ts";
import { callHttp1 } from "../../support/raw-calls.ts";
import { REPOSITORY, runCommand } from "../../support/run-command.ts";
import { scrape } from "../../support/scrape.ts";
import { type ServerOptions, type ServerProcess, startServer } from "../../support/server-process.ts";
import { waitUntil } from "../../support/wait-until.ts";

/** With so small a part of the heap for what is new, garbage is collected from the beginning. */
const SMALL = "--max-semi-space-size=1";
const TELL_PACKAGES = `--import=${new URL("../../support/tell-packages.ts", import.meta.url)}`;

async function startTelling(options: ServerOptions = {}): Promise<ServerProcess> {
  const server = await startServer({ ...options, environment: { NODE_OPTIONS: `${SMALL} ${TELL_PACKAGES}` } });
  await waitUntil("the log has come as far", () => {
    return server.logLines().filter(({ msg }) => msg === "Serving").length === (options.workers ?? 1);
  });
  return server;
}

const untilLoaded = (server: ServerProcess, ...names: readonly string[]) =>
  waitUntil(`these are loaded: ${names.join(", ")}`, () => isDeepStrictEqual(loaded(server), names));

/** The packages that were loaded, and have to do with these words. */
function loaded(server: ServerProcess): readonly unknown[] {
  const names = server.logLines().flatMap(({ msg, package: name }) => (msg === "Package loaded" ? [name] : []));
  expect(names).toContain("@grpc/grpc-js");
  return names.filter((name) => /^(prom-client|mongodb|@grpc\/reflection|@opentelemetry\/.*)$/.test(String(name)));
}

let database: TestDatabase;
beforeAll(() => {
  database = ownDatabase(inject("mongodbUri"));
});
afterAll(() => database.drop());

describe("a server process", () => {
  it("loads what makes metrics at the first scrape, which shows what was before, and reflection for who asks", async () => {
    await using server = await startTelling();
    expect(loaded(server)).toEqual([]);
    const shown = await scrape(server.httpUrl);
    await untilLoaded(server, "prom-client", "@opentelemetry/api");
    expect(shown.sum("nodejs_gc_duration_seconds_count")).toBeGreaterThan(0);
    expect(shown.sum("scope_registry_commits_total")).toBe(1);

    const args = ["curl", "--protocol", "grpc", "--list-services", `http://${server.grpcAddress}`];
    const { stdout } = await runCommand(`${REPOSITORY}node_modules/.bin/buf`, args);
    expect(stdout).toContain("scoperegistry.v1.ScopeRegistry");
    await untilLoaded(server, "prom-client", "@opentelemetry/api", "@grpc/reflection");
  });

  it("never loads what makes metrics where they are off, and the driver of the store that is set", async () => {
    await using server = await startTelling({ mongodbUri: database.uri, settings: { METRICS: "off" } });
    expect(await callHttp1(server.httpUrl, "/metrics", { method: "GET" })).toMatchObject({ http: 404 });
    expect(loaded(server)).toEqual(["mongodb"]);
  });

  it("loads what makes metrics at the first scrape in each of several", async () => {
    await using server = await startTelling({ mongodbUri: database.uri, workers: 2 });
    expect(loaded(server)).toEqual(["mongodb", "mongodb"]);
    const shown = await scrape(server.httpUrl);
    expect(shown.sum("scope_registry_processes")).toBe(2);
    await waitUntil("each has loaded it", () => {
      return loaded(server).filter((name) => name === "prom-client").length === 2;
    });
  });
});
