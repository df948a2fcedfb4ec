import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HAS_GRPCURL, withGrpcurl } from "../../support/grpcurl.ts";
import { REPOSITORY, runCommand } from "../../support/run-command.ts";
import { startServer } from "../../support/server-process.ts";

const HEADING = "## Five minutes with grpcurl";

describe.skipIf(!HAS_GRPCURL)(withGrpcurl("the README's walk-through"), () => {
  it("works line by line as printed, but for the ports", async () => {
    await using server = await startServer();
    const lines = (await walkThrough())
      .replaceAll("http://127.0.0.1:8080", server.httpUrl)
      .replaceAll("127.0.0.1:50051", server.grpcAddress);
    const { stdout } = await runCommand("bash", ["-c", `exec 2>&1\n${lines}`], {
      env: { SCOPE_REGISTRY_DATA_DIR: server.dataDir },
    });
    const codes = [...stdout.matchAll(/^ {2}Code: (\w+)$/gm)].map(([, code]) => code);
    expect(codes).toEqual(["PermissionDenied", "InvalidArgument", "DeadlineExceeded"]);
    expect(stdout).not.toMatch(/command not found|syntax error|Failed to/);
    for (const told of [
      '"outcome": "REGISTRATION_OUTCOME_CREATED"',
      '"outcome": "REGISTRATION_OUTCOME_DISABLED"',
      '"error": "invalid_scope"',
      '"title": "Deine Rechnungen sehen"',
      '"active": true',
      "message ScopeDefinition {",
      '"grantedScopes":["invoices:read"]',
      '{"active":true,"scope":"invoices:read","client_id":"web-shop",',
      '{"scopes_supported":["invoices:read"]}',
      '{"resource":"https://billing.example.com/",',
      '"snapshot": {',
      '"bookmark": {',
    ]) {
      expect(stdout).toContain(told);
    }
  });
});

/** The walk-through's shell lines. */
async function walkThrough(): Promise<string> {
  const readme = await readFile(join(REPOSITORY, "README.md"), "utf8");
  const [, rest = ""] = readme.split(`${HEADING}\n`);
  const [section = ""] = rest.split("\n## ");
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, lines]) => lines);
  expect(blocks.length).toBeGreaterThan(5);
  return blocks.join("\n");
}
