import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { ListScopesRequestSchema, RegisterScopesRequestSchema } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkHealthOf, type HealthClient } from "../../support/health-client.ts";
import { type Mongod, startMongod } from "../../support/mongod.ts";
import { withDatabase } from "../../support/mongod-database.ts";
import { callHttp2, grpcFrame, type RawAnswer } from "../../support/raw-calls.ts";
import { connectTo, type RegistryConnection } from "../../support/registry-connection.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";
import { waitUntil } from "../../support/wait-until.ts";

const WRITES = "scoperegistry.v1.ScopeRegistry/writes";
const DEADLINE_MS = 2_000;

let mongod: Mongod;
let server: ServerProcess;
let other: ServerProcess;
let connection: RegistryConnection;
let health: HealthClient;

beforeAll(async () => {
  mongod = await startMongod();
  const mongodbUri = withDatabase(mongod.uri, "registry");
  server = await startServer({ mongodbUri, settings: { DOT_DYNAMIC_SCOPES: "register-scope" } });
  other = await startServer({ mongodbUri, dataDir: server.dataDir });
  connection = connectTo(server);
  health = checkHealthOf(server);
  await register(connection, "before:read");
});

afterAll(async () => {
  health[Symbol.dispose]();
  connection[Symbol.dispose]();
  await other[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await mongod.stop();
});

describe.each([
  { name: "hangs", goAway: () => mongod.kill("SIGSTOP"), comeBack: () => mongod.kill("SIGCONT") },
  { name: "dies", goAway: () => mongod.kill("SIGKILL"), comeBack: () => mongod.restart() },
])("a server whose MongoDB $name", ({ name, goAway, comeBack }) => {
  let logged: number;

  beforeAll(async () => {
    logged = server.logLines().length;
    await goAway();
  });

  it("refuses a registration as UNAVAILABLE within the caller's deadline", async () => {
    const token = await server.token("billing-api", "scope_registry.register");
    const scopes = [{ name: `${name}:refused`, description: "Read" }];
    const refusal = await answerInTime("RegisterScopes", token, RegisterScopesRequestSchema, { scopes });
    expect(refusal).toMatchObject({ code: "UNAVAILABLE", reason: "STORE_UNAVAILABLE" });
    expect(refusal.message).toContain("The store");
  });

  it("answers 503 to a resource server with dot-dynamic-scopes, and tells when to come again", async () => {
    const authorization = `Bearer ${await server.token("archive", "register-scope")}`;
    const body = JSON.stringify({ name: `${name}:refused`, description: "Read" });
    const path = "/compat/dot-dynamic-scopes/register_scope/";
    const answer = await fetch(server.httpUrl + path, { method: "POST", headers: { authorization }, body });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await answer.json()).toEqual({
      error: "store_unavailable",
      error_description: expect.stringContaining("The store"),
    });
  });

  it("goes on listing, validating and introspecting", async () => {
    const client = connection.as(
      await server.token(
        "auth-server",
        "scope_registry.read",
        "scope_registry.validate",
        "scope_registry.introspect_all",
        "scope_registry.introspect",
      ),
    );
    const token = await server.token("web-shop", "before:read");
    expect(await client.listScopes({ names: ["before:read"] })).toMatchObject({ totalSize: 1 });
    expect(await client.validateScopes({ scopes: ["before:read"] })).toMatchObject({ valid: true });
    expect(await client.introspect({ token })).toMatchObject({ active: true, scope: "before:read" });
  });

  it("says what works and how old it is: in health, on /readyz and in the log", async () => {
    await waitUntil("writes are reported as down", async () => (await health.check(WRITES)) === "NOT_SERVING");
    expect(await health.check("")).toBe("SERVING");
    expect(await health.check("scoperegistry.v1.ScopeRegistry")).toBe("SERVING");
    const readyz = await fetch(`${server.httpUrl}/readyz`);
    expect(readyz.status).toBe(200);
    const readiness = (await readyz.json()) as Record<string, unknown>;
    expect(readiness).toMatchObject({ reason: "store_unavailable", writes: "unavailable" });
    expect(readiness["age_seconds"]).toEqual(expect.any(Number));
    const told = server
      .logLines()
      .slice(logged)
      .find(({ msg }) => msg.startsWith("The store is away"));
    expect(told).toMatchObject({ age_seconds: expect.any(Number), revision: expect.any(Number) });
  });

  it("refuses to wait for a revision that it cannot read", async () => {
    const token = await server.token("auth-server", "scope_registry.read");
    const refusal = await answerInTime("ListScopes", token, ListScopesRequestSchema, { minRevision: 1_000_000n });
    expect(refusal).toMatchObject({ code: "UNAVAILABLE" });
  });

  it("recovers by itself when MongoDB is back, also with what another server has registered", async () => {
    await comeBack();
    using otherConnection = connectTo(other);
    await waitUntil("another server can register", () => register(otherConnection, `${name}:by-other`, DEADLINE_MS));
    await waitUntil("this server can register", () => register(connection, `${name}:after`, DEADLINE_MS));
    await waitUntil("writes are reported as up", async () => (await health.check(WRITES)) === "SERVING");
    const client = connection.as(await server.token("auth-server", "scope_registry.validate"));
    await waitUntil("all is valid", async () => {
      const { valid } = await client.validateScopes({ scopes: ["before:read", `${name}:by-other`, `${name}:after`] });
      return valid;
    });
    const readyz = await fetch(`${server.httpUrl}/readyz`);
    expect(await readyz.json()).toMatchObject({ status: "ready", writes: "available" });
  });
});

async function register(target: RegistryConnection, name: string, timeoutMs = 10_000): Promise<true> {
  const client = target.as(await server.token("billing-api", "scope_registry.register"));
  await client.registerScopes({ scopes: [{ name, description: "Read" }] }, { timeoutMs });
  return true;
}

/** What the server answers within a deadline. By bytes: a client of a library may give up by its own clock a moment before. */
function answerInTime<Desc extends DescMessage>(
  method: string,
  token: string,
  schema: Desc,
  request: MessageInitShape<Desc>,
): Promise<RawAnswer> {
  return callHttp2(`http://${server.grpcAddress}`, `/scoperegistry.v1.ScopeRegistry/${method}`, {
    headers: { authorization: `Bearer ${token}`, "grpc-timeout": `${DEADLINE_MS}m` },
    body: grpcFrame(toBinary(schema, create(schema, request))),
  });
}
