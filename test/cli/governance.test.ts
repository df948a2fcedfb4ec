import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Clients, startTestServer, type TestServer, unique } from "../support/test-server.ts";
import { type CliOf, cliOf } from "./cli-of-server.ts";

let server: TestServer;
let admin: CliOf;
let registrar: Clients;
let owner: string;

beforeAll(async () => {
  server = await startTestServer();
  admin = await cliOf(server, { client: "operator", scopes: ["admin", "read", "validate"] });
});

afterAll(() => server.stop());

beforeEach(async () => {
  owner = unique("billing");
  registrar = await server.as({ client: owner, scopes: ["register"] });
  await registrar.registry.registerScopes({
    scopes: [
      { name: `${owner}:read`, description: "Read invoices" },
      { name: `${owner}:export`, description: "Export invoices", restricted: true },
    ],
  });
});

const stateOf = async (name: string) => JSON.parse((await admin(`list ${name} --json`)).stdout).state;

describe("scope-registry grant and revoke", () => {
  it("give a client a restricted scope, and take it", async () => {
    const granted = await admin(`grant web-shop ${owner}:export`);
    expect(granted.exitCode).toBe(0);
    expect(granted.stdout).toContain(`${owner}:export`);
    expect((await admin(`validate ${owner}:export --client web-shop`)).exitCode).toBe(0);
    const revoked = await admin(`revoke web-shop ${owner}:export --json`);
    expect(JSON.parse(revoked.stdout).grantedScopes ?? []).not.toContain(`${owner}:export`);
    expect((await admin(`validate ${owner}:export --client web-shop`)).exitCode).toBe(1);
  });

  it("exit with 1 for a scope that there is not, and with 4 for an owner of another", async () => {
    expect((await admin("grant web-shop nobody:knows")).exitCode).toBe(1);
    const other = await cliOf(server, { client: unique("other"), scopes: ["register"] });
    expect((await other(`grant web-shop ${owner}:export`)).exitCode).toBe(4);
  });
});

describe("scope-registry disable, enable and delete", () => {
  it("refuse a scope in use without --force, and show who uses it", async () => {
    await admin(`grant web-shop ${owner}:export`);
    const refused = await admin(`disable ${owner}:export`);
    expect(refused).toMatchObject({ exitCode: 5, stdout: "" });
    expect(refused.stderr).toMatch(
      new RegExp(
        `^NAME +IN USE +LAST VALIDATED +GRANTS +DEFAULT +CLIENTS +GRANTED TO\n${owner}:export +yes +never +1 +no +- +web-shop\n${owner}:export is still in use: use --force`,
      ),
    );
    const json = await admin(`disable ${owner}:export --json`);
    expect(json.exitCode).toBe(5);
    expect(JSON.parse(json.stdout)).toMatchObject({ name: `${owner}:export`, grantedClientIds: ["web-shop"] });
    expect(await stateOf(`${owner}:export`)).toBe("SCOPE_STATE_ACTIVE");
    expect((await admin(`disable ${owner}:export --force`)).exitCode).toBe(0);
    expect(await stateOf(`${owner}:export`)).toBe("SCOPE_STATE_DISABLED");
  });

  it("tell in a dry run what would happen, and do nothing", async () => {
    const { exitCode, stdout } = await admin(`disable ${owner}:read --dry-run`);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`\n${owner}:read +no .+\nWould be disabled at revision \\d+\n$`));
    expect(await stateOf(`${owner}:read`)).toBe("SCOPE_STATE_ACTIVE");
  });

  it("take a scope through its whole retirement, and its name to another", async () => {
    const name = `${owner}:read`;
    expect((await admin(`delete ${name}`)).exitCode).toBe(5);
    await admin(`disable ${name}`);
    expect((await admin(`enable ${name}`)).stdout).toMatch(new RegExp(`${name} +active`));
    await admin(`disable ${name}`);
    expect((await admin(`delete ${name}`)).exitCode).toBe(0);
    const shown = await admin(`show ${name}`);
    expect(shown.exitCode).toBe(1);
    expect(shown.stderr).toMatch(
      new RegExp(`^There is no scope ${name}, and its name is reserved to ${owner} since \\S+Z\n$`),
    );
    expect((await admin(`reserved --owner ${owner}`)).stdout).toMatch(new RegExp(`^NAME .+\n${name} +${owner} `));
    expect((await admin(`release ${name}`)).exitCode).toBe(0);
    expect((await admin(`reserved --owner ${owner}`)).stderr).toBe("No name is reserved\n");
  });
});

