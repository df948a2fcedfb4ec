import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { ScopeRegistry } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { holdCommits } from "../../support/held-commits.ts";
import { ownDatabase, type TestDatabase } from "../../support/mongod-database.ts";
import { callHttp1 } from "../../support/raw-calls.ts";
import { connectTo } from "../../support/registry-connection.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";
import { waitUntil } from "../../support/wait-until.ts";

let database: TestDatabase;
let dataDir: string;

beforeAll(async () => {
  database = ownDatabase(inject("mongodbUri"));
  dataDir = await mkdtemp(join(tmpdir(), "scope-registry-workers-"));
});

afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
  await database.drop();
});

const settings = { DOT_DYNAMIC_SCOPES: "register-scope" };
const startWorkers = () => startServer({ dataDir, mongodbUri: database.uri, workers: 2, settings });

describe("two workers behind one port", () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startWorkers();
  });

  afterAll(() => server[Symbol.asyncDispose]());

  it("are two processes on the same ports, and one banner", () => {
    expect(new Set(workersOf(server)).size).toBe(2);
    expect(workersOf(server)).not.toContain(primaryOf(server));
    const ports = server.logLines().filter(({ msg }) => msg === "Serving" || msg === "All workers serve");
    expect(ports.map(({ grpc_port }) => `127.0.0.1:${grpc_port}`)).toEqual(Array(3).fill(server.grpcAddress));
    expect(new Set(ports.map(({ http_port }) => http_port)).size).toBe(1);
    expect(server.banner.match(/Ctrl-C/g)).toHaveLength(1);
  });

  it("take connections in turn, on both ports, and keep them", async () => {
    for (const client of ["grpc-0", "grpc-1"]) {
      using connection = connectTo(server);
      const registry = connection.as(await server.token(client, "scope_registry.read"));
      for (const _ of [1, 2, 3]) await registry.listScopes({});
    }
    const { httpUrl: baseUrl } = server;
    const transport = createConnectTransport({ baseUrl, httpVersion: "1.1", nodeOptions: { agent: false } });
    for (const client of ["http-0", "http-1"]) {
      const headers = { authorization: `Bearer ${await server.token(client, "scope_registry.read")}` };
      await createClient(ScopeRegistry, transport).listScopes({}, { headers });
    }

    for (const [port, calls] of [
      ["grpc", 3],
      ["http", 1],
    ] as const) {
      const connections = await Promise.all([0, 1].map((index) => callsOf(server, `${port}-${index}`, calls)));
      expect(connections.map((pids) => new Set(pids).size)).toEqual([1, 1]);
      expect(new Set(connections.flat())).toEqual(new Set(workersOf(server)));
    }
  });

  it("read what one of them has registered, at once with min_revision", async () => {
    const owner = await server.token("first-api", "scope_registry.register");
    const issuer = await server.token("reader", "scope_registry.validate");
    using one = connectTo(server);
    const { revision } = await one.as(owner).registerScopes({ scopes: [{ name: "first:read", description: "Read" }] });
    using other = connectTo(server);
    for (const connection of [one, other]) {
      const judged = await connection.as(issuer).validateScopes({ scopes: ["first:read"], minRevision: revision });
      expect(judged).toMatchObject({ valid: true });
    }
    expect(new Set(await callsOf(server, "reader", 2)).size).toBe(2);
  });

  it("take what resource servers with dot-dynamic-scopes register, each of them", async () => {
    const register = async (owner: string, name: string) => {
      const authorization = `Bearer ${await server.token(owner, "register-scope")}`;
      const answer = await callHttp1(server.httpUrl, "/compat/dot-dynamic-scopes/register_scope/", {
        headers: { authorization },
        body: JSON.stringify({ name, description: "Read" }),
      });
      return answer.http;
    };
    expect([await register("archive", "archive:a"), await register("archive", "archive:b")]).toEqual([201, 201]);
    expect(new Set(await callsOf(server, "archive", 2))).toEqual(new Set(workersOf(server)));
    const racers = Array.from({ length: 6 }, (_, at) => register(`racer-${at}`, "race:read"));
    expect((await Promise.all(racers)).sort()).toEqual([201, ...Array(5).fill(403)]);
  });

  it("go on when one is killed, which another replaces", async () => {
    const [killed = 0, survivor] = workersOf(server);
    process.kill(killed, "SIGKILL");
    await waitUntil("the end is in the log", () => server.logLines().some(({ worker_pid }) => worker_pid === killed));
    using meanwhile = connectTo(server);
    await meanwhile.as(await server.token("meanwhile", "scope_registry.read")).listScopes({});
    expect(await callsOf(server, "meanwhile", 1)).toEqual([survivor]);

    const replacement = await waitUntil("another serves", () => workersOf(server)[2]);
    const token = await server.token("afterwards", "scope_registry.read");
    for (const _ of [1, 2]) {
      using connection = connectTo(server);
      await connection.as(token).listScopes({});
    }
    expect(new Set(await callsOf(server, "afterwards", 2))).toEqual(new Set([survivor, replacement]));
  });

  it("end with 0 when the primary is told to stop", async () => {
    expect(await server.stop()).toBe(0);
    const stopped = server.logLines().filter(({ msg }) => msg === "Stopped");
    expect(stopped).toHaveLength(3);
    expect(stopped.at(-1)?.["pid"]).toBe(primaryOf(server));
  });
});

