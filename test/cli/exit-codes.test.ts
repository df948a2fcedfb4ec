import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTokenEndpoint } from "../../clients/typescript/test/connection/token-endpoint.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { type CliOf, cliOf, environmentOf } from "./cli-of-server.ts";
import { runCli } from "./run-cli.ts";
import { makeTestFolder, type TestFolder } from "./test-folder.ts";

let server: TestServer;
let cli: CliOf;
let folder: TestFolder;

beforeAll(async () => {
  server = await startTestServer({ dev: true, issuer: { owner_prefix: "corp:" } });
  cli = await cliOf(server, { scopes: ["read"] });
  folder = await makeTestFolder();
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await server.stop();
});

describe("wrong use of scope-registry", () => {
  it.each([
    ["lisst", "Unknown command 'lisst': did you mean list?"],
    ["list --ownr x", "Unknown option '--ownr': did you mean --owner?"],
    [
      "list --limit none",
      "Option '--limit <count>' argument 'none' is invalid. Give a whole number from 1 on: --help shows how",
    ],
    ["apply", "Required option '-f, --file <path>' not specified: --help shows how"],
    ["client gett x", "Unknown command 'gett': did you mean get?"],
    [
      "apply -f /nowhere.yaml",
      "Scope file /nowhere.yaml cannot be used\n  It cannot be read (ENOENT): it must be there and readable",
    ],
    [
      "list --address nowhere",
      "--address must be host:port or an https:// URL without a path, for example registry.example.com:50051",
    ],
    ["list --ca /nowhere.pem", "--ca /nowhere.pem cannot be read (ENOENT): give a PEM file"],
    [
      "list --plaintext --ca x",
      "--plaintext goes with none of --ca, --cert, --key and --server-name: leave one of them out",
    ],
  ])("%s is told in a sentence, with exit code 3", async (words, sentence) => {
    expect(await cli(words)).toEqual({ exitCode: 3, stdout: "", stderr: `${sentence}\n` });
  });

  it.each([["--token", "eyJsecret"], ["--token=eyJsecret"]])("does not print what is given to %s", async (...words) => {
    const { exitCode, stdout, stderr } = await cli(["list", ...words]);
    expect(exitCode).toBe(3);
    expect(stdout + stderr).not.toContain("eyJsecret");
  });
});

describe("a registry that says no", () => {
  it("ends the command with 4: no token, a wrong one, or one that does not allow it", async () => {
    const without = await runCli(["list"], { env: { SCOPE_REGISTRY_ADDRESS: server.grpcAddress } });
    expect(without.exitCode).toBe(4);
    expect(without.stderr).toMatch(/^There is no token: give --token-file, /);
    const wrong = await cli("list", { env: { SCOPE_REGISTRY_TOKEN: "wrong-token" } });
    expect(wrong.exitCode).toBe(4);
    expect(wrong.stderr).not.toContain("wrong-token");
    expect(await cli("validate a")).toMatchObject({
      exitCode: 4,
      stderr: 'The call needs a token with the scope "scope_registry.validate"\n',
    });
  });

  it("ends it with 6 where it cannot be reached", async () => {
    const { exitCode, stderr } = await cli("list --address 127.0.0.1:1");
    expect(exitCode).toBe(6);
    expect(stderr).toBe(
      "The registry at http://127.0.0.1:1 cannot be reached (ECONNREFUSED): check the address, and that it runs\n",
    );
  });

  it("ends it with 3 where TLS does not come about, in words for the command line", async () => {
    const { exitCode, stderr } = await cli(`list --address https://${server.grpcAddress}`);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/use --plaintext\n$/);
  });
});

