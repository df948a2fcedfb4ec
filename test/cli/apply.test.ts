import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startCommand } from "../support/run-command.ts";
import { startTestServer, type TestServer, unique } from "../support/test-server.ts";
import { type CliOf, cliOf, environmentOf } from "./cli-of-server.ts";
import { makeTestFolder, type TestFolder } from "./test-folder.ts";

let server: TestServer;
let folder: TestFolder;
let owner: string;
let cli: CliOf;

beforeAll(async () => {
  server = await startTestServer();
  folder = await makeTestFolder();
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await server.stop();
});

beforeEach(async () => {
  owner = unique("billing");
  cli = await cliOf(server, { client: owner, scopes: ["register", "read"] });
});

const FIRST = () => `
mode: REPLACE
scopes:
  - name: ${owner}:read
    description: Read your invoices
    resources: [https://${owner}.example.com/]
    consent_texts:
      en: { title: See your invoices }
  - name: ${owner}:write
    description: Change your invoices
    restricted: true
`;

const SECOND = () => `
mode: REPLACE
scopes:
  - name: ${owner}:read
    description: Read all your invoices
    resources: [https://${owner}.example.com/, https://${owner}.example.org/]
  - name: ${owner}:export
    description: Export invoices
`;

describe("scope-registry apply", () => {
  it("shows the plan in a dry run, with exit code 2, and stores nothing", async () => {
    const path = await folder.write("first.yaml", FIRST());
    const { exitCode, stdout, stderr } = await cli(["apply", "-f", path, "--dry-run"]);
    expect(stderr).toBe("");
    expect(stdout).toBe(`+ ${owner}:read  created
    description: "Read your invoices"
    resources: https://${owner}.example.com/
    consent_texts.en.title: "See your invoices"
+ ${owner}:write  created
    description: "Change your invoices"
    restricted: true

Plan: + 2 created, ~ 0 updated, - 0 disabled, = 0 unchanged
`);
    expect(exitCode).toBe(2);
    expect((await cli(`list --owner ${owner}`)).stdout).toBe("");
  });

  it("applies what it has planned, and finds no difference then", async () => {
    const path = await folder.write("applied.yaml", FIRST());
    const applied = await cli(["apply", "-f", path, "--yes"]);
    expect(applied.exitCode).toBe(0);
    expect(applied.stdout).toContain(`+ ${owner}:read  created`);
    expect(applied.stdout).toMatch(
      /\nApplied at revision \d+: \+ 2 created, ~ 0 updated, - 0 disabled, = 0 unchanged\n$/,
    );
    const again = await cli(["apply", "-f", path, "--dry-run"]);
    expect(again).toEqual({ exitCode: 0, stdout: "No difference: 2 scopes unchanged\n", stderr: "" });
  });

  it("shows of what it changes what it was before", async () => {
    await cli(["apply", "-f", await folder.write("before.yaml", FIRST()), "--yes"]);
    const { stdout } = await cli(["apply", "-f", await folder.write("after.yaml", SECOND()), "--dry-run"]);
    expect(stdout).toBe(`~ ${owner}:read  updated
    description: "Read your invoices" -> "Read all your invoices"
    resources: +https://${owner}.example.org/
    consent_texts.en.title: "See your invoices" -> none
+ ${owner}:export  created
    description: "Export invoices"
- ${owner}:write  disabled
    state: active -> disabled

Plan: + 1 created, ~ 1 updated, - 1 disabled, = 0 unchanged
`);
  });

  it("shows outcomes alone to a caller that may not read", async () => {
    await cli(["apply", "-f", await folder.write("unread-1.yaml", FIRST()), "--yes"]);
    const blind = await cliOf(server, { client: owner, scopes: ["register"] });
    const { exitCode, stdout } = await blind([
      "apply",
      "-f",
      await folder.write("unread-2.yaml", SECOND()),
      "--dry-run",
    ]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain(`~ ${owner}:read  updated\n+ ${owner}:export  created\n    description`);
  });

  it("lets --merge and --replace win over the file", async () => {
    await cli(["apply", "-f", await folder.write("mode-1.yaml", FIRST()), "--yes"]);
    const path = await folder.write("mode-2.yaml", `- { name: "${owner}:read", description: Read your invoices }`);
    const modeOf = async (...flags: string[]) =>
      JSON.parse((await cli(["apply", "-f", path, "--dry-run", "--json", ...flags])).stdout);
    expect(await modeOf()).toMatchObject({ mode: "merge", summary: { disabled: 0 } });
    expect(await modeOf("--replace")).toMatchObject({ mode: "replace", summary: { disabled: 1 } });
    expect((await cli(["apply", "-f", path, "--replace", "--merge"])).exitCode).toBe(3);
  });

  it("prints plan and result as JSON", async () => {
    const planned = await cli(["apply", "-f", "-", "--dry-run", "--json"], { input: FIRST() });
    const applied = await cli(["apply", "-f", "-", "--yes", "--json"], { input: FIRST() });
    expect([planned.exitCode, applied.exitCode]).toEqual([2, 0]);
    const [plan, result] = [planned, applied].map(({ stdout }) => JSON.parse(stdout));
    expect(plan).toEqual({
      format: "scope-registry-plan/1",
      applied: false,
      mode: "replace",
      release: "0",
      revision: expect.stringMatching(/^\d+$/),
      summary: { created: 2, updated: 0, disabled: 0, unchanged: 0, superseded: 0, pending: 0, disabledByAdmin: 0 },
      scopes: [
        {
          name: `${owner}:read`,
          outcome: "created",
          pending: false,
          disabledByAdmin: false,
          fields: [
            { field: "description", after: "Read your invoices" },
            { field: "resources", after: [`https://${owner}.example.com/`] },
            { field: "consent_texts.en.title", after: "See your invoices" },
          ],
        },
        expect.objectContaining({ name: `${owner}:write`, outcome: "created" }),
      ],
    });
    expect(result).toEqual({ ...plan, applied: true, revision: expect.not.stringMatching(`^${plan.revision}$`) });
  });

  it("says that a newer release is registered, and does nothing", async () => {
    await cli(["apply", "-f", await folder.write("release-7.yaml", FIRST()), "--yes", "--release", "7"]);
    const path = await folder.write("release-6.yaml", SECOND());
    expect(await cli(["apply", "-f", path, "--yes", "--release", "6"])).toEqual({
      exitCode: 0,
      stdout: "A newer release than 6 is registered: nothing was done\n",
      stderr: "",
    });
  });

  it("tells a renaming, and of the old name what it is now", async () => {
    await cli("apply -f - --yes", { input: `- { name: "${owner}:old", description: Old }` });
    const renaming = `- { name: "${owner}:new", description: Old, aliases: ["${owner}:old"] }`;
    const { stdout } = await cli("apply -f - --yes", { input: renaming });
    expect(stdout).toContain(`> ${owner}:new  takes the place of ${owner}:old\n`);
    expect(await cli("apply -f - --yes", { input: `- { name: "${owner}:old", description: Old }` })).toMatchObject({
      exitCode: 0,
      stdout: `= ${owner}:old  superseded: it is ${owner}:new now\n\nNo difference: 0 scopes unchanged; 1 superseded\n`,
    });
    const shown = await cli(`show ${owner}:old`);
    expect(shown).toMatchObject({ exitCode: 1, stderr: `${owner}:old is an alias of ${owner}:new: show that\n` });
  });

  it("marks what an administrator has disabled, and tells who uses what it would disable", async () => {
    const input = `- { name: "${owner}:a", description: A, restricted: true }\n- { name: "${owner}:b", description: B }`;
    await cli("apply -f - --yes", { input });
    const { admin } = await server.as({ client: "operator", scopes: ["admin"] });
    await admin.disableScopes({ names: [`${owner}:b`] });
    await admin.grantScopes({ clientId: "web-shop", scopes: [`${owner}:a`] });
    const { stdout } = await cli("apply -f - --dry-run --replace", {
      input: `- { name: "${owner}:b", description: B }`,
    });
    expect(stdout).toContain(`x ${owner}:b  stays disabled by an administrator\n`);
    expect(stdout).toContain("    in use: 1 grant\n");
    expect(stdout).toMatch(/; 1 disabled by an administrator\n$/);
    const json = JSON.parse((await cli("apply -f - --dry-run --json", { input })).stdout);
    expect(json.summary).toMatchObject({ disabledByAdmin: 1, unchanged: 2 });
    expect(json.scopes).toMatchObject([
      { disabledByAdmin: false, fields: [] },
      { disabledByAdmin: true, fields: [] },
    ]);
  });

  it("takes the end of the input at the question for a no", async () => {
    const path = await folder.write("ctrl-d.yaml", FIRST());
    const env = await environmentOf(server, { client: owner, scopes: ["register", "read"] });
    const main = `${process.execPath} --conditions=scope-registry-source src/cli/main.js`;
    // `script` gives it a terminal.
    const running = startCommand("script", ["-qec", `${main} apply -f ${path}`, "/dev/null"], { env });
    await expect.poll(() => running.stdout(), { timeout: 10_000 }).toContain("[y/N]");
    running.process.stdin.write("\u0004");
    const { exitCode, stdout } = await running.ended();
    expect(stdout).toMatch(/\nNothing was done\r?\n$/);
    expect(exitCode).toBe(1);
  });

  it("asks nobody where there is no terminal: it shows the plan and does nothing", async () => {
    const path = await folder.write("unasked.yaml", FIRST());
    const { exitCode, stdout, stderr } = await cli(["apply", "-f", path]);
    expect(exitCode).toBe(3);
    expect(stdout).toBe("");
    expect(stderr).toContain("Plan: + 2 created");
    expect(stderr).toMatch(/\nThere is no terminal to ask on: use --yes to apply, or --dry-run to see the plan\n$/);
    expect((await cli(`list --owner ${owner}`)).stdout).toBe("");
  });

  it("lists every rule that a file breaks, and every problem of the file itself", async () => {
    const rules = await cli("apply -f - --yes", { input: '- { name: "a b", description: "" }' });
    expect(rules.exitCode).toBe(3);
    expect(rules.stderr).toMatch(
      /^The request breaks 2 rules of the registry\n {2}scopes\[0\].name: .+\n {2}scopes\[0\].description: .+\n$/,
    );
    const file = await cli("apply -f - --yes", { input: "- { nme: a }" });
    expect(file.exitCode).toBe(3);
    expect(file.stderr).toMatch(/^Scope file standard input cannot be used\n {2}line 1, column \d+: .+/);
  });

  it("exits with 4 where a name belongs to another", async () => {
    await cli(["apply", "-f", await folder.write("owned.yaml", FIRST()), "--yes"]);
    const other = await cliOf(server, { client: unique("other"), scopes: ["register"] });
    const { exitCode, stderr } = await other("apply -f - --yes", {
      input: `- { name: "${owner}:read", description: Mine }`,
    });
    expect(exitCode).toBe(4);
    expect(stderr).toContain(`${owner}:read`);
    expect(stderr).not.toMatch(/at .+\d+:\d+/);
  });
});