describe("scope-registry transfer", () => {
  it("gives scopes to a resource server that the registry knows", async () => {
    expect((await admin(`transfer ${owner}:read --to ${owner}-next`)).exitCode).toBe(1);
    await admin(`resource-server set ${owner}-next`);
    const { exitCode, stdout } = await admin(`transfer ${owner}:read --to ${owner}-next`);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`${owner}:read +active +${owner}-next `));
  });
});

describe("scope-registry transfer of a reserved name", () => {
  it("tells whose it is", async () => {
    await admin(`resource-server set ${owner}-next`);
    await admin(`disable ${owner}:read`);
    await admin(`delete ${owner}:read`);
    const { exitCode, stdout } = await admin(`transfer ${owner}:read --to ${owner}-next`);
    expect([exitCode, stdout]).toEqual([0, `Reserved to ${owner}-next now: ${owner}:read\n`]);
  });
});

describe("scope-registry resource-server", () => {
  it("sets what is given and leaves what is not", async () => {
    await admin(`resource-server set ${owner} --prefix ${owner}: --contact billing@example.com --mode review`);
    await admin(["resource-server", "set", owner, "--display-name", "The billing API"]);
    const { stdout } = await admin(`resource-server get ${owner} --json`);
    expect(JSON.parse(stdout)).toMatchObject({
      name: owner,
      displayName: "The billing API",
      contact: "billing@example.com",
      namePrefixes: [`${owner}:`],
      mode: "RESOURCE_SERVER_MODE_REVIEW",
      scopeCount: 2,
    });
    await admin(`resource-server set ${owner} --no-prefix`);
    expect(JSON.parse((await admin(`resource-server get ${owner} --json`)).stdout).namePrefixes ?? []).toEqual([]);
    expect((await admin("resource-server list")).stdout).toMatch(new RegExp(`\n${owner} +review +2 `));
  });

  it("exits with 1 where there is none, and with 5 where a prefix is another's", async () => {
    expect((await admin("resource-server get nobody")).exitCode).toBe(1);
    await admin(`resource-server set ${owner} --prefix ${owner}:`);
    expect((await admin(`resource-server set ${owner}-other --prefix ${owner}:sub`)).exitCode).toBe(5);
  });

  it("makes registrations wait for approve", async () => {
    await admin(`resource-server set ${owner} --mode review`);
    const own = await cliOf(server, { client: owner, scopes: ["register", "read"] });
    const { stdout } = await own("apply -f - --yes", { input: `- { name: "${owner}:send", description: Send }` });
    expect(stdout).toContain(`! ${owner}:send  created, waits for approval\n`);
    expect(stdout).toMatch(/; 1 waiting for approval\n$/);
    expect((await admin(`list --state pending --owner ${owner}`)).stdout).toContain(`${owner}:send`);
    expect((await admin(`approve ${owner}:send --revision 1`)).exitCode).toBe(5);
    expect((await admin(`approve ${owner}:send`)).exitCode).toBe(0);
    expect(await stateOf(`${owner}:send`)).toBe("SCOPE_STATE_ACTIVE");
  });

  it("lets refuse end the wait, so that the same is not proposed again, and show tell what was refused", async () => {
    await admin(`resource-server set ${owner} --mode review`);
    const own = await cliOf(server, { client: owner, scopes: ["register", "read"] });
    const input = `- { name: "${owner}:send", description: Send }
- { name: "${owner}:export", description: Export, restricted: false }`;
    await own("apply -f - --yes", { input });
    expect((await admin(`refuse ${owner}:send ${owner}:export --revision 1`)).exitCode).toBe(5);
    const { exitCode, stdout } = await admin(`refuse ${owner}:send ${owner}:export`);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`\n${owner}:send +disabled .*\n${owner}:export +active `));
    expect((await admin(`show ${owner}:export`)).stdout).toMatch(/\nRefused +restricted: true -> false\n/);
    await own("apply -f - --yes", { input });
    expect(await stateOf(`${owner}:export`)).toBe("SCOPE_STATE_ACTIVE");
    expect((await admin(`refuse ${owner}:read`)).exitCode).toBe(5);
    expect((await admin(`changes ${owner}:export --kind refusal`)).stdout).toContain("refusal");
  });

  it("makes show tell what a scope is to become, beside what it is", async () => {
    await admin(`resource-server set ${owner} --mode review`);
    await registrar.registry.registerScopes({
      scopes: [{ name: `${owner}:export`, description: "Export invoices", restricted: false }],
    });
    const { stdout } = await admin(`show ${owner}:export`);
    expect(stdout).toMatch(
      /\nState +active, change pending\n(.+\n)+Traits +restricted\n(.+\n)+Waits for approval +restricted: true -> false\n/,
    );
  });
});