describe("workers with calls under way", () => {
  it("answer them and end with 0 when all processes are told to stop at once, as Ctrl-C does", async () => {
    await using server = await startWorkers();
    await expectAnswers(server, "interrupted", () => {
      for (const pid of workersOf(server)) process.kill(pid, "SIGINT");
      server.signal("SIGINT");
    });
    expect(await server.ended()).toBe(0);
    expect(server.logLines().filter(({ msg }) => msg === "Stopped")).toHaveLength(3);
    expect(server.logLines().filter(({ level }) => level > 30)).toEqual([]);
  });

  it("answer them and end when the primary is killed", async () => {
    await using server = await startWorkers();
    await expectAnswers(server, "orphaned", () => server.signal("SIGKILL"));
    // Comes when no process has its standard error open any more.
    expect(await server.ended()).toBeNull();
    const stopped = server.logLines().filter(({ msg }) => msg === "Stopped");
    expect(new Set(stopped.map(({ pid }) => pid))).toEqual(new Set(workersOf(server)));
  });
});

/** Has each of two workers a registration under way while `end` is called, and expects both to be answered. */
async function expectAnswers(server: ServerProcess, owner: string, end: () => void): Promise<void> {
  using one = connectTo(server);
  using other = connectTo(server);
  const token = await server.token(`${owner}-api`, "scope_registry.register", "scope_registry.read");
  await using held = await holdCommits(database.uri);
  const answers = [one, other].map((connection, index) =>
    connection.as(token).registerScopes({ scopes: [{ name: `${owner}:${index}`, description: "Held" }] }),
  );
  // Calls of one connection arrive in their order: when this one is answered, that one is under way.
  for (const connection of [one, other]) await connection.as(token).listScopes({});
  end();
  await waitUntil("both workers stop", () => server.logLines().filter(({ msg }) => msg === "Stopping").length === 2);
  await held.release();
  expect(await Promise.all(answers)).toMatchObject([
    { results: [{ name: `${owner}:0` }] },
    { results: [{ name: `${owner}:1` }] },
  ]);
}

/** The processes of the workers, in the order in which they began to serve. */
function workersOf(server: ServerProcess): readonly number[] {
  return server
    .logLines()
    .filter(({ msg }) => msg === "Serving")
    .map(({ pid }) => Number(pid));
}

function primaryOf(server: ServerProcess): number {
  return Number(server.logLines()[0]?.["pid"]);
}

/** The processes that have answered a client's calls, when so many are in the log. */
function callsOf(server: ServerProcess, client: string, count: number): Promise<readonly number[]> {
  return waitUntil(`${count} calls of ${client} are in the log`, () => {
    const calls = server.logLines().filter(({ msg, client_id }) => msg === "Call" && client_id === client);
    return calls.length === count && calls.map(({ pid }) => Number(pid));
  });
}
