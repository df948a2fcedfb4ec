import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { matchesHash } from "../../src/auth/introspection-clients/client-secrets.ts";
import { parseIntrospectionClients } from "../../src/config/introspection-clients.ts";
import { startCommand } from "../support/run-command.ts";
import { runCli } from "./run-cli.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

it("prints an entry of the file of introspection clients, of the secret on standard input", async () => {
  const words = ["hash-secret", "billing-api", "--owner", "billing", "--introspect-all"];
  const { exitCode, stdout, stderr } = await runCli(words, { input: `${SECRET}\n` });
  expect([exitCode, stderr]).toEqual([0, ""]);
  const [client] = parseIntrospectionClients("", `[${stdout}]`);
  expect(client).toMatchObject({ clientId: "billing-api", owner: "billing", introspectAll: true });
  const [hash, ...more] = client?.secretHashes ?? [];
  expect(more).toEqual([]);
  expect(hash && (await matchesHash(SECRET, hash))).toBe(true);
  expect(hash && (await matchesHash(`${SECRET}\n`, hash))).toBe(false);
});

it("has no more in the entry than is needed, and another hash each time", async () => {
  const entries = await Promise.all([1, 2].map(() => runCli(["hash-secret", "billing-api"], { input: SECRET })));
  const [one, two] = entries.map(({ stdout }) => JSON.parse(stdout));
  expect(Object.keys(one)).toEqual(["client_id", "secret_hashes"]);
  expect(one.secret_hashes).not.toEqual(two.secret_hashes);
});

it("warns of a secret that many clients cannot send", async () => {
  const { exitCode, stdout, stderr } = await runCli(["hash-secret", "a"], { input: "with+signs/and spaces" });
  expect([exitCode, JSON.parse(stdout).client_id]).toEqual([0, "a"]);
  expect(stderr).toMatch(/^The secret has characters that a client must encode .+\n$/);
});

it.each([
  ["nothing", ""],
  ["a short one", "short\n"],
  ["several lines", `${SECRET}\n${SECRET}\n`],
  ["a long one", "x".repeat(1_025)],
])("exits with 3 for %s, and repeats none of it", async (_what, input) => {
  const { exitCode, stdout, stderr } = await runCli(["hash-secret", "billing-api"], { input });
  expect([exitCode, stdout]).toEqual([3, ""]);
  expect(stderr).toMatch(/^Give a secret of .+\n$/);
});

it.each([
  [["hash-secret"]],
  [["hash-secret", "a", SECRET]],
  [["hash-secret", ""]],
  [["hash-secret", "ä"]],
  [["hash-secret", "a", "--owner", ""]],
])("exits with 3 for %j", async (words) => {
  const { exitCode, stdout, stderr } = await runCli(words, { input: SECRET });
  expect([exitCode, stdout]).toEqual([3, ""]);
  expect(stderr).not.toContain(SECRET);
});

it("asks for the secret on a terminal, and does not show it", async () => {
  const main = `${process.execPath} --conditions=scope-registry-source src/cli/main.js`;
  const running = startCommand("script", ["-qec", `${main} hash-secret billing-api`, "/dev/null"]);
  while (!running.stdout().includes("Secret of billing-api: ")) await delay(20);
  running.process.stdin.write(`${SECRET}\r`);
  const { exitCode, stdout } = await running.ended();
  expect(exitCode).toBe(0);
  expect(stdout).toContain('"client_id": "billing-api"');
  expect(stdout).not.toContain(SECRET);
});
