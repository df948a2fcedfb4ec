import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  RegistrationMode,
  type ValidateScopesResponse,
  ValidationMode,
  ValidationView,
  VerdictStatus,
  VerdictStatusSchema,
} from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enumName } from "../support/enum-name.ts";
import { refusalOf } from "../support/refusal.ts";
import { type Clients, startTestServer, type TestServer, WAYS } from "../support/test-server.ts";

const INVOICES = "https://billing.example.com/invoices";
const REPORTS = "https://billing.example.com/reports";
const DOCS = "https://docs.example.com/";
const NOBODYS = "https://nobody.example.com/";
/** The characters of `error_description` (RFC 6749 §5.2). */
const DESCRIPTION = /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/;
const { NARROW, ALL_OR_NOTHING } = ValidationMode;
const { CONSENT, BASIC } = ValidationView;

function statuses({ verdicts }: ValidateScopesResponse): Record<string, string> {
  return Object.fromEntries(verdicts.map(({ name, status }) => [name, enumName(VerdictStatusSchema, status)]));
}

describe.each(WAYS)("ValidateScopes by $name", ({ protocol, store }) => {
  let server: TestServer;
  let judge: Clients["registry"];
  beforeAll(async () => {
    server = await startTestServer({ store });
    judge = (await server.as({ client: "auth-server", scopes: ["validate"] }, protocol)).registry;
    const billing = await server.as({ client: "billing-api", scopes: ["register", "registerDefault"] });
    const docs = await server.as({ client: "docs-api", scopes: ["register", "registerDefault"] });
    const text = (title: string) => ({ title, description: `${title}.` });
    const kept = [
      {
        name: "invoices:read",
        description: "Read invoices",
        resources: [INVOICES],
        consentTexts: {
          de: text("Lesen"),
          "de-CH": text("Läse"),
          "pt-BR": text("Ler"),
          en: text("Read"),
          fr: text("Lire"),
        },
      },
      { name: "invoices:write", description: "Write invoices", resources: [INVOICES, REPORTS] },
      {
        name: "reports:old",
        description: "Old reports",
        resources: [REPORTS],
        deprecated: true,
        replacedBy: "reports:read",
        sunsetTime: timestampFromDate(new Date("2030-01-02T03:04:05Z")),
      },
      { name: "invoices:secret", description: "Restricted", restricted: true, resources: [REPORTS] },
      { name: "texts:none", description: "Without texts" },
      {
        name: "texts:sl",
        description: "Only Slovene and Danish",
        consentTexts: { sl: text("Branje"), da: text("Læs") },
      },
      { name: "default:tied", description: "Default of invoices", resources: [INVOICES], isDefault: true },
      { name: "default:old", description: "Deprecated default", isDefault: true, deprecated: true },
      { name: "default:secret", description: "Restricted default", isDefault: true, restricted: true },
    ];
    const gone = { name: "invoices:gone", description: "Gone", replacedBy: "invoices:read" };
    await billing.registry.registerScopes({ scopes: [...kept, gone] });
    await billing.registry.registerScopes({ scopes: kept, mode: RegistrationMode.REPLACE });
    await docs.registry.registerScopes({
      scopes: [
        { name: "docs:read", description: "Read docs", isDefault: true },
        { name: "docs:write", description: "Write docs", resources: [DOCS] },
      ],
    });
  });
  afterAll(() => server.stop());

  it("grants what may be granted, in the order requested", async () => {
    const answer = await judge.validateScopes({ scopes: ["docs:read", "invoices:read"], clientId: "shop" });
    expect(answer).toMatchObject({
      valid: true,
      grantedScopes: ["docs:read", "invoices:read"],
      audiences: [INVOICES],
      defaultsApplied: false,
      error: "",
      errorDescription: "",
    });
    expect(answer.revision).toBeGreaterThan(0n);
    expect(answer.verdicts[0]).toMatchObject({ name: "docs:read", message: "", replacedBy: "", consentLocale: "" });
    expect(answer.verdicts[0]?.scope).toMatchObject({ name: "docs:read", owner: "docs-api" });
  });

  it("gives each status its verdict", async () => {
    const answer = await judge.validateScopes({
      scopes: [
        "docs:read",
        "reports:old",
        "nobody:knows",
        'quo"te',
        "invoices:gone",
        "invoices:secret",
        "docs:write",
        "INVOICES:READ",
      ],
      resources: [REPORTS],
    });
    expect(statuses(answer)).toEqual({
      "docs:read": "GRANTED",
      "reports:old": "DEPRECATED",
      "nobody:knows": "UNKNOWN",
      'quo"te': "MALFORMED",
      "invoices:gone": "DISABLED",
      "invoices:secret": "NOT_ALLOWED",
      "docs:write": "WRONG_RESOURCE",
      "INVOICES:READ": "UNKNOWN",
    });
    expect(answer).toMatchObject({ valid: false, grantedScopes: [], audiences: [], error: "invalid_scope" });
    expect(answer.errorDescription).toMatch(DESCRIPTION);
    for (const { message, status } of answer.verdicts) {
      if (status !== 1) expect(message).toMatch(DESCRIPTION);
    }
    const [, deprecated, unknown, , gone] = answer.verdicts;
    expect(deprecated).toMatchObject({ replacedBy: "reports:read" });
    expect(deprecated?.message).toContain("reports:read");
    expect(deprecated?.message).toContain("2030-01-02T03:04:05");
    expect(gone).toMatchObject({ replacedBy: "invoices:read" });
    expect(unknown?.scope).toBeUndefined();
  });

  it("names in error_description what was refused and not what was granted", async () => {
    const { errorDescription } = await judge.validateScopes({ scopes: ["docs:read", "nobody:knows"] });
    expect(errorDescription).toContain("nobody:knows");
    expect(errorDescription).not.toContain("docs:read");
  });

  it.each([
    ["quotation marks and backslashes", 'a"b\\c'],
    ["controls", "a\u0000\r\n\tb\u007f"],
    ["letters outside ASCII", "läsen‮😀"],
    ["256 characters", "x".repeat(256)],
    ["a hundred thousand characters", "x".repeat(100_000)],
  ])("judges a name with %s as malformed, in a description without them", async (_what, name) => {
    const answer = await judge.validateScopes({ scopes: [name] });
    expect(answer.verdicts.map(({ status }) => enumName(VerdictStatusSchema, status))).toEqual(["MALFORMED"]);
    expect(answer.verdicts[0]?.name).toBe(name.slice(0, 255));
    expect(answer.error).toBe("invalid_scope");
    expect(answer.errorDescription).toMatch(DESCRIPTION);
    expect(answer.errorDescription.length).toBeLessThan(1_000);
  });

  it("keeps error_description bounded when a thousand names are refused", async () => {
    const scopes = Array.from({ length: 1_000 }, (_, at) => `nobody:${at}`);
    const answer = await judge.validateScopes({ scopes });
    expect(answer.verdicts).toHaveLength(1_000);
    expect(answer.errorDescription).toMatch(DESCRIPTION);
    expect(answer.errorDescription.length).toBeLessThan(2_000);
    expect(answer.errorDescription).toContain("990 more");
  });

  it("refuses all for one refused scope, unless it may narrow", async () => {
    const scopes = ["docs:read", "nobody:knows", "reports:old", "invoices:gone"];
    for (const mode of [ValidationMode.UNSPECIFIED, ALL_OR_NOTHING]) {
      const answer = await judge.validateScopes({ scopes, mode });
      expect(answer).toMatchObject({ valid: false, grantedScopes: [], audiences: [], error: "invalid_scope" });
      expect(answer.verdicts).toHaveLength(4);
    }
    const narrowed = await judge.validateScopes({ scopes, mode: NARROW });
    expect(narrowed).toMatchObject({
      valid: true,
      grantedScopes: ["docs:read", "reports:old"],
      audiences: [REPORTS],
      error: "",
      errorDescription: "",
    });
    expect(narrowed.verdicts).toHaveLength(4);
    const nothing = await judge.validateScopes({ scopes: ["nobody:knows"], mode: NARROW });
    expect(nothing).toMatchObject({ valid: false, error: "invalid_scope" });
  });

  it("reads names from the scope parameter as from the list", async () => {
    const listed = await judge.validateScopes({ scopes: ["docs:read", "nobody:knows", "reports:old"] });
    expect(await judge.validateScopes({ scope: "docs:read nobody:knows reports:old" })).toEqual(listed);
    expect(await judge.validateScopes({ scope: "  docs:read  nobody:knows reports:old " })).toEqual(listed);
    const tabbed = await judge.validateScopes({ scope: "docs:read\treports:old" });
    expect(statuses(tabbed)).toEqual({ "docs:read\treports:old": "MALFORMED" });
  });

  it("judges a repeated name once", async () => {
    const answer = await judge.validateScopes({ scope: "docs:read reports:old docs:read docs:read" });
    expect(answer.grantedScopes).toEqual(["docs:read", "reports:old"]);
    expect(answer.verdicts).toHaveLength(2);
  });

  it("shortens a malformed name by whole characters", async () => {
    const { verdicts } = await judge.validateScopes({ scopes: [`${"x".repeat(254)}\u{1f600}`] });
    expect(verdicts).toMatchObject([{ status: VerdictStatus.MALFORMED }]);
    expect(verdicts[0]?.name).toMatch(/^x{254}(\ufffd)*$/);
  });

  it("applies the defaults that are tied to none when nothing is requested", async () => {
    for (const request of [{}, { resources: [DOCS] }]) {
      const answer = await judge.validateScopes(request);
      expect(answer).toMatchObject({
        valid: true,
        defaultsApplied: true,
        grantedScopes: ["default:old", "docs:read"],
        audiences: [],
      });
      expect(statuses(answer)).toEqual({ "default:old": "DEPRECATED", "docs:read": "GRANTED" });
    }
  });

  it("judges a scope parameter of spaces alone as malformed, and applies no defaults", async () => {
    const answer = await judge.validateScopes({ scope: "   " });
    expect(answer).toMatchObject({ valid: false, defaultsApplied: false, error: "invalid_scope" });
    expect(statuses(answer)).toEqual({ "   ": "MALFORMED" });
  });

  it("applies the defaults of a requested resource in place of them", async () => {
    expect(await judge.validateScopes({ resources: [INVOICES] })).toMatchObject({
      valid: true,
      defaultsApplied: true,
      grantedScopes: ["default:tied"],
      audiences: [INVOICES],
    });
  });

  it("answers as audiences the resources of what is granted, and of them those requested", async () => {
    const scopes = ["invoices:write", "docs:write", "docs:read"];
    expect((await judge.validateScopes({ scopes })).audiences).toEqual([INVOICES, REPORTS, DOCS]);
    const some = await judge.validateScopes({ scopes: ["invoices:write", "docs:read"], resources: [REPORTS, NOBODYS] });
    expect(some).toMatchObject({ valid: true, audiences: [REPORTS] });
    expect((await judge.validateScopes({ scopes: ["docs:read"], resources: [REPORTS] })).audiences).toEqual([]);
  });

  it("answers invalid_target only when nobody has the requested resources and nothing else is wrong", async () => {
    const answer = await judge.validateScopes({ scopes: ["invoices:read"], resources: [NOBODYS] });
    expect(answer).toMatchObject({ valid: false, error: "invalid_target" });
    expect(answer.errorDescription).toMatch(DESCRIPTION);
    for (const request of [
      { scopes: ["invoices:read"], resources: [DOCS] },
      { scopes: ["invoices:read", "nobody:knows"], resources: [NOBODYS] },
    ]) {
      expect((await judge.validateScopes(request)).error).toBe("invalid_scope");
    }
  });

  it("grants no restricted scope, the registry's own among them, to any client", async () => {
    for (const clientId of ["", "shop", "billing-api"]) {
      const answer = await judge.validateScopes({ scopes: ["invoices:secret", "scope_registry.admin"], clientId });
      expect(statuses(answer)).toEqual({ "invoices:secret": "NOT_ALLOWED", "scope_registry.admin": "NOT_ALLOWED" });
      expect(answer.valid).toBe(false);
    }
  });

  it.each<[string, string[], string, string]>([
    ["the tag itself", ["de-CH"], "de-CH", "Läse"],
    ["a tag that is written otherwise", ["DE-ch"], "de-CH", "Läse"],
    ["what is left of a longer tag", ["de-AT"], "de", "Lesen"],
    ["what is left of a much longer one", ["de-Latn-CH-1996-x-law"], "de", "Lesen"],
    ["a text in the same language", ["pt-PT"], "pt-BR", "Ler"],
    ["the second language where there is no first", ["ja", "fr"], "fr", "Lire"],
    ["the first language before the second, less exact as it is", ["pt", "fr"], "pt-BR", "Ler"],
    ["English where nothing fits", ["ja", "ko"], "en", "Read"],
    ["English where nothing is asked for", [], "en", "Read"],
  ])("shows the consent text in %s", async (_what, locales, locale, title) => {
    const { verdicts } = await judge.validateScopes({ scopes: ["invoices:read"], view: CONSENT, locales });
    expect(verdicts[0]).toMatchObject({
      consentLocale: locale,
      consentText: { title, description: `${title}.` },
    });
    expect(verdicts[0]?.scope?.consentTexts).toEqual({});
  });

  it("shows the first tag where there is no English, and name and description where there are no texts", async () => {
    const { verdicts } = await judge.validateScopes({
      scopes: ["texts:sl", "texts:none", "nobody:knows"],
      view: CONSENT,
      locales: ["ja"],
    });
    expect(verdicts[0]).toMatchObject({ consentLocale: "da", consentText: { title: "Læs" } });
    expect(verdicts[1]).toMatchObject({
      consentLocale: "",
      consentText: { title: "texts:none", description: "Without texts" },
    });
    expect(verdicts[2]?.consentText).toBeUndefined();
  });

  it("shows no consent text unless it is asked for", async () => {
    for (const view of [ValidationView.UNSPECIFIED, BASIC]) {
      const { verdicts } = await judge.validateScopes({ scopes: ["invoices:read"], view, locales: ["de"] });
      expect(verdicts[0]?.consentText).toBeUndefined();
      expect(verdicts[0]?.consentLocale).toBe("");
    }
  });

  it("sees at once what was registered at the revision that is asked for", async () => {
    const owner = await server.as({ client: "late-api", scopes: ["register"] }, protocol);
    const { revision } = await owner.registry.registerScopes({ scopes: [{ name: "late:read", description: "Late" }] });
    const answer = await judge.validateScopes({ scopes: ["late:read"], minRevision: revision });
    expect(answer.valid).toBe(true);
    expect(answer.revision).toBeGreaterThanOrEqual(revision);
    const future = await refusalOf(judge.validateScopes({ scopes: ["late:read"], minRevision: revision + 100n }));
    expect(future).toMatchObject({ code: "OUT_OF_RANGE", reason: "REVISION_UNKNOWN" });
  });

  it("answers every broken rule of a request", async () => {
    const refusal = await refusalOf(
      judge.validateScopes({
        scopes: ["docs:read"],
        scope: "docs:read",
        clientId: "c".repeat(513),
        resources: [DOCS, "/relative", `${DOCS}#part`],
        locales: ["en", "english", ""],
      }),
    );
    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST" });
    expect([...refusal.fields].sort()).toEqual([
      "client_id",
      "locales[1]",
      "locales[2]",
      "resources[1]",
      "resources[2]",
      "scope",
    ]);
    const many = await refusalOf(
      judge.validateScopes({
        scopes: Array(1_001).fill("docs:read"),
        resources: Array(21).fill(DOCS),
        locales: Array(21).fill("en"),
      }),
    );
    expect([...many.fields].sort()).toEqual(["locales", "resources", "scopes"]);
  });
});
