import { mkdtemp, rm } from "node:fs/promises";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { openSqliteLog } from "../../../src/store/sqlite/sqlite-log.ts";
import { checkHealthOf } from "../../support/health-client.ts";
import { holdCommits } from "../../support/held-commits.ts";
import { ownDatabase } from "../../support/mongod-database.ts";
import { startStorm } from "../../support/registration-storm.ts";
import { connectTo } from "../../support/registry-connection.ts";
import { launchServer, type ServerProcess, startServer } from "../../support/server-process.ts";
import { expectKept } from "../../support/storm-verdict.ts";
import { waitUntil } from "../../support/wait-until.ts";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "scope-registry-stop-"));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

describe("a server that is told to stop", () => {
  it("answers the calls under way on both ports and says that it is not ready, before it ends with 0", async () => {
    const database = ownDatabase(inject("mongodbUri"));
    await using server = await startServer({ dataDir, mongodbUri: database.uri });
    using connection = connectTo(server);
    using health = checkHealthOf(server);
    using probe = keptAliveProbe(server);
    const statuses = health.watch("");
    await waitUntil("the health checker is served", () => statuses.length > 0);
    expect(await probe.readyz()).toMatchObject({ status: 200, body: { status: "ready" } });

    await using held = await holdCommits(database.uri);
    const token = await server.token("held-api", "scope_registry.register", "scope_registry.read");
    const scope = (name: string) => ({ scopes: [{ name, description: "Held" }] });
    const byGrpc = connection.as(token).registerScopes(scope("held:grpc"));
    const byHttp = postJson(server, token, "RegisterScopes", scope("held:http"));
    // Calls of one connection arrive in their order: when this one is answered, that one is under way.
    await connection.as(token).listScopes({});
    await postJson(server, token, "ListScopes", {});

    server.signal("SIGTERM");
    await waitUntil("the health checker is told", () => statuses.at(-1) === "NOT_SERVING");
    expect(await probe.readyz()).toMatchObject({ status: 503, body: { reason: "stopping" } });
    await held.release();
    expect(await byGrpc).toMatchObject({ results: [{ name: "held:grpc" }] });
    expect(await byHttp).toMatchObject({ results: [{ name: "held:http" }] });
    expect(await server.ended()).toBe(0);
    expect(server.logLines().at(-1)?.msg).toBe("Stopped");
    await database.drop();
  });

  it("ends also where nobody reads its log any more", async () => {
    await using server = await startServer({ dataDir });
    server.abandonOutput();
    expect(await server.stop()).toBe(0);
  });

  it("ends with 0 also while it starts", async () => {
    const database = ownDatabase(inject("mongodbUri"));
    await using server = await launchServer({ dataDir, mongodbUri: database.uri });
    await waitUntil("it begins to start", () => server.logLines().some(({ msg }) => msg === "Starting"), {
      everyMs: 1,
    });
    expect(await server.stop()).toBe(0);
    expect(server.logLines().at(-1)?.msg).toBe("Stopped");
    await database.drop();
  });

  it.each(["SIGTERM", "SIGINT"] as const)(
    "ends with 0 on %s in the middle of a storm, and loses nothing",
    async (signal) => {
      await using server = await startServer({ dataDir });
      const storm = await startStorm(server, "storm", "end");
      await storm.untilAcknowledged(100);
      expect(await server.stop(signal)).toBe(0);
      await storm.stop();
      // Refused by the server in words, or by its HTTP/2 as a stream that it has not looked at (RFC 9113 section 8.7).
      const strange = storm.failures.filter(
        ({ code, message }) => code !== Code.Unavailable && !message.includes("NGHTTP2_REFUSED_STREAM"),
      );
      expect(strange).toEqual([]);
      await expectKept(await openSqliteLog({ directory: dataDir }), storm.acknowledged);
    },
  );
});

interface Probe extends Disposable {
  readyz(): Promise<{ status: number | undefined; body: unknown }>;
}

/** A prober that keeps its connection, since a server that stops takes no new ones. */
function keptAliveProbe(server: ServerProcess): Probe {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    readyz: () =>
      new Promise((resolve, reject) => {
        get(`${server.httpUrl}/readyz`, { agent }, async (response) => {
          const text = (await response.setEncoding("utf8").toArray()).join("");
          resolve({ status: response.statusCode, body: JSON.parse(text) });
        }).on("error", reject);
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

async function postJson(server: ServerProcess, token: string, method: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${server.httpUrl}/scoperegistry.v1.ScopeRegistry/${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  return response.json();
}
