import { decodeJwt } from "jose";
import { expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { makeTestFolder } from "./test-folder.ts";

it("prints a token of the dev issuer alone", async () => {
  await using folder = await makeTestFolder();
  const { exitCode, stdout } = await runCli([
    "token",
    "--client",
    "docs-api",
    "--scope",
    "a b",
    "--data-dir",
    folder.path("data"),
  ]);
  expect(exitCode).toBe(0);
  expect(decodeJwt(stdout.trim())).toMatchObject({ client_id: "docs-api", scope: "a b", aud: "scope-registry" });
});

it.each([
  [["token"], "Give --client the client_id that the token is for, in 1 to 255 ASCII characters"],
  [["token", "--client", "a", "--ttl", "0"], "Give --ttl a number of seconds from 1 to 31536000"],
])("exits with 3 for %j", async (words, sentence) => {
  expect(await runCli(words)).toEqual({ exitCode: 3, stdout: "", stderr: `${sentence}\n` });
});
