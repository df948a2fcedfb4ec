import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callMethod, METHODS } from "../support/methods.ts";
import { refusalOf } from "../support/refusal.ts";
import { OWN_SCOPES, startTestServer, type TestServer, WAYS } from "../support/test-server.ts";

/** The methods that are built. The others are declared, so that the contract is whole, and must say so. */
const BUILT = new Set(["RegisterScopes", "ListScopes", "ValidateScopes", "Introspect", "WatchScopes"]);
const NOT_BUILT = METHODS.filter(({ name }) => !BUILT.has(name));

it("the README lists what is declared and not built", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, listed = ""] = /Declared and not built yet, answered UNIMPLEMENTED: ([\s\S]*?)\)\./.exec(readme) ?? [];
  const names = [...listed.matchAll(/\w+/g)].map(([word]) => word);
  const methods = new Set(METHODS.map(({ name }) => name));
  expect(names.filter((name) => methods.has(name)).sort()).toEqual(NOT_BUILT.map(({ name }) => name).sort());
});
/** Far more than an answer takes, far less than the test's own limit: a call that hangs fails by this. */
const PATIENCE_MS = 5_000;

describe.each(WAYS)("methods that are declared and not built, by $name", ({ protocol, store }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ store });
  });
  afterAll(() => server.stop());

  it.each(NOT_BUILT.map((method) => [method.name, method] as const))(
    "%s tells a caller that may call it",
    async (_name, method) => {
      const clients = await server.as({ client: "operator", scopes: OWN_SCOPES }, protocol);
      const refusal = await refusalOf(callMethod(clients, method, {}, { timeoutMs: PATIENCE_MS }));
      expect(refusal).toMatchObject({
        code: "UNIMPLEMENTED",
        reason: "NOT_IMPLEMENTED",
        metadata: { method: `${method.parent.typeName}.${method.name}` },
      });
    },
  );
});