describe("who calls", () => {
  it("is told by a token file", async () => {
    const path = await folder.write("token", `${await server.tokenFor({ scopes: ["read"] })}\n`);
    const { exitCode } = await cli(["list", "--token-file", path], { env: { SCOPE_REGISTRY_TOKEN: "" } });
    expect(exitCode).toBe(0);
    expect((await cli(["list", "--token-file", "/nowhere"])).exitCode).toBe(4);
  });

  it("is a token of the dev issuer with --dev, for the scopes that the command needs", async () => {
    const { SCOPE_REGISTRY_ADDRESS } = await environmentOf(server, {});
    const env = {
      SCOPE_REGISTRY_ADDRESS: SCOPE_REGISTRY_ADDRESS ?? "",
      SCOPE_REGISTRY_DATA_DIR: server.settings.dataDir,
    };
    const applied = await runCli(["apply", "-f", "-", "--yes", "--dev", "--as", "billing-api"], {
      env,
      input: "- { name: invoices:read, description: Read, is_default: true }",
    });
    expect(applied.exitCode).toBe(0);
    const { stdout } = await runCli(["list", "--dev", "--owner", "billing-api", "--json"], { env });
    expect(JSON.parse(stdout)).toMatchObject({ name: "invoices:read", owner: "billing-api" });
  });

  it("is with --dev an administrator, and with --as an owner", async () => {
    const env = {
      SCOPE_REGISTRY_ADDRESS: server.grpcAddress,
      SCOPE_REGISTRY_DATA_DIR: server.settings.dataDir ?? "",
    };
    expect((await runCli(["policy", "get", "--dev"], { env })).exitCode).toBe(0);
    expect((await runCli(["policy", "get", "--dev", "--as", "billing-api"], { env })).exitCode).toBe(4);
  });

  it("is told which scopes were asked for, where the token endpoint refuses", async () => {
    await using endpoint = await startTokenEndpoint(() => server.tokenFor({}));
    endpoint.answer(() => ({ status: 400, body: { error: "invalid_scope" } }));
    const env = {
      SCOPE_REGISTRY_TOKEN: "",
      SCOPE_REGISTRY_CLIENT_ID: endpoint.clientId,
      SCOPE_REGISTRY_CLIENT_SECRET: endpoint.clientSecret,
      SCOPE_REGISTRY_TOKEN_ENDPOINT: endpoint.url,
    };
    const { exitCode, stderr } = await cli("grant web-shop a", { env });
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(
      /^The token endpoint .+invalid_scope.+\n {2}It was asked for scope_registry\.register: set /,
    );
    expect(stderr).not.toContain(endpoint.clientSecret);
    await cli("apply -f - --yes", { env, input: "- { name: a, description: A }" });
    expect(endpoint.requests.at(-1)?.parameters.get("scope")).toBe("scope_registry.register scope_registry.read");
  });

  it("is refused with --dev where there is no key, or the registry is elsewhere", async () => {
    const elsewhere = await cli("list --dev --address registry.example.com:50051");
    expect(elsewhere).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/^--dev is for a server on this machine/),
    });
    const keyless = await cli(["list", "--dev", "--data-dir", folder.path("keyless")]);
    expect(keyless).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/holds no key of a dev issuer/) });
  });

  it("is an OAuth client that gets a token, or is told what is missing", async () => {
    const env = {
      SCOPE_REGISTRY_TOKEN: "",
      SCOPE_REGISTRY_CLIENT_ID: "deployer",
      SCOPE_REGISTRY_CLIENT_SECRET: "s3cret-of-mine",
    };
    const missing = await cli("list", { env });
    expect(missing).toMatchObject({
      exitCode: 3,
      stderr: "The environment must have either SCOPE_REGISTRY_ISSUER or SCOPE_REGISTRY_TOKEN_ENDPOINT\n",
    });
    const away = await cli("list", { env: { ...env, SCOPE_REGISTRY_TOKEN_ENDPOINT: "http://127.0.0.1:1/token" } });
    expect(away.exitCode).toBe(6);
    expect(away.stderr).toContain("http://127.0.0.1:1/token");
    expect(away.stderr).not.toContain("s3cret-of-mine");
  });
});