describe("scope-registry client", () => {
  it("sets a ceiling and defaults, and leaves what is not given", async () => {
    const client = unique("shop");
    await admin(`client set ${client} --allow ${owner}:read dataset:{id}:read`);
    await admin(`client set ${client} --default ${owner}:read`);
    const { stdout } = await admin(`client get ${client}`);
    expect(stdout).toMatch(
      new RegExp(
        `^Client +${client}\nCeiling +${owner}:read\n +dataset:{id}:read\nDefaults +${owner}:read\nGrants +none\n`,
      ),
    );
    expect((await admin(`validate ${owner}:export --client ${client}`)).stdout).toMatch(/not-allowed/);
    await admin(`client set ${client} --no-allow`);
    expect(JSON.parse((await admin(`client get ${client} --json`)).stdout).allowedScopes ?? []).toEqual([]);
    expect((await admin("client list")).stdout).toContain(client);
    expect((await admin(`client delete ${client}`)).exitCode).toBe(0);
    expect((await admin(`client get ${client}`)).exitCode).toBe(1);
    expect((await admin(`client delete ${client}`)).exitCode).toBe(1);
  });
});

describe("scope-registry policy", () => {
  it("shows and sets which new names may be registered", async () => {
    expect((await admin("policy get")).stdout).toBe("Names    open\nChanged  never\n");
    expect((await admin("policy set prefix-required")).stdout).toMatch(
      /^Names +prefix-required\nChanged +\S+Z at revision \d+\n$/,
    );
    const own = await cliOf(server, { client: owner, scopes: ["register"] });
    const refused = await own("apply -f - --yes", { input: `- { name: "${owner}:new", description: New }` });
    expect(refused.exitCode).toBe(4);
    await admin("policy set open");
  });
});

describe("scope-registry usage", () => {
  it("tells who uses scopes", async () => {
    await admin(`grant web-shop ${owner}:export`);
    const { exitCode, stdout } = await admin(`usage ${owner}:read ${owner}:export`);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`\n${owner}:read +no +never +0 +no +- +-\n${owner}:export +yes +never +1 +no +- +web-shop\n$`),
    );
    expect((await admin("usage nobody:knows")).exitCode).toBe(1);
  });
});

describe("scope-registry changes", () => {
  it("tells who did what, newest first, with what was before", async () => {
    await admin(`grant web-shop ${owner}:export`);
    await registrar.registry.registerScopes({
      scopes: [{ name: `${owner}:export`, description: "Export", restricted: true }],
    });
    const { stdout } = await admin(`changes ${owner}:export`);
    const [newest = "", ...older] = stdout.split(/\n(?=\d)/);
    expect(newest).toMatch(
      new RegExp(
        `^\\d+  \\S+Z  registration  by ${owner}  \\(call \\S+\\)\n  ~ scope ${owner}:export\n      description: "Export invoices" -> "Export"$`,
      ),
    );
    expect(older.at(-1)).toMatch(new RegExp(`registration  by ${owner}  .+\n(.+\n)*  \\+ scope ${owner}:export\n`));
  });

  it("filters, and prints JSON lines", async () => {
    await admin(`grant web-shop ${owner}:export`);
    const { stdout } = await admin(`changes --kind grant --actor operator --resource-server ${owner} --json`);
    const [entry] = stdout.trimEnd().split("\n");
    expect(JSON.parse(entry ?? "")).toMatchObject({ kind: "CHANGE_KIND_GRANT", actor: "operator" });
    expect((await admin(`changes --until 2020-01-01 --limit 3`)).stderr).toBe("Nothing like that has changed\n");
    expect((await admin("changes --from yesterday")).exitCode).toBe(3);
  });
});
