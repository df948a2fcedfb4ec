import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectTo } from "../../../../test/support/registry-connection.ts";
import { runCommand } from "../../../../test/support/run-command.ts";
import { type ServerProcess, startServer } from "../../../../test/support/server-process.ts";
import { startTcpProxy, type TcpProxy } from "../../../../test/support/tcp-proxy.ts";
import type { ReplicaChange } from "../../src/replica/scope-replica.ts";
import { follow, readerOf } from "./following.ts";

/** Within this a replica follows again after a break, however busy the machine. */
const PATIENCE = { timeout: 20_000 };

describe("a scope replica whose registry is away", () => {
  let folder: string;
  let server: ServerProcess;
  let proxy: TcpProxy;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "scope-registry-replica-"));
    server = await startServer({ dataDir: join(folder, "data") });
    proxy = await startTcpProxy(server.grpcAddress);
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function register(...names: readonly string[]): Promise<number> {
    using connection = connectTo(server);
    const registrant = connection.as(await server.token("billing-api", "scope_registry.register"));
    const scopes = names.map((name) => ({ name, description: "d".repeat(500) }));
    return Number((await registrant.registerScopes({ scopes })).revision);
  }

  const reader = () => readerOf(server, proxy.address);

  it("goes on judging, tells its age, and resumes where it stood when the registry is back", async (context) => {
    await register("a:read");
    let followed = 0;
    const onFollowing = () => {
      followed += 1;
    };
    const { replica, problems } = follow(context, await reader(), { onFollowing });
    await replica.ready;
    const changes: ReplicaChange[] = [];
    replica.onChange((change) => void changes.push(change));

    await server.stop("SIGKILL");
    await expect.poll(() => replica.connected, PATIENCE).toBe(false);
    expect(replica.judge({ scope: "a:read" }).valid).toBe(true);
    await expect.poll(() => replica.lag, PATIENCE).toBeGreaterThan(2_500);
    expect(problems.length).toBeGreaterThan(0);
    for (const { message, retryInMs } of problems) {
      expect(message).toContain("cannot be followed");
      expect(retryInMs).toBeLessThanOrEqual(5_000);
    }

    server = await startServer({ dataDir: join(folder, "data") });
    await register("b:read");
    proxy.target = server.grpcAddress;
    await expect.poll(() => replica.judge({ scope: "b:read" }).valid, PATIENCE).toBe(true);
    // Resumed: a snapshot would have no names.
    expect(changes).toEqual([{ revision: replica.revision, names: ["b:read"] }]);
    await expect.poll(() => replica.lag, PATIENCE).toBeLessThan(2_500);
    expect(replica.connected).toBe(true);
    expect(followed).toBe(2);
  });

  it("starts over when another registry stands in the place of the first one", async (context) => {
    await register("a:read");
    await register("b:read");
    const { replica } = follow(context, await reader());
    await replica.ready;
    const { registryId } = replica;
    await server.stop("SIGKILL");
    // The issuer's key stays.
    for (const end of ["", "-wal", "-shm"]) await rm(join(folder, "data", `registry.sqlite${end}`), { force: true });
    server = await startServer({ dataDir: join(folder, "data") });
    await register("c:read");
    proxy.target = server.grpcAddress;
    await expect.poll(() => replica.judge({ scope: "c:read" }).valid, PATIENCE).toBe(true);
    expect(replica.judge({ scope: "a:read" }).valid).toBe(false);
    expect(replica.registryId).not.toBe(registryId);
  });

  it("keeps what it had when the stream is cut in the middle of a snapshot", async (context) => {
    await register(...Array.from({ length: 3_000 }, (_, at) => `s:${at}`));
    // Less than a snapshot of 3,000 scopes, more than its first part.
    proxy.cutAfterBytes = 400_000;
    const { replica, problems } = follow(context, await reader());
    await expect.poll(() => problems.length, PATIENCE).toBeGreaterThan(1);
    expect(replica.revision).toBe(0);
    expect(replica.size).toBe(0);
    proxy.cutAfterBytes = undefined;
    await replica.ready;
    expect([...replica.scopes()].filter(({ name }) => name.startsWith("s:"))).toHaveLength(3_000);
  });

  it("notices a registry that has fallen silent, and opens another feed", { timeout: 60_000 }, async (context) => {
    const { replica, problems } = follow(context, await reader());
    await replica.ready;
    proxy.silent = true;
    await expect.poll(() => problems.at(-1)?.message, PATIENCE).toContain("silent");
    expect(replica.connected).toBe(false);
    proxy.silent = false;
    proxy.cut();
    await expect.poll(() => replica.connected, PATIENCE).toBe(true);
  });

  it("takes in a large change over a line with a round trip of 200 ms", { timeout: 60_000 }, async (context) => {
    proxy.delayMs = 100;
    const { replica, problems } = follow(context, await reader());
    await replica.ready;
    const names = Array.from({ length: 3_500 }, (_, at) => `${at}:`.padEnd(200, "n"));
    const revision = await register(...names);
    await expect.poll(() => replica.revision, { timeout: 30_000 }).toBe(revision);
    expect(problems).toEqual([]);
  });

  it("starts from its snapshot file, says how old it is, and resumes", async (context) => {
    const snapshotFile = join(folder, "snapshot");
    await register("a:read");
    const first = follow(context, await reader(), { snapshotFile });
    await first.replica.ready;
    await first.replica.close();

    proxy.target = undefined;
    const { replica, problems } = follow(context, await reader(), { snapshotFile });
    await replica.ready;
    expect(replica.judge({ scope: "a:read" }).valid).toBe(true);
    expect(replica.lag).toBeLessThan(60_000);
    expect(replica.connected).toBe(false);
    expect(problems.length).toBeGreaterThan(0);

    const changes: ReplicaChange[] = [];
    replica.onChange((change) => void changes.push(change));
    await register("b:read");
    proxy.target = server.grpcAddress;
    await expect.poll(() => replica.judge({ scope: "b:read" }).valid, PATIENCE).toBe(true);
    expect(changes).toEqual([{ revision: replica.revision, names: ["b:read"] }]);
  });

  it("is not ready with what the file holds before it has asked the registry", async (context) => {
    const snapshotFile = join(folder, "snapshot");
    await register("a:read");
    const first = follow(context, await reader(), { snapshotFile });
    await first.replica.ready;
    await first.replica.close();
    await register("b:read");
    const { replica } = follow(context, await reader(), { snapshotFile });
    await replica.ready;
    expect(replica.judge({ scope: "b:read" }).valid).toBe(true);
  });

  it("refuses a damaged snapshot file, and puts a whole one in its place", async (context) => {
    const snapshotFile = join(folder, "snapshot");
    await writeFile(snapshotFile, '{"format":"scope-registry-snapshot/1"}\n{"name":"forged"}\n{"sha256":"0"}\n');
    await register("a:read");
    const { replica, problems } = follow(context, await reader(), { snapshotFile });
    await replica.ready;
    expect(problems[0]?.message).toContain("damaged");
    expect(replica.get("forged")).toBeUndefined();
    await expect.poll(() => readFile(snapshotFile, "utf8"), PATIENCE).toContain("a:read");
  });

  it("judges on when the snapshot file cannot be written, and tells of it", async (context) => {
    const snapshotFile = join(folder, "no-such-folder", "snapshot");
    const { replica, problems } = follow(context, await reader(), { snapshotFile });
    await replica.ready;
    await expect
      .poll(() => problems[0]?.message, PATIENCE)
      .toMatch(/no-such-folder.snapshot cannot be written: ENOENT/);
    expect(problems[0]?.retryInMs).toBe(10_000);
    expect(replica.connected).toBe(true);
  });

  it.each(["following", "away"])(
    "leaves nothing behind once it is closed: the process ends by itself, %s",
    async (how) => {
      const { address, token } = await reader();
      if (how === "away") proxy.target = undefined;
      const script = new URL("open-and-close.ts", import.meta.url).pathname;
      const args = ["--conditions=scope-registry-source", script, address, join(folder, "snapshot")];
      const { exitCode, stdout, stderr } = await runCommand(process.execPath, args, { env: { TOKEN: token } });
      expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "closed, nothing is left\n", stderr: "" });
    },
  );
});
