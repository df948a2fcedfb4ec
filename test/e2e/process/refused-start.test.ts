import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { startMongod } from "../../support/mongod.ts";
import { ownDatabase } from "../../support/mongod-database.ts";
import type { CommandResult } from "../../support/run-command.ts";
import { runServer, startServer } from "../../support/server-process.ts";

const FREE_PORTS = ["--grpc-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0"];
const PASSWORD = "hunter2-is-secret";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "scope-registry-refused-"));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

describe("a server that cannot start", () => {
  const startDev = (...args: readonly string[]) => runServer(["--dev", "--data-dir", dataDir, ...args]);

  it("refuses a data folder that another process uses", async () => {
    await using first = await startServer({ dataDir });
    const sentence = refusal(await startDev(...FREE_PORTS));
    expect(sentence).toContain(`The folder ${dataDir} is in use by another process`);
    expect(await first.stop()).toBe(0);
    await using second = await startServer({ dataDir });
    expect(await second.stop()).toBe(0);
  });

  describe("with a port that is in use", () => {
    let holder: Server;
    let taken: number;

    beforeEach(async () => {
      holder = createServer();
      await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
      taken = (holder.address() as AddressInfo).port;
    });

    afterEach(() => new Promise((resolve) => holder.close(resolve)));

    it("says so for the gRPC port", async () => {
      const result = await startDev("--grpc-address", `127.0.0.1:${taken}`, "--http-address", "127.0.0.1:0");
      expect(refusal(result)).toContain(`The address 127.0.0.1:${taken} is in use`);
    });

    it("says so for the HTTP port", async () => {
      const result = await startDev("--grpc-address", "127.0.0.1:0", "--http-address", `127.0.0.1:${taken}`);
      expect(refusal(result)).toContain(`The address 127.0.0.1:${taken} is in use`);
    });

    it("says so once, however many workers would serve", async () => {
      const database = ownDatabase(inject("mongodbUri"));
      const args = ["--grpc-address", "127.0.0.1:0", "--http-address", `127.0.0.1:${taken}`, "--workers", "2"];
      const result = await startDev(...args, "--mongodb-uri", database.uri);
      expect(refusal(result)).toContain(`The address 127.0.0.1:${taken} is in use`);
      await database.drop();
    });
  });

  it("lists every problem of its settings at once", async () => {
    const { exitCode, stdout, stderr } = await runServer(["--http-address", "nowhere", "--log-level", "loud"], {
      SCOPE_REGISTRY_GRPC_ADRESS: "127.0.0.1:0",
      SCOPE_REGISTRY_MONGODB_URI: `postgres://registry:${PASSWORD}@127.0.0.1/`,
    });
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    const [headline, ...problems] = stderr.trim().split("\n");
    expect(headline).toBe("Cannot start, the settings need a change:");
    for (const name of ["GRPC_ADRESS", "HTTP_ADDRESS", "LOG_LEVEL", "MONGODB_URI", "ISSUERS"]) {
      expect(problems.filter((problem) => problem.includes(`  SCOPE_REGISTRY_${name} `))).toHaveLength(1);
    }
    expect(problems).toHaveLength(5);
    expect(stderr).not.toContain(PASSWORD);
  });

  it("refuses to run without a trusted issuer outside dev mode", async () => {
    const { exitCode, stderr } = await runServer(["--data-dir", dataDir]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("SCOPE_REGISTRY_ISSUERS must name at least one issuer");
  });

  it("refuses an address that is not loopback in dev mode", async () => {
    const { exitCode, stderr } = await startDev("--grpc-address", "0.0.0.0:0", "--http-address", "[::]:0");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("SCOPE_REGISTRY_GRPC_ADDRESS must be a loopback address in dev mode");
    expect(stderr).toContain("SCOPE_REGISTRY_HTTP_ADDRESS must be a loopback address in dev mode");
  });

  describe("with a MongoDB that is not fit", () => {
    const startOn = (uri: string) =>
      runServer(["--dev", "--data-dir", dataDir, ...FREE_PORTS], { SCOPE_REGISTRY_MONGODB_URI: uri });

    it("says what to do about a standalone server", async () => {
      const mongod = await startMongod({ replSet: null });
      try {
        const sentence = refusal(await startOn(mongod.uri));
        expect(sentence).toContain("is a standalone server, which has no transactions");
        expect(sentence).toContain("--replSet");
      } finally {
        await mongod.stop();
      }
    });

    it("gives up on one that cannot be reached, without showing the password", async () => {
      const result = await startOn(`mongodb://registry:${PASSWORD}@127.0.0.1:1/scopes?replicaSet=rs0`);
      expect(refusal(result)).toContain("MongoDB at 127.0.0.1:1 cannot be reached");
    });

    it("refuses a URI that is none, without showing the password", async () => {
      const result = await startOn(`mongodb://registry:${PASSWORD}@127.0.0.1:port/scopes`);
      expect(refusal(result)).toContain("SCOPE_REGISTRY_MONGODB_URI is not a MongoDB URI");
    });
  });
});

/** The one sentence with which a server refused to start; the rest is lines of its log. */
function refusal({ exitCode, stdout, stderr }: CommandResult): string {
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).not.toContain(PASSWORD);
  const sentences = stderr
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("{"));
  expect(sentences).toHaveLength(1);
  expect(sentences[0]).toMatch(/^Cannot start: [A-Z].*[^.]$/);
  return sentences[0] ?? "";
}
