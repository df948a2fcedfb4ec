import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readScopeFile } from "../../src/resource-server/scope-file.ts";
import { ScopeFileError } from "../../src/resource-server/scope-file-error.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scope-registry-scope-file-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string) {
  const path = join(folder, "scopes.yaml");
  await writeFile(path, text);
  return readScopeFile(path);
}

async function problemsOf(text: string): Promise<readonly string[]> {
  const error = await read(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ScopeFileError)) throw new Error("The file was read", { cause: error });
  expect(error.message.split("\n")).toEqual([`Scope file ${error.path} cannot be used`, ...error.problems]);
  return error.problems;
}

const WHOLE = {
  scopes: [
    {
      name: "invoices:read",
      description: "Read your invoices",
      is_default: false,
      restricted: true,
      resources: ["https://billing.example.com/"],
      consent_texts: { en: { title: "See your invoices", description: "All of them" }, de: { title: "Rechnungen" } },
      deprecated: true,
      replaced_by: "bills:read",
      sunset_time: "2027-01-01T00:00:00Z",
      unlisted: true,
      aliases: ["invoices.read"],
    },
  ],
  mode: "REPLACE",
  release: 12,
  display_name: "Billing",
};

const READ = {
  scopes: [
    {
      name: "invoices:read",
      description: "Read your invoices",
      isDefault: false,
      restricted: true,
      resources: ["https://billing.example.com/"],
      consentTexts: { en: { title: "See your invoices", description: "All of them" }, de: { title: "Rechnungen" } },
      deprecated: true,
      replacedBy: "bills:read",
      sunsetTime: "2027-01-01T00:00:00Z",
      unlisted: true,
      aliases: ["invoices.read"],
    },
  ],
  mode: "REPLACE",
  release: 12,
  displayName: "Billing",
};

describe("readScopeFile", () => {
  it.each([undefined, 2, "\t"])("reads JSON, indented by %j", async (indent) => {
    expect(await read(JSON.stringify(WHOLE, undefined, indent))).toEqual(READ);
  });

  it("reads YAML", async () => {
    const text = `
# What the billing API registers.
display_name: Billing
mode: REPLACE
release: 12
scopes:
  - name: invoices:read
    description: Read your invoices
    is_default: false
    restricted: true
    resources: [https://billing.example.com/]
    consent_texts:
      en: { title: See your invoices, description: All of them }
      de: { title: Rechnungen }
    deprecated: true
    replaced_by: bills:read
    sunset_time: 2027-01-01T00:00:00Z
    unlisted: true
    aliases: [invoices.read]
`;
    expect(await read(text)).toEqual(READ);
  });

  it("reads a bare list, camelCase, and what an anchor stands for", async () => {
    const text = `
- { name: a, description: A, isDefault: true, consentTexts: &texts { en: { title: A } } }
- { name: b, description: B, replacedBy: a, consent_texts: *texts }
`;
    const { scopes, mode, release } = await read(text);
    expect(scopes).toMatchObject([
      { name: "a", isDefault: true },
      { name: "b", replacedBy: "a", consentTexts: { en: { title: "A" } } },
    ]);
    expect([mode, release]).toEqual([undefined, undefined]);
  });

  it("lists every problem with its place", async () => {
    const text = `mode: REPLACING
relase: 3
release: -1
scopes:
  - name: a
    description: A
    is_defualt: true
    restricted: "yes"
  - name: a
    description: 12
    resources: https://a.example/
    sunset_time: tomorrow
    consent_texts:
      en: { titel: A }
  - just text
  - { description: B, isDefault: true, is_default: false }
`;
    const keys =
      "name, description, is_default, restricted, resources, consent_texts, deprecated, replaced_by, sunset_time, unlisted, aliases";
    expect(await problemsOf(text)).toEqual([
      "line 1, column 7: mode must be MERGE or REPLACE",
      "line 2, column 1: the file has an unknown key relase: the keys are scopes, mode, release, display_name",
      "line 3, column 10: release must be a whole number from 0 up to 2^53 - 1",
      `line 7, column 5: scopes[0] has an unknown key is_defualt: the keys are ${keys}`,
      "line 8, column 17: scopes[0].restricted must be true or false",
      "line 9, column 11: scopes[1].name a comes twice: give it once",
      "line 10, column 18: scopes[1].description must be a text: put it in quotes",
      "line 11, column 16: scopes[1].resources must be a list",
      "line 12, column 18: scopes[1].sunset_time must be a time, for example 2027-01-01T00:00:00Z",
      "line 14, column 11: scopes[1].consent_texts.en must have title",
      "line 14, column 13: scopes[1].consent_texts.en has an unknown key titel: the keys are title, description",
      "line 15, column 5: scopes[2] must be a mapping",
      "line 16, column 5: scopes[3] must have name",
      "line 16, column 40: scopes[3] has is_default twice: give it once",
    ]);
  });

  it.each([
    ["", /the file must be a mapping/],
    ["scopes: 3", /scopes must be a list/],
    ["mode: MERGE", /the file must have scopes/],
    ["scopes:\n  - name: a\n  description: b", /^line 3, column \d+: /],
    ["a: 1\na: 2", /^line 2, column 1: Map keys must be unique/],
    ["[{name: a, description: b}", /^line 1, column \d+: /],
  ])("refuses %j", async (text, message) => {
    expect((await problemsOf(text)).join("\n")).toMatch(message);
  });

  it("says so when there is no file", async () => {
    const path = join(folder, "missing.yaml");
    await expect(readScopeFile(path)).rejects.toThrow(
      `Scope file ${path} cannot be used\nIt cannot be read (ENOENT): it must be there and readable`,
    );
  });
});
