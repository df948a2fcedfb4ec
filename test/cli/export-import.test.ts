import { readdir, readFile, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { cliOf } from "./cli-of-server.ts";
import { makeTestFolder } from "./test-folder.ts";

const operator = (server: TestServer) => cliOf(server, { client: "operator", scopes: ["admin", "read"] });

it("moves a registry with its history into an empty one", async () => {
  await using folder = await makeTestFolder();
  await using from = await startTestServer();
  await using to = await startTestServer();
  const { registry } = await from.as({ client: "billing-api", scopes: ["register"] });
  for (const description of ["Read", "Read invoices"]) {
    await registry.registerScopes({ scopes: [{ name: "invoices:read", description }] });
  }
  // An entry that fits into one message of neither direction.
  const scopes = Array.from({ length: 3_500 }, (_, index) => ({ name: `many:${index}`, description: "x".repeat(900) }));
  await registry.registerScopes({ scopes });
  const [source, target] = [await operator(from), await operator(to)];
  await source("grant web-shop invoices:read");
  await source("resource-server set billing-api --contact billing@example.com");

  const path = folder.path("registry.jsonl");
  expect(await source(["export", "-o", path])).toMatchObject({ exitCode: 0, stdout: "" });
  expect(await readdir(folder.path("."))).toEqual(["registry.jsonl"]);
  expect(await source("export")).toMatchObject({ exitCode: 0, stdout: await readFile(path, "utf8") });

  const imported = await target(["import", path]);
  expect(imported).toMatchObject({ exitCode: 0, stderr: "" });
  expect(imported.stdout).toMatch(/^Imported up to revision \d+: the registry is \S+ now\n$/);
  for (const words of ["list --json", "changes --json", "client get web-shop --json", "resource-server list --json"]) {
    expect((await target(words)).stdout).toBe((await source(words)).stdout);
  }
});

it("refuses a registry that is not empty with 5, and a damaged file with 3 before anything is sent", async () => {
  await using folder = await makeTestFolder();
  await using server = await startTestServer();
  const cli = await operator(server);
  const path = folder.path("registry.jsonl");
  await cli(["export", "-o", path]);
  const { registry } = await server.as({ client: "billing-api", scopes: ["register"] });
  await registry.registerScopes({ scopes: [{ name: "a", description: "A" }] });
  expect((await cli(["import", path])).exitCode).toBe(5);
  await writeFile(path, (await readFile(path, "utf8")).replace("List", "Lost"));
  const damaged = await cli(["import", path]);
  expect(damaged.exitCode).toBe(3);
  expect(damaged.stderr).toMatch(/its SHA-256 is another one/);
});

it("writes no file where it may not export, or not there", async () => {
  await using folder = await makeTestFolder();
  await using server = await startTestServer();
  const reader = await cliOf(server, { scopes: ["read"] });
  expect((await reader(["export", "-o", folder.path("registry.jsonl")])).exitCode).toBe(4);
  expect(await readdir(folder.path("."))).toEqual([]);
  const admin = await operator(server);
  expect(await admin(["export", "-o", folder.path("nowhere/registry.jsonl")])).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(/cannot be written \(ENOENT\)/),
  });
});
