import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readScopeFile } from "../../src/index.ts";
import { PACKAGE } from "./packed-client.ts";

describe("the README", async () => {
  const text = await readFile(join(PACKAGE, "README.md"), "utf8");
  const blocks = [...text.matchAll(/<!-- example: (\S+) -->\n```ts\n([\s\S]*?)```/g)];

  it("shows the code of the examples that tests run", async () => {
    expect(blocks.length).toBeGreaterThan(4);
    for (const [, path = "", code = ""] of blocks) {
      expect(await readFile(join(PACKAGE, path), "utf8"), path).toContain(code);
    }
  });

  it("shows a scope file that can be read", async () => {
    const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
    const folder = await mkdtemp(join(tmpdir(), "scope-registry-readme-"));
    const path = join(folder, "scopes.yaml");
    await writeFile(path, yaml);
    expect(await readScopeFile(path)).toMatchObject({
      mode: "REPLACE",
      release: 42,
      displayName: "Billing API",
      scopes: [{ name: "invoices:read", consentTexts: { de: { title: "Deine Rechnungen sehen" } } }],
    });
    await rm(folder, { recursive: true });
  });

  it("names every example", async () => {
    const files = (await readdir(join(PACKAGE, "examples"))).map((name) => `examples/${name}`);
    expect(files.filter((path) => !text.includes(path))).toEqual([]);
  });
});
