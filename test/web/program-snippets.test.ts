import { readFile } from "node:fs/promises";
import { createContext, runInContext } from "node:vm";
import { transform } from "esbuild";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goSnippet } from "../../src/web/snippets/go-snippet.ts";
import { pythonSnippet } from "../../src/web/snippets/python-snippet.ts";
import type { AskedScope, Snippet, Surroundings } from "../../src/web/snippets/snippet.ts";
import { typescriptSnippet } from "../../src/web/snippets/typescript-snippet.ts";
import { hasCommand } from "../support/has-command.ts";
import { REPOSITORY, runCommand } from "../support/run-command.ts";
import { anyAskedScope, SURROUNDINGS } from "./asked-scopes.ts";

const INVOICES: AskedScope = { name: "invoices:read", resources: ["https://billing.example.com/"], restricted: false };

const blockOf = (snippet: Snippet, at: number) => snippet.blocks[at]?.text ?? "";

describe("A program to copy", () => {
  // Each of these files is checked in its own language, with the types of the client, where that language's tests run.
  it.each([
    ["test/web/copied/guard.ts", blockOf(typescriptSnippet(INVOICES, SURROUNDINGS), 0)],
    ["test/web/copied/issuer.ts", blockOf(typescriptSnippet(INVOICES, SURROUNDINGS), 1)],
    ["clients/python/examples/copied/api.py", blockOf(pythonSnippet(INVOICES, SURROUNDINGS), 0)],
    ["clients/python/examples/copied/issuer.py", blockOf(pythonSnippet(INVOICES, SURROUNDINGS), 1)],
    ["clients/go/examples/copied/main.go", blockOf(goSnippet(INVOICES, SURROUNDINGS), 0)],
  ])("is %s, as it is checked there", async (path, text) => {
    const file = await readFile(REPOSITORY + path, "utf8");
    expect(file.endsWith(`\n${text}\n`)).toBe(true);
  });

  it("says that there is no TLS only where a client would speak it", () => {
    const at = (grpcAddress: string, grpcTls: boolean) => {
      const around: Surroundings = { ...SURROUNDINGS, grpcAddress, grpcTls };
      return [typescriptSnippet, pythonSnippet, goSnippet].map((make) => {
        const { blocks } = make(INVOICES, around);
        return blocks.map(({ text }) => text).join("\n");
      });
    };
    const plain = /tls: false|tls=False|Plaintext: +true/;
    for (const text of at("registry.example.com:50051", false)) expect(text).toMatch(plain);
    for (const text of at("registry.example.com:50051", true)) expect(text).not.toMatch(plain);
    for (const text of at("127.0.0.1:50051", false)) expect(text).not.toMatch(plain);
    for (const text of at("localhost:50051", true)) expect(text).toContain('"https://localhost:50051"');
  });
});

describe("TypeScript", () => {
  it("guards by the scope and judges it, whatever the name is", async () => {
    await fc.assert(
      fc.asyncProperty(anyAskedScope, async (scope) => {
        const { blocks } = typescriptSnippet(scope, SURROUNDINGS);
        const calls = await callsOf(blocks.map(({ text }) => text));
        expect(calls).toContainEqual(["requireScopes", scope.name]);
        const asked = { clientId: "CLIENT_ID", scope: scope.name };
        expect(calls).toContainEqual([
          "judge",
          scope.resources.length === 0 ? asked : { ...asked, resources: [...scope.resources] },
        ]);
      }),
    );
  });
});

/** Runs programs with libraries that do nothing but note what the scope is given to. */
async function callsOf(programs: readonly string[]): Promise<unknown[]> {
  const calls: unknown[] = [];
  const noting = (name: string) => (argument: unknown) => {
    // As a value of this realm: the program's objects have prototypes of their own.
    calls.push([name, structuredClone(argument)]);
    return { valid: true };
  };
  const nothing = () => ({});
  const libraries: Readonly<Record<string, object>> = {
    "@scope-registry/client": {
      createProtectedResource: nothing,
      jwtTokens: nothing,
      connectScopeRegistry: nothing,
      createScopeReplica: () => ({ judge: noting("judge") }),
    },
    "@scope-registry/client/express": { guardExpress: () => ({ requireScopes: noting("requireScopes") }) },
    express: { __esModule: true, default: () => ({ get: nothing }) },
  };
  for (const program of programs) {
    const { code } = await transform(program.replace("await replica.ready;", ""), { loader: "ts", format: "cjs" });
    runInContext(code, createContext({ require: (name: string) => libraries[name], module: { exports: {} } }));
  }
  return calls;
}

describe.runIf(hasCommand("python3"))("Python", () => {
  it("holds the name as a string, whatever it is", async () => {
    const scopes = fc.sample(anyAskedScope, { numRuns: 300, seed: 8 });
    const programs = scopes.flatMap((scope) => pythonSnippet(scope, SURROUNDINGS).blocks.map(({ text }) => text));
    const script = `import ast, json, sys
def strings(text):
    return [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
json.dump([strings(text) for text in json.load(sys.stdin)], sys.stdout)`;
    const { stdout, stderr } = await runCommand("python3", ["-W", "error", "-c", script], {
      input: JSON.stringify(programs),
    });
    expect(stderr).toBe("");
    const strings = JSON.parse(stdout) as unknown[][];
    scopes.forEach(({ name, resources }, at) => {
      expect(strings[2 * at]).toContain(name);
      expect(strings[2 * at + 1]).toEqual(expect.arrayContaining([name, ...resources]));
    });
  });
});

describe.runIf(hasCommand("go", "version"))("Go", () => {
  it("is formatted, whatever the name is", async () => {
    for (const scope of fc.sample(anyAskedScope, { numRuns: 15, seed: 8 })) {
      const text = `${blockOf(goSnippet(scope, SURROUNDINGS), 0)}\n`;
      expect(await runCommand("gofmt", [], { input: text })).toEqual({ exitCode: 0, stdout: text, stderr: "" });
    }
  });
});
