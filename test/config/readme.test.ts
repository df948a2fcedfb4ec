import { readFile } from "node:fs/promises";
import { RegistryAdmin, ScopeRegistry } from "@scope-registry/client";
import { describe, expect, it } from "vitest";
import { describeSettings } from "../../src/config/settings-text.ts";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");

describe("README", () => {
  it("lists every setting as the schema describes it", () => {
    const table = /<!-- settings:.*-->\n([\s\S]*)<!-- \/settings -->/.exec(readme)?.[1];

    expect(table?.trim()).toBe(describeSettings().trim());
  });

  it("names every method of the contract", () => {
    const methods = [...ScopeRegistry.methods, ...RegistryAdmin.methods].map(({ name }) => name);

    expect(methods.filter((name) => !readme.includes(name))).toEqual([]);
  });
});
