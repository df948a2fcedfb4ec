import { type RegistrationMode, type ScopeState, ValidationMode, ValidationView } from "@scope-registry/client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CONNECT_JSON, PROTOCOLS } from "../support/protocols.ts";
import { refusalOf } from "../support/refusal.ts";
import { type Clients, startTestServer, type TestServer } from "../support/test-server.ts";

const INVALID = { code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST" };
const TOO_LARGE = { code: "RESOURCE_EXHAUSTED", reason: "MESSAGE_TOO_LARGE", metadata: { limit: "4194304" } };
const TIMES_OUT_OF_RANGE: readonly [string, { seconds: bigint; nanos: number }][] = [
  ["after the year 9999", { seconds: 253_402_300_800n, nanos: 0 }],
  ["at the end of 64 bits", { seconds: 2n ** 63n - 1n, nanos: 0 }],
  ["with a negative part of a second", { seconds: 1n, nanos: -1 }],
  ["with more than a second of nanoseconds", { seconds: 1n, nanos: 1_000_000_000 }],
];
const text = (title: string, description = "") => ({ title, description });

describe.each(PROTOCOLS)("bad input by $name", (protocol) => {
  let server: TestServer;
  let owner: Clients["registry"];
  let reader: Clients["registry"];
  let before: unknown;
  beforeAll(async () => {
    server = await startTestServer();
    owner = (await server.as({ client: "billing-api", scopes: ["register"] }, protocol)).registry;
    reader = (await server.as({ client: "auth-server", scopes: ["read", "validate"] }, protocol)).registry;
  });
  afterAll(() => server.stop());

  // Each of these tests is refused: the server is healthy, and as it was, after each.
  beforeEach(async () => {
    before = await reader.listScopes({});
  });
  afterEach(async () => {
    expect(await reader.listScopes({})).toEqual(before);
  });

  /** Registers one scope that differs from a good one, expects it to be refused, and answers the fields that are to blame. */
  async function blamed(definition: object): Promise<readonly string[]> {
    const scopes = [
      { name: "fine:read", description: "Fine" },
      { name: "bad:read", description: "Bad", ...definition },
    ];
    const refusal = await refusalOf(owner.registerScopes({ scopes }));
    expect(refusal).toMatchObject(INVALID);
    return refusal.fields;
  }

  it.each([
    ["empty", ""],
    ["a space", "a b"],
    ["only a space", " "],
    ["a space at its end", "read "],
    ["a quotation mark", 'a"b'],
    ["a backslash", "a\\b"],
    ["a null", "a\u0000b"],
    ["a line feed", "read\n"],
    ["a tab", "a\tb"],
    ["DEL", "a\u007f"],
    ["a C1 control", "a\u0085b"],
    ["a letter outside ASCII", "läsen"],
    ["a Cyrillic letter that looks like a Latin one", "reаd"],
    ["an emoji", "read😀"],
    ["a zero-width space", "re\u200bad"],
    ["256 characters", "x".repeat(256)],
    ["a hundred thousand characters", "x".repeat(100_000)],
  ])("refuses a name that is or has %s", async (_what, name) => {
    expect(await blamed({ name })).toEqual(["scopes[1].name"]);
  });

  it.each([
    ["missing", "", false],
    ["nothing but white space", " \n\t ", false],
    ["1,001 characters", "x".repeat(1_001), false],
    ["1,001 characters of two code units", "😀".repeat(1_001), false],
    ["a null", "a\u0000", false],
    ["an escape", "a\u001b[31m", false],
    ["DEL", "a\u007f", false],
    ["a C1 control", "a\u009b", false],
    ["a right-to-left override", "a\u202eb", false],
  ])("refuses a description that is or has %s", async (_what, description) => {
    expect(await blamed({ description })).toEqual(["scopes[1].description"]);
  });

  it.each([
    ["blank", "  \n "],
    ["blank and has control characters", "\r\u000b\f\t"],
    ["blank and has two million characters", " ".repeat(2_000_000)],
  ])("refuses an optional text that is %s", async (_what, blank) => {
    expect(await blamed({ consentTexts: { en: text("Read", blank) } })).toEqual([
      'scopes[1].consent_texts["en"].description',
    ]);
    const scopes = [{ name: "fine:read", description: "Fine" }];
    const refusal = await refusalOf(owner.registerScopes({ scopes, displayName: blank }));
    expect(refusal).toMatchObject({ ...INVALID, fields: ["display_name"] });
  });

  it.each([
    "english",
    "e",
    "en_US",
    "en-",
    "-en",
    "en us",
    "xx",
    "",
    "en-US-",
    "__proto__",
    "constructor",
    "a".repeat(65),
  ])("refuses the language tag %j", async (tag) => {
    const consentTexts = Object.fromEntries([[tag, text("Read")]]);
    expect(await blamed({ consentTexts })).toEqual(["scopes[1].consent_texts"]);
  });

  it("refuses a language that is given twice in two forms", async () => {
    const fields = await blamed({ consentTexts: { "en-US": text("Read"), "EN-us": text("Look") } });
    expect(fields).toHaveLength(1);
    expect(fields[0]).toMatch(/^scopes\[1\]\.consent_texts\["en-us"\]$/i);
  });

  it("refuses titles and texts that are too long, missing or have control characters", async () => {
    const consentTexts = {
      de: text(""),
      en: text("x".repeat(201)),
      fr: text("two\nlines"),
      it: text("fine", "x".repeat(1_001)),
      pt: text("fine", "bell\u0007"),
    };
    expect([...(await blamed({ consentTexts }))].sort()).toEqual([
      'scopes[1].consent_texts["de"].title',
      'scopes[1].consent_texts["en"].title',
      'scopes[1].consent_texts["fr"].title',
      'scopes[1].consent_texts["it"].description',
      'scopes[1].consent_texts["pt"].description',
    ]);
  });

  it("refuses 65 languages", async () => {
    const letters = [..."abcdefghijklmnopqrstuvwxyz"];
    const tags = letters.flatMap((a) => ["x", "y", "z"].map((b) => `q${a}${b}`)).slice(0, 65);
    const consentTexts = Object.fromEntries(tags.map((tag) => [tag, text("Read")]));
    expect(await blamed({ consentTexts })).toEqual(["scopes[1].consent_texts"]);
  });

  it.each([
    ["empty", ""],
    ["relative", "/invoices"],
    ["without a scheme", "billing.example.com/invoices"],
    ["without anything behind the scheme", "https:"],
    ["with a fragment", "https://billing.example.com/#invoices"],
    ["with an empty fragment", "https://billing.example.com/#"],
    ["with a space", "https://billing.example.com/in voices"],
    ["with a line feed", "https://billing.example.com/\n"],
    ["with a quotation mark", 'https://billing.example.com/"'],
    ["with a bad escape", "https://billing.example.com/%zz"],
    ["outside ASCII", "https://bücher.example.com/"],
    ["with a bad port", "https://billing.example.com:99999/"],
    ["of 2,049 characters", `https://billing.example.com/${"x".repeat(2_021)}`],
  ])("refuses a resource URI that is %s", async (_what, uri) => {
    expect(await blamed({ resources: ["https://fine.example.com/", uri] })).toEqual(["scopes[1].resources[1]"]);
    const refusal = await refusalOf(reader.validateScopes({ resources: [uri] }));
    expect(refusal).toMatchObject({ ...INVALID, fields: ["resources[0]"] });
  });

  it("refuses 21 resources", async () => {
    const resources = Array.from({ length: 21 }, (_, at) => `https://billing.example.com/${at}`);
    expect(await blamed({ resources })).toEqual(["scopes[1].resources"]);
  });

  it.each([
    ["no scope name", "a b"],
    ["too long", "x".repeat(256)],
    ["the scope itself", "bad:read"],
  ])("refuses a replacement that is %s", async (_what, replacedBy) => {
    expect(await blamed({ replacedBy })).toEqual(["scopes[1].replaced_by"]);
  });

  it.each([
    ["before 1970", { seconds: -1n, nanos: 0 }],
    // The other ones cannot be written in JSON.
    ...(protocol === CONNECT_JSON ? [] : TIMES_OUT_OF_RANGE),
  ])("refuses a sunset time %s", async (_what, sunsetTime) => {
    expect(await blamed({ sunsetTime })).toEqual(["scopes[1].sunset_time"]);
  });

  it("refuses a name that stands in a request twice, and says where", async () => {
    const scopes = ["a", "b", "a", "b"].map((name) => ({ name, description: "Twice" }));
    const refusal = await refusalOf(owner.registerScopes({ scopes }));
    expect(refusal).toMatchObject({ ...INVALID, fields: ["scopes[2].name", "scopes[3].name"] });
    expect(refusal.violations[0]?.description).toContain("scopes[0]");
  });

  it("refuses a registration of nothing", async () => {
    expect(await refusalOf(owner.registerScopes({}))).toMatchObject({ ...INVALID, fields: ["scopes"] });
  });

  it("refuses 5,001 scopes with one violation", async () => {
    const scopes = Array.from({ length: 5_001 }, () => ({ name: "", description: "" }));
    expect(await refusalOf(owner.registerScopes({ scopes }))).toMatchObject({ ...INVALID, fields: ["scopes"] });
  });

  it("lists as many violations as an answer holds, and how many more there are", async () => {
    const scopes = Array.from({ length: 5_000 }, (_, at) => ({ name: `a ${at}`, description: "" }));
    const { violations } = await refusalOf(owner.registerScopes({ scopes }));
    expect(violations.length).toBeGreaterThan(20);
    const last = violations.at(-1);
    expect(last?.field).toBe("");
    expect(last?.description).toContain(String(10_000 - (violations.length - 1)));
  });

  it.each([2n ** 53n, 2n ** 64n - 1n])("refuses the release and the revision %s, above 2^53 - 1", async (number) => {
    const scopes = [{ name: "fine:read", description: "Fine" }];
    const refusal = await refusalOf(owner.registerScopes({ scopes, release: number, expectedRevision: number }));
    expect(refusal).toMatchObject({ ...INVALID, fields: ["release", "expected_revision"] });
  });

  it.each(["x".repeat(201), "two\nlines", "bell\u0007"])("refuses the display name %j", async (displayName) => {
    const scopes = [{ name: "fine:read", description: "Fine" }];
    const refusal = await refusalOf(owner.registerScopes({ scopes, displayName }));
    expect(refusal).toMatchObject({ ...INVALID, fields: ["display_name"] });
  });

  it.each([-1, 99, 2 ** 31 - 1])("refuses the unknown enum value %d in each field", async (value) => {
    const scopes = [{ name: "fine:read", description: "Fine" }];
    const mode = await refusalOf(owner.registerScopes({ scopes, mode: value as RegistrationMode }));
    expect(mode).toMatchObject({ ...INVALID, fields: ["mode"] });
    const states = await refusalOf(reader.listScopes({ states: [1, value as ScopeState] }));
    expect(states).toMatchObject({ ...INVALID, fields: ["states[1]"] });
    const validation = await refusalOf(
      reader.validateScopes({ mode: value as ValidationMode, view: value as ValidationView }),
    );
    expect(validation).toMatchObject({ ...INVALID, fields: ["mode", "view"] });
  });

  it.each([-1, -(2 ** 31)])("refuses the page size %d", async (pageSize) => {
    expect(await refusalOf(reader.listScopes({ pageSize }))).toMatchObject({ ...INVALID, fields: ["page_size"] });
  });

  it.each(["english", "en_US", "", "*", "en,de", "__proto__"])("refuses the locale %j", async (locale) => {
    const refusal = await refusalOf(reader.validateScopes({ view: ValidationView.CONSENT, locales: ["en", locale] }));
    expect(refusal).toMatchObject({ ...INVALID, fields: ["locales[1]"] });
  });

  it.each([
    ["a little above 4 MiB", 4 * 1024 * 1024 + 1],
    ["far above it", 12 * 1024 * 1024],
  ])("refuses a message %s, by its size", async (_what, size) => {
    const refusal = await refusalOf(reader.validateScopes({ scopes: ["x".repeat(size)], mode: ValidationMode.NARROW }));
    expect(refusal).toMatchObject(TOO_LARGE);
  });
});

describe.each(PROTOCOLS)("input at its limits by $name", (protocol) => {
  let server: TestServer;
  let owner: Clients["registry"];
  let reader: Clients["registry"];
  beforeAll(async () => {
    server = await startTestServer();
    owner = (await server.as({ client: "billing-api", scopes: ["register"] }, protocol)).registry;
    reader = (await server.as({ client: "auth-server", scopes: ["read", "validate"] }, protocol)).registry;
  });
  afterAll(() => server.stop());

  it("takes every character of a scope name, and 255 of them", async () => {
    // Braces make templates, which have rules of their own.
    const characters = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at)).filter(
      (character) => !['"', "\\", "{", "}"].includes(character),
    );
    const names = [characters.join(""), "x".repeat(255), ...characters, "__proto__", "constructor"];
    await owner.registerScopes({ scopes: names.map((name) => ({ name, description: "At the limit" })) });
    const answer = await reader.validateScopes({ scopes: names });
    expect(answer.valid).toBe(true);
    expect(answer.grantedScopes).toEqual(names);
  });

  it("takes texts of all lengths that are allowed, in any script, with lines", async () => {
    const descriptions = ["x".repeat(1_000), "😀".repeat(1_000), "one\ntwo", "čšž 日本語 עברית", "ä"];
    const scopes = descriptions.map((description, at) => ({ name: `text:${at}`, description }));
    await owner.registerScopes({ scopes, displayName: "x".repeat(200) });
    const listed = await reader.listScopes({ namePrefix: "text:" });
    expect(listed.scopes.map(({ description }) => description)).toEqual(descriptions);
  });

  it("takes 64 languages and 20 resources of 2,048 characters", async () => {
    const letters = [..."abcdefghijklmnopqrstuvwxyz"];
    const tags = letters.flatMap((a) => ["x", "y", "z"].map((b) => `q${a}${b}`)).slice(0, 64);
    const consentTexts = Object.fromEntries(tags.map((tag) => [tag, text("t".repeat(200), "d".repeat(1_000))]));
    const resources = Array.from({ length: 20 }, (_, at) => `https://x.example.com/${10 + at}`.padEnd(2_048, "r"));
    await owner.registerScopes({ scopes: [{ name: "full", description: "Full", consentTexts, resources }] });
    const [full] = (await reader.listScopes({ names: ["full"] })).scopes;
    expect(Object.keys(full?.consentTexts ?? {})).toHaveLength(64);
    expect(full?.resources).toEqual(resources);
  });

  it("takes 5,000 scopes at once, and answers their outcomes although the scopes would not fit", async () => {
    const scopes = Array.from({ length: 5_000 }, (_, at) => ({ name: `bulk:${at}`, description: "b".repeat(700) }));
    const created = await owner.registerScopes({ scopes });
    expect(created.results).toHaveLength(5_000);
    expect(created.results.every(({ outcome, scope }) => outcome === 1 && scope === undefined)).toBe(true);
    const again = await owner.registerScopes({ scopes });
    expect(again.revision).toBe(created.revision);
    expect((await reader.listScopes({ namePrefix: "bulk:", pageSize: 1 })).totalSize).toBe(5_000);
  });
});
