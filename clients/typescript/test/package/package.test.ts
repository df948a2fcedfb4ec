import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REPOSITORY, runCommand } from "../../../../test/support/run-command.ts";
import { startTestServer } from "../../../../test/support/test-server.ts";
import { type EmptyProject, installInEmptyProject, PACKAGE, type PackedClient, packClient } from "./packed-client.ts";

const TIMEOUT_MS = 180_000;

/** The JavaScript of the README that is marked to be run. */
const EXAMPLE = /<!-- run: .*-->\n```js\n([\s\S]*?)```/;

describe("the published package", { timeout: TIMEOUT_MS }, () => {
  let packed: PackedClient;
  let project: EmptyProject;
  let exports: Record<string, unknown>;

  beforeAll(async () => {
    packed = await packClient();
    project = await installInEmptyProject(packed.tarball);
    ({ exports } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8")));
  }, TIMEOUT_MS);
  afterAll(async () => {
    await project?.[Symbol.asyncDispose]();
    await packed?.[Symbol.asyncDispose]();
  });

  const entryPoints = () => Object.keys(exports).map((path) => `@scope-registry/client${path.slice(1)}`);

  it("holds the compiled code, its sources for debuggers, and no tests or examples", () => {
    const top = new Set(packed.files.map((path) => path.split("/").slice(0, 2).join("/")));
    expect([...top]).toEqual([
      "package/LICENSE",
      "package/README.md",
      "package/dist",
      "package/package.json",
      "package/src",
    ]);
    const compiled = packed.files.filter((path) => path.startsWith("package/dist/"));
    expect(compiled.filter((path) => !/\.(js|d\.ts)(\.map)?$/.test(path))).toEqual([]);
    const sources = packed.files.filter((path) => path.startsWith("package/src/"));
    expect(sources.filter((path) => !path.endsWith(".ts"))).toEqual([]);
    expect(compiled.filter((path) => path.endsWith(".js"))).toHaveLength(sources.length);
  });

  it("is what publint asks of a package", async () => {
    const tarball = new Uint8Array(await readFile(packed.tarball)).buffer;
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true, level: "suggestion" });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("has types that resolve for each entry point (attw)", async () => {
    const attw = join(REPOSITORY, "node_modules/.bin/attw");
    const { exitCode, stdout } = await runCommand(attw, [packed.tarball, "--profile", "esm-only"], {
      timeoutMs: 60_000,
    });
    expect(exitCode, stdout).toBe(0);
  });

  it("can be imported by each entry point on the oldest Node that it runs on", async () => {
    const names = JSON.stringify(entryPoints());
    const result = await project.run(`
      for (const name of ${names}) if (Object.keys(await import(name)).length === 0) throw new Error(name);
      console.log(process.versions.node);
    `);
    expect(project.oldestNode).toBe("22.0.0");
    expect(result).toEqual({ exitCode: 0, stdout: `${project.oldestNode}\n`, stderr: "" });
  });

  it("brings its types along", async () => {
    const imports = entryPoints().map((name, at) => `import * as part${at} from "${name}";`);
    const { stdout } = await project.check(`
      ${imports.join("\n")}
      import { createOidcProviderScopes } from "@scope-registry/client/oidc-provider";
      import { ScopeIndex } from "@scope-registry/client/judging";
      export const parts = [${imports.map((_, at) => `part${at}`).join(", ")}];
      export const size: number = new ScopeIndex().size;
      // @ts-expect-error a number is no replica: where types were not found, this would be no error
      createOidcProviderScopes({ replica: 1, configuration: {} });
    `);
    expect(stdout).toBe("");
  });

  it("brings its types along to a project that has not those of Node, and an older target", async () => {
    const parts = ["", "/messages", "/judging", "/tokens"];
    const exports = parts.map((part, at) => `export * as part${at} from "@scope-registry/client${part}";`);
    const { stdout } = await project.check(exports.join("\n"), { target: "es2023", types: [] });
    expect(stdout).toBe("");
  });

  it("tells who uses node-oidc-provider which types are to be installed, which npm knows of", async () => {
    const program = 'export { createOidcProviderScopes } from "@scope-registry/client/oidc-provider";';
    const { stdout } = await project.check(program, {}, "@types/oidc-provider");
    expect(stdout).toContain("npm i --save-dev @types/oidc-provider");
    const { peerDependencies } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));
    expect(peerDependencies).toHaveProperty("@types/oidc-provider", "^9");
  });

  it("does what its README shows", async () => {
    const [, example = ""] = EXAMPLE.exec(await readFile(join(PACKAGE, "README.md"), "utf8")) ?? [];
    expect(example).not.toBe("");
    await using server = await startTestServer();
    const result = await project.run(example, {
      SCOPE_REGISTRY_ADDRESS: server.grpcAddress,
      BILLING_API: await server.tokenFor({ client: "billing-api", scopes: ["register"] }),
      AUTH_SERVER: await server.tokenFor({ client: "auth-server", scopes: ["read", "validate"] }),
    });
    expect(result).toEqual({
      exitCode: 0,
      stderr: "",
      stdout: `Registered: invoices:read
Granted: invoices:read
Refused: Scope payments:send is not registered
`,
    });
  });
});
