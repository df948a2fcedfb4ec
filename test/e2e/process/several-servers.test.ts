import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegistrationOutcome } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ownDatabase, type TestDatabase } from "../../support/mongod-database.ts";
import { connectTo, type RegistryConnection } from "../../support/registry-connection.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";
import { waitUntil } from "../../support/wait-until.ts";

const SERVERS = 4;

let database: TestDatabase;
let dataDir: string;
let servers: readonly ServerProcess[];
let connections: readonly RegistryConnection[];
let issuerToken: string;

beforeAll(async () => {
  database = ownDatabase(inject("mongodbUri"));
  dataDir = await mkdtemp(join(tmpdir(), "scope-registry-several-"));
  const starting = Array.from({ length: SERVERS }, () => startServer({ dataDir, mongodbUri: database.uri }));
  servers = await Promise.all(starting);
  connections = servers.map(connectTo);
  issuerToken = await at(servers, 0).token("auth-server", "scope_registry.read", "scope_registry.validate");
});

afterAll(async () => {
  for (const connection of connections) connection[Symbol.dispose]();
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  await rm(dataDir, { recursive: true, force: true });
  await database.drop();
});

describe("several servers on one MongoDB database, each a process", () => {
  it("started at once on an empty database, agree on one registry", async () => {
    for (const { banner } of servers) expect(banner).toContain("MongoDB");
    const pages = await Promise.all(connections.map((connection) => connection.as(issuerToken).listScopes({})));
    expect(new Set(pages.map(({ revision }) => revision))).toEqual(new Set([1n]));
    expect(pages[0]?.totalSize).toBe(7);
  });

  it("find what another one has registered valid, at once with min_revision", async () => {
    const { revision } = await register("first-api", "first:read");
    const [, second] = connections;
    const judged = await second?.as(issuerToken).validateScopes({ scopes: ["first:read"], minRevision: revision });
    expect(judged).toMatchObject({ valid: true, grantedScopes: ["first:read"] });
  });

  it("find it valid soon, without being asked to wait", async () => {
    await register("second-api", "second:read");
    for (const connection of connections) {
      await waitUntil("the scope is valid", async () => {
        const { valid } = await connection.as(issuerToken).validateScopes({ scopes: ["second:read"] });
        return valid;
      });
    }
  });

  it("make one revision of eight replicas that register the same at once", async () => {
    const token = await at(servers, 0).token("replicated-api", "scope_registry.register");
    const scopes = ["read", "write", "delete"].map((name) => ({ name: `replicated:${name}`, description: name }));
    const { revision: before } = await at(connections, 0).as(issuerToken).listScopes({});
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, replica) =>
        at(connections, replica % SERVERS)
          .as(token)
          .registerScopes({ scopes }),
      ),
    );
    const outcomes = answers.map(({ results }) => results.map(({ outcome }) => outcome));
    const { CREATED, UNCHANGED } = RegistrationOutcome;
    expect(outcomes.filter((each) => each.every((outcome) => outcome === CREATED))).toHaveLength(1);
    expect(outcomes.filter((each) => each.every((outcome) => outcome === UNCHANGED))).toHaveLength(7);
    expect(new Set(answers.map(({ revision }) => revision))).toEqual(new Set([before + 1n]));
    expect(new Set(answers.map(({ contentHash }) => contentHash)).size).toBe(1);
  });

  it("let one of two resource servers have a name that both want at once", async () => {
    const attempts = await Promise.allSettled([
      register("red-api", "wanted:name", 0),
      register("blue-api", "wanted:name", 1),
    ]);
    expect(attempts.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = attempts.find((attempt) => attempt.status === "rejected");
    expect(refused?.reason).toMatchObject({ rawMessage: expect.stringContaining("wanted:name") });
  });
});

async function register(owner: string, name: string, server = 0): Promise<{ revision: bigint }> {
  const token = await at(servers, server).token(owner, "scope_registry.register");
  return at(connections, server)
    .as(token)
    .registerScopes({ scopes: [{ name, description: "Read" }] });
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`There is no number ${index}`);
  return item;
}
