import { statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../support/run-command.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { type CliOf, cliOf, environmentOf } from "./cli-of-server.ts";
import { startCli } from "./run-cli.ts";

const SCOPES = [
  { name: "docs:read", description: "Read documents — 文書を読む", isDefault: true },
  { name: "docs:share", description: "Share documents", deprecated: true, replacedBy: "docs:read" },
  { name: "docs:write", description: "Write documents", restricted: true, resources: ["https://docs.example.com/"] },
];

let server: TestServer;
let cli: CliOf;

beforeAll(async () => {
  server = await startTestServer();
  const { registry } = await server.as({ client: "docs-api", scopes: ["register", "registerDefault"] });
  await registry.registerScopes({ scopes: SCOPES });
  cli = await cliOf(server, { scopes: ["read", "validate", "introspect", "introspectAll"] });
});

afterAll(() => server.stop());

describe("scope-registry list", () => {
  it("prints an aligned table, which is not cut where there is no terminal", async () => {
    expect(await cli("list --owner docs-api")).toEqual({
      exitCode: 0,
      stdout: [
        "NAME        STATE       OWNER     TRAITS      DESCRIPTION",
        "docs:read   active      docs-api  default     Read documents — 文書を読む",
        "docs:share  deprecated  docs-api  -           Share documents",
        "docs:write  active      docs-api  restricted  Write documents",
        "",
      ].join("\n"),
      stderr: "",
    });
  });

  it("prints JSON lines as the wire has them", async () => {
    const { stdout } = await cli("list docs:write docs:share nobody --json");
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { name: "docs:share", state: "SCOPE_STATE_DEPRECATED", replacedBy: "docs:read" },
      { name: "docs:write", restricted: true, owner: "docs-api" },
    ]);
  });

  it.each([
    ["--prefix docs:s", ["docs:share"]],
    ["--state deprecated", ["docs:share"]],
    ["--owner docs-api --state active deprecated --limit 2", ["docs:read", "docs:share"]],
    ["--resource https://docs.example.com/", ["docs:write"]],
    ["--defaults", ["docs:read"]],
  ])("filters by %s", async (flags, names) => {
    const { stdout } = await cli(`list ${flags} --json`);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).name)).toEqual(names);
  });

  it("says so on standard error when there is nothing", async () => {
    expect(await cli("list --owner nobody")).toEqual({ exitCode: 0, stdout: "", stderr: "No scope is like that\n" });
    expect((await cli("list nobody:knows")).exitCode).toBe(1);
  });

  it("is quiet when its reader has seen enough", async () => {
    const running = startCli(["list", "--json"], { env: await environmentOf(server, { scopes: ["read"] }) });
    running.process.stdout.destroy();
    expect(await running.ended()).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });
});

const HAS_FULL_DEVICE = statSync("/dev/full", { throwIfNoEntry: false })?.isCharacterDevice() === true;

it.runIf(HAS_FULL_DEVICE)("says so where standard output cannot be written, with exit code 3", async () => {
  const env = await environmentOf(server, { scopes: ["read"] });
  const main = `${process.execPath} --conditions=scope-registry-source src/cli/main.js`;
  expect(await runCommand("sh", ["-c", `${main} list > /dev/full`], { env })).toMatchObject({
    exitCode: 3,
    stderr: "Standard output cannot be written (ENOSPC): see that there is room where it goes\n",
  });
});

describe("scope-registry show", () => {
  it("shows everything of a scope", async () => {
    const { exitCode, stdout } = await cli("show docs:write");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^Name +docs:write\nState +active\nOwner +docs-api\nDescription +Write documents\nTraits +restricted\nResources +https:.+\nCreated +\S+Z\nChanged +\S+Z at revision 2\n/,
    );
  });

  it("exits with 1 where there is none", async () => {
    expect(await cli("show nobody:knows")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "There is no scope nobody:knows: list shows those that there are\n",
    });
  });
});

describe("scope-registry validate", () => {
  it("prints a verdict for each name, and exits with 1 where the request is not valid", async () => {
    expect(await cli("validate docs:read docs:share nobody:knows")).toEqual({
      exitCode: 1,
      stdout: `NAME          VERDICT     WHY
docs:read     granted     -
docs:share    deprecated  Scope docs:share is deprecated, ask for docs:read instead
nobody:knows  unknown     Scope nobody:knows is not registered

Not valid, invalid_scope: Scope nobody:knows is not registered
`,
      stderr: "",
    });
  });

  it("says what may be granted, and for whom", async () => {
    const { exitCode, stdout } = await cli("validate docs:read docs:write --narrow");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\nValid, granted: docs:read\n$/);
    const json = await cli("validate docs:read --json");
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: true, grantedScopes: ["docs:read"] });
  });
});

describe("scope-registry introspect", () => {
  it("reads the token from standard input, and never prints it", async () => {
    const token = await server.tokenFor({ client: "web-shop", claims: { scope: "docs:read nobody:knows" } });
    const { exitCode, stdout } = await cli("introspect", { input: `${token}\n` });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Active +yes\nScopes +docs:read\nUnregistered scopes +nobody:knows\nClient +web-shop\n/);
    expect(stdout).not.toContain(token);
  });

  it("exits with 1 for one that is not active, and with 3 for none", async () => {
    expect(await cli("introspect", { input: "no-token" })).toMatchObject({ exitCode: 1, stdout: "Not active\n" });
    expect(await cli("introspect")).toMatchObject({ exitCode: 3, stdout: "" });
  });
});

describe("scope-registry watch", () => {
  it("prints a line for each change until Ctrl-C, which is a good end", async () => {
    const running = startCli(["watch"], { env: await environmentOf(server, { scopes: ["read"] }) });
    await expect.poll(() => running.stderr()).toMatch(/^Following registry \S+ from revision \d+, with \d+ scopes\n$/);
    const { registry } = await server.as({ client: "docs-api", scopes: ["register"] });
    await registry.registerScopes({ scopes: [{ name: "docs:watched", description: "Watched" }] });
    await registry.registerScopes({ scopes: [{ name: "docs:watched", description: "Seen", restricted: true }] });
    await expect.poll(() => running.stdout().split("\n").length).toBe(3);
    running.process.kill("SIGINT");
    const { exitCode, stdout } = await running.ended();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^\S+Z {2}\d+ {2}\+ docs:watched {2}description\n\S+Z {2}\d+ {2}~ docs:watched {2}description, restricted\n$/,
    );
  });

  it("begins after a revision, and prints JSON lines", async () => {
    const env = await environmentOf(server, { scopes: ["read"] });
    const running = startCli(["watch", "--since", "1", "--json", "--owner", "docs-api"], { env });
    await expect.poll(() => running.stdout().split("\n").length).toBeGreaterThan(3);
    running.process.kill("SIGINT");
    const [first = ""] = (await running.ended()).stdout.split("\n");
    expect(JSON.parse(first)).toMatchObject({ revision: "2", name: "docs:read", after: { isDefault: true } });
  });
});
