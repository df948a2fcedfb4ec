import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { startAuthorizationServer } from "../../../demo/authorization-server.ts";
import { playStory, type Stage, type Step } from "../../../demo/story.ts";
import { OWN_SCOPES } from "../../../src/config/registry-scope-names.ts";
import { ownDatabase, type TestDatabase } from "../../support/mongod-database.ts";
import { cleanEnvironment, REPOSITORY, runCommand } from "../../support/run-command.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";
import { startTestServer, type TestServer } from "../../support/test-server.ts";

const DEMO = ["--conditions=scope-registry-source", "demo/main.ts"];

/** Makes all registrations of a process come with a token that nobody trusts. */
const REFUSED_REGISTRATIONS = `
  import http2 from "node:http2";
  import { syncBuiltinESMExports } from "node:module";
  const { connect } = http2;
  http2.connect = (...target) => {
    const session = connect(...target);
    const { request } = session;
    session.request = (headers, ...more) => {
      const refused = headers[":path"].endsWith("/RegisterScopes") ? { authorization: "Bearer refused" } : {};
      return request.call(session, { ...headers, ...refused }, ...more);
    };
    return session;
  };
  syncBuiltinESMExports();
`;

describe("npm run demo", () => {
  it("tells the whole story, says nothing else, and ends by itself with 0", { timeout: 60_000 }, async () => {
    const { exitCode, stdout, stderr } = await runCommand("npm", ["run", "--silent", "demo"], { timeoutMs: 50_000 });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const steps = [...stdout.matchAll(/^ ?(\d+) {2}.*\.\.\. \d+(?:\.\d)? ms$/gm)].map(([, number]) => Number(number));
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(stdout).toContain("That was all of it");
  });

  it("ends by itself with 1 when something goes otherwise, and says what", { timeout: 60_000 }, async () => {
    const injected = `--import=data:text/javascript,${encodeURIComponent(REFUSED_REGISTRATIONS)}`;
    const { exitCode, stderr } = await runCommand(process.execPath, [injected, ...DEMO], { timeoutMs: 50_000 });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/^The story went otherwise: The registry refuses .*TOKEN_INVALID/),
    });
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("leaves no folder behind at %s, and ends with %i", async (signal, exitCode) => {
    const folder = await mkdtemp(join(tmpdir(), "scope-registry-demo-test-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const env = { ...cleanEnvironment(), TMPDIR: folder };
    const demo = spawn(process.execPath, DEMO, { cwd: REPOSITORY, env, stdio: ["ignore", "pipe", "ignore"] });
    await once(demo.stdout, "data");
    expect(await readdir(folder)).toHaveLength(1);
    demo.kill(signal);
    expect(await once(demo, "exit")).toEqual([exitCode, null]);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("the story", () => {
  const openServers = () => process.getActiveResourcesInfo().filter((kind) => kind === "TCPServerWrap").length;

  const stageOf = (registry: TestServer, refused?: string): Stage => ({
    address: registry.grpcAddress,
    token: async (client, scope) =>
      client === refused
        ? "refused"
        : registry.tokenFor({
            client,
            scopes: OWN_SCOPES.filter((name) => scope.split(" ").includes(`scope_registry.${name}`)),
          }),
  });

  it.each([
    ["auth-server", 0],
    ["docs-api", 1],
    ["reports-api", 3],
  ])("rejects where the registry refuses %s, and leaves nothing open", async (refused, stepsBefore) => {
    await using registry = await startTestServer();
    const before = openServers();
    const steps: Step[] = [];
    await expect(playStory(stageOf(registry, refused), (step) => void steps.push(step))).rejects.toThrow(/token/);
    await expect.poll(openServers).toBe(before);
    expect(steps).toHaveLength(stepsBefore);
  });

  it("takes no other error for the refusal of the disabled scope", async () => {
    await using registry = await startTestServer();
    const fetched = vi.spyOn(globalThis, "fetch");
    onTestFinished(() => fetched.mockRestore());
    const playing = playStory(stageOf(registry), ({ details: [detail = ""] }) => {
      if (!detail.startsWith("reports:read is DISABLED")) return;
      fetched.mockImplementation(async () => Response.json({ error: "server_error" }, { status: 500 }));
    });
    await expect(playing).rejects.toThrow(
      "web-shop asked for reports:read and got 500 server_error, not invalid_scope",
    );
  });

  it("does not wait for ever for a registry that is not there", async () => {
    const nowhere = { address: "127.0.0.1:9", token: "none" };
    await expect(startAuthorizationServer(nowhere, [], 500)).rejects.toThrow(
      /^The replica is not ready: The registry cannot be followed: .*127\.0\.0\.1:9/,
    );
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
