import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, constants } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { ScopeRegistry } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bufCurl } from "../../support/buf-curl.ts";
import { HAS_GRPCURL, withGrpcurl } from "../../support/grpcurl.ts";
import { runCommand } from "../../support/run-command.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";

const TOKEN_ALONE = /^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/;

let server: ServerProcess;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe("npm run token", () => {
  const printToken = (flags: readonly string[], env: Record<string, string> = {}) => {
    const words = ["run", "--silent", "token", "--", "--client", "billing-api", "--scope", "scope_registry.register"];
    return runCommand("npm", [...words, ...flags], { env });
  };
  const register = (token: string) =>
    bufCurl("Connect", server, token.trim(), "RegisterScopes", { scopes: [{ name: "billing:a", description: "A" }] });

  it("prints one token alone, which a server that runs on that data folder trusts", async () => {
    const { exitCode, stdout } = await printToken([], { SCOPE_REGISTRY_DATA_DIR: server.dataDir });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(TOKEN_ALONE);
    const { answer } = await register(stdout);
    expect(answer).toMatchObject({ results: [{ scope: { owner: "billing-api" } }] });
  });

  it("takes the data folder as a flag too, and one without a server", async () => {
    const beside = await printToken(["--data-dir", server.dataDir]);
    expect((await register(beside.stdout)).status).toBe("OK");
    const empty = await mkdtemp(join(tmpdir(), "scope-registry-token-"));
    try {
      const elsewhere = await printToken(["--data-dir", empty]);
      expect(elsewhere.stdout).toMatch(TOKEN_ALONE);
      expect((await register(elsewhere.stdout)).status).toBe("Unauthenticated");
    } finally {
      await rm(empty, { recursive: true, force: true });
    }
  });

  it("prints nothing on standard output when it is asked in a wrong way", async () => {
    const { exitCode, stdout, stderr } = await printToken(["--clinet", "docs-api"]);
    expect(exitCode).not.toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toContain("--clinet");
  });
});

describe("the log", () => {
  const VALIDATE = "/scoperegistry.v1.ScopeRegistry/ValidateScopes";
  const linesOf = (clientId: string) => server.logLines().filter(({ client_id }) => client_id === clientId);

  it("has one line for a call that is answered, one for a call that is refused, and one for a stream", async () => {
    const token = await server.token("told-once", "scope_registry.validate");
    const reader = await server.token("told-once", "scope_registry.read");
    await bufCurl("Connect", server, token, "ValidateScopes", { scope: "a" });
    await bufCurl("gRPC on the gRPC port", server, token, "ListScopes", {});
    await bufCurl("Connect", server, reader, "WatchScopes", { sinceRevision: 99 });
    await bufCurl("gRPC on the gRPC port", server, reader, "WatchScopes", { sinceRevision: 99 });
    // What comes later is told later.
    await bufCurl("gRPC on the gRPC port", server, token, "ValidateScopes", { scope: "a" });
    await expect.poll(() => linesOf("told-once").length).toBeGreaterThanOrEqual(5);
    expect(linesOf("told-once")).toMatchObject([
      { level: 30, msg: "Call", protocol: "connect", status: "OK" },
      { level: 30, msg: "Call", protocol: "grpc", status: "PERMISSION_DENIED", reason: "SCOPE_MISSING" },
      { level: 30, msg: "Call", protocol: "connect", status: "OUT_OF_RANGE", reason: "REVISION_UNKNOWN" },
      { level: 30, msg: "Call", protocol: "grpc", status: "OUT_OF_RANGE", reason: "REVISION_UNKNOWN" },
      { level: 30, msg: "Call", protocol: "grpc", status: "OK" },
    ]);
  });

  it.each(["grpc", "connect"] as const)("has one line for a stream that its reader leaves, by %s", async (protocol) => {
    const name = `reader-by-${protocol}`;
    const token = await server.token(name, "scope_registry.read");
    const url = protocol === "grpc" ? `http://${server.grpcAddress}` : server.httpUrl;
    const transport =
      protocol === "grpc"
        ? createGrpcTransport({ baseUrl: url })
        : createConnectTransport({ baseUrl: url, httpVersion: "1.1" });
    const headers = { authorization: `Bearer ${token}` };
    const leaving = new AbortController();
    const messages = createClient(ScopeRegistry, transport).watchScopes({}, { headers, signal: leaving.signal });
    await messages[Symbol.asyncIterator]().next();
    leaving.abort();
    await expect.poll(() => linesOf(name)).toMatchObject([{ msg: "Call", protocol, status: "CANCELLED" }]);
  });

  it("has one line for a call that is given up before its message has arrived", async () => {
    const token = await server.token("left-early", "scope_registry.validate");
    // A token that is remembered is known at once: the line of a call that is given up before that names nobody.
    await bufCurl("gRPC on the gRPC port", server, token, "ValidateScopes", { scope: "a" });
    const session = connect(`http://${server.grpcAddress}`);
    try {
      const headers = { ":method": "POST", ":path": VALIDATE, "content-type": "application/grpc", te: "trailers" };
      const stream = session.request({ ...headers, authorization: `Bearer ${token}` });
      stream.on("error", () => undefined);
      stream.write(Buffer.alloc(2));
      // What comes later on the same connection is looked at later.
      await once(session.request({ ...headers, ":path": "/" }), "response");
      stream.close(constants.NGHTTP2_CANCEL);
      await expect.poll(() => linesOf("left-early")).toHaveLength(2);
    } finally {
      session.destroy();
    }
    expect(linesOf("left-early")).toMatchObject([{ status: "OK" }, { status: "CANCELLED", reason: "CANCELLED" }]);
  });
});

describe("the banner", () => {
  it("says where the server is, and where its data", () => {
    expect(server.banner).toContain(server.grpcAddress);
    expect(server.banner).toContain(server.httpUrl);
    expect(server.banner).toContain(server.dataDir);
    expect(Object.keys(server.tokens)).toEqual(["BILLING_API", "AUTH_SERVER", "OPERATOR"]);
  });

  it("shows how to print other tokens, in a line that works as printed", async () => {
    const line = /\(others: (npm .+)\)$/m.exec(server.banner)?.[1] ?? "";
    const { stdout } = await runCommand("bash", ["-c", line]);
    expect(stdout).toMatch(TOKEN_ALONE);
    const { status } = await bufCurl("Connect", server, stdout.trim(), "RegisterScopes", {
      scopes: [{ name: "docs:read", description: "Read" }],
    });
    expect(status).toBe("OK");
  });

  it.skipIf(!HAS_GRPCURL)(withGrpcurl("shows lines to try that work as printed"), async () => {
    const [, tryIt = ""] = /Try it\n\n(.+)\nStop it/s.exec(server.banner) ?? [];
    const exports = server.banner.split("\n").filter((line) => line.trim().startsWith("export "));
    const script = ["set -e", 'eval "$EXPORTS"', tryIt].join("\n");
    const { exitCode, stdout } = await runCommand("bash", ["-c", script], { env: { EXPORTS: exports.join("\n") } });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("REGISTRATION_OUTCOME_CREATED");
    expect(stdout).toContain('"owner": "billing-api"');
    expect(stdout).toContain("VERDICT_STATUS_GRANTED");
    expect(stdout).toContain("VERDICT_STATUS_UNKNOWN");
    expect(stdout).toContain("CHANGE_KIND_REGISTRATION");
  });
});
