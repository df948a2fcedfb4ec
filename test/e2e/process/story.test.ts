import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { playStory, type Step } from "../../../demo/story.ts";
import { ownDatabase, type TestDatabase } from "../../support/mongod-database.ts";
import { runCommand } from "../../support/run-command.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";

describe("npm run demo", () => {
  it("tells the whole story, says nothing else, and ends by itself with 0", { timeout: 60_000 }, async () => {
    const { exitCode, stdout, stderr } = await runCommand("npm", ["run", "--silent", "demo"], { timeoutMs: 50_000 });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const steps = [...stdout.matchAll(/^ ?(\d+) {2}.*\.\.\. \d+(?:\.\d)? ms$/gm)].map(([, number]) => Number(number));
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(stdout).toContain("That was all of it");
  });
});

describe("the story on MongoDB with two registry servers", () => {
  let database: TestDatabase;
  let first: ServerProcess;
  let second: ServerProcess;
  let balancer: TcpProxy;
  beforeAll(async () => {
    database = ownDatabase(inject("mongodbUri"));
    first = await startServer({ mongodbUri: database.uri });
    second = await startServer({ mongodbUri: database.uri, dataDir: first.dataDir });
    balancer = await startTcpProxy(first.grpcAddress);
  });
  afterAll(async () => {
    await balancer[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    await database.drop();
  });

  it("goes on when the server that all are connected to is killed in the middle", { timeout: 60_000 }, async () => {
    const steps: Step[] = [];
    await playStory(
      {
        address: balancer.address,
        token: (clientId, scope) => first.token(clientId, scope),
        async intermission() {
          await first.stop("SIGKILL");
          balancer.target = second.grpcAddress;
        },
      },
      (step) => void steps.push(step),
    );
    const seen = steps.flatMap(({ details }) => details).join("\n");
    for (const told of [
      "old-app: token for invoices:read",
      "reports-api at",
      "web-shop: token for reports:read",
      'answers 200 {"api":"reports-api","client":"web-shop"}',
      'Bearer error="insufficient_scope"',
      'scope="reports:read"',
      "reports:read is DISABLED",
      "answers 400 invalid_scope: Scope reports:read is disabled",
    ]) {
      expect(seen).toContain(told);
    }
  });
});
