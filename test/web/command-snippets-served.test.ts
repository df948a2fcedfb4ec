import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { curlSnippet, grpcurlSnippet } from "../../src/web/snippets/command-snippets.ts";
import type { AskedScope, Snippet, Surroundings } from "../../src/web/snippets/snippet.ts";
import { HAS_GRPCURL, withGrpcurl } from "../support/grpcurl.ts";
import { runCommand } from "../support/run-command.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { anyAskedScope, anyName, SURROUNDINGS } from "./asked-scopes.ts";

const RESOURCE = "https://billing.example.com/?a=1&b='$(true)'";

let server: TestServer;
let around: Surroundings;
let token: string;
let asked: readonly AskedScope[];

beforeAll(async () => {
  server = await startTestServer();
  token = await server.tokenFor({ client: "auth-server", scopes: ["validate"] });
  around = { ...SURROUNDINGS, grpcAddress: server.grpcAddress, httpOrigin: server.httpUrl };
  const names = new Set(fc.sample(anyName, { numRuns: 12, seed: 3 }).filter((name) => !/[{}]/.test(name)));
  asked = [
    ...[...names, "-d", "@file", "invoices:'read'"].map((name) => ({ name, resources: [], restricted: false })),
    { name: "invoices:pay!", resources: [RESOURCE], restricted: false },
  ];
  const { registry } = await server.as({ client: "billing-api", scopes: ["register"] });
  await registry.registerScopes({
    scopes: asked.map(({ name, resources }) => ({ name, description: "Something", resources: [...resources] })),
  });
});

afterAll(() => server.stop());

/** What a shell answers that is given a line. */
async function answerOf({ blocks: [block] }: Snippet): Promise<unknown> {
  const { stdout, stderr } = await runCommand("sh", ["-c", block?.text ?? ""], { env: { TOKEN: token } });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as unknown;
}

describe("A line to copy asks a running registry", () => {
  it.runIf(HAS_GRPCURL)(withGrpcurl("by grpcurl"), async () => {
    for (const scope of asked) {
      expect(await answerOf(grpcurlSnippet(scope, around))).toMatchObject({ valid: true, grantedScopes: [scope.name] });
    }
  });

  it("by curl", async () => {
    for (const scope of asked) {
      expect(await answerOf(curlSnippet(scope, around))).toMatchObject({ valid: true, grantedScopes: [scope.name] });
    }
  });

  it("about a scope that it does not know", async () => {
    for (const scope of fc.sample(anyAskedScope, { numRuns: 10, seed: 5 })) {
      const unknown = { ...scope, name: `nobody.has/${scope.name}`, resources: [] };
      expect(await answerOf(curlSnippet(unknown, around))).toMatchObject({
        error: "invalid_scope",
        verdicts: [{ name: unknown.name, status: "VERDICT_STATUS_UNKNOWN" }],
      });
    }
  });
});
