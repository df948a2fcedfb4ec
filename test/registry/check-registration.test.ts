import type { Violation } from "@scope-registry/client/judging";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkRegistration } from "../../src/registry/check-registration.ts";
import type { Registration, ScopeDefinition } from "../../src/registry/registration.ts";
import { RegistryError } from "../../src/registry/registry-error.ts";
import { anyRegistration, define, registrationOf } from "./sample-registrations.ts";

function violationsOf(registration: Registration): readonly Violation[] {
  try {
    checkRegistration(registration);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(RegistryError);
    expect(error).toMatchObject({ reason: "INVALID_REQUEST" });
    return (error as RegistryError).violations;
  }
}

function fieldsOf(changes: Partial<ScopeDefinition>): readonly string[] {
  return violationsOf(registrationOf([define("a", changes)])).map(({ field }) => field);
}

const ok = { title: "Read", description: "" };

describe("checking a registration", () => {
  it.each([
    { what: "an empty name", changes: { name: "" }, field: "name" },
    { what: "a name with a space", changes: { name: "a b" }, field: "name" },
    { what: "a name with a quotation mark", changes: { name: 'a"b' }, field: "name" },
    { what: "a name with a backslash", changes: { name: "a\\b" }, field: "name" },
    { what: "a name with a control character", changes: { name: "a\u0007" }, field: "name" },
    { what: "a name beyond ASCII", changes: { name: "caf\u00e9" }, field: "name" },
    { what: "a name of 256 characters", changes: { name: "n".repeat(256) }, field: "name" },
    { what: "no description", changes: { description: "" }, field: "description" },
    { what: "a blank description", changes: { description: " \n\u00a0" }, field: "description" },
    { what: "a description of 1,001 characters", changes: { description: "d".repeat(1_001) }, field: "description" },
    { what: "a description with a tab", changes: { description: "a\tb" }, field: "description" },
    { what: "a description with a C1 control", changes: { description: "a\u0085b" }, field: "description" },
    { what: "a description that turns its direction", changes: { description: "a\u202eb" }, field: "description" },
    { what: "a description that isolates a direction", changes: { description: "a\u2067b" }, field: "description" },
    { what: "a replacement that is no name", changes: { replacedBy: "a b" }, field: "replaced_by" },
    { what: "a replacement by itself", changes: { replacedBy: "a" }, field: "replaced_by" },
    { what: "a sunset before 1970", changes: { sunsetTime: -1 }, field: "sunset_time" },
    { what: "a sunset after 9999", changes: { sunsetTime: Date.UTC(10_000, 0) }, field: "sunset_time" },
    { what: "a sunset that is no time", changes: { sunsetTime: Number.NaN }, field: "sunset_time" },
    { what: "a relative resource", changes: { resources: ["/v1"] }, field: "resources[0]" },
    { what: "an empty resource", changes: { resources: [""] }, field: "resources[0]" },
    { what: "a resource with a fragment", changes: { resources: ["https://a.example/#x"] }, field: "resources[0]" },
    { what: "a resource with a space", changes: { resources: ["https://a.example/ b"] }, field: "resources[0]" },
    { what: "a resource beyond ASCII", changes: { resources: ["https://\u00e9.example/"] }, field: "resources[0]" },
    { what: "a resource with half an escape", changes: { resources: ["https://a.example/%4"] }, field: "resources[0]" },
    { what: "a resource without a host", changes: { resources: ["https://"] }, field: "resources[0]" },
    {
      what: "a resource of 2,049 characters",
      changes: { resources: ["urn:a", `urn:${"x".repeat(2_045)}`] },
      field: "resources[1]",
    },
    {
      what: "21 resources",
      changes: { resources: Array.from({ length: 21 }, (_, at) => `urn:x${at}`) },
      field: "resources",
    },
    { what: "a key that is no language tag", changes: { consentTexts: { english: ok } }, field: "consent_texts" },
    {
      what: "a language given twice",
      changes: { consentTexts: { "en-us": ok, "en-US": ok } },
      field: 'consent_texts["en-US"]',
    },
    {
      what: "a consent text without a title",
      changes: { consentTexts: { en: { title: "", description: "Text" } } },
      field: 'consent_texts["en"].title',
    },
    {
      what: "a title of two lines",
      changes: { consentTexts: { en: { title: "a\nb", description: "" } } },
      field: 'consent_texts["en"].title',
    },
    {
      what: "a title of 201 characters",
      changes: { consentTexts: { en: { title: "t".repeat(201), description: "" } } },
      field: 'consent_texts["en"].title',
    },
    {
      what: "a consent text's description of 1,001 characters",
      changes: { consentTexts: { en: { title: "t", description: "d".repeat(1_001) } } },
      field: 'consent_texts["en"].description',
    },
    {
      what: "65 languages",
      changes: { consentTexts: Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`en-x-l${at}`, ok])) },
      field: "consent_texts",
    },
  ])("refuses $what", ({ changes, field }) => {
    expect(fieldsOf(changes)).toEqual([`scopes[0].${field}`]);
  });

  it.each([
    { what: "a name of 255 characters", changes: { name: "n".repeat(255) } },
    { what: "a description of two lines", changes: { description: "One\nTwo" } },
    { what: "a description of 1,000 characters beyond the BMP", changes: { description: "\u{1f511}".repeat(1_000) } },
    { what: "a replacement that is cleared", changes: { replacedBy: "" } },
    { what: "a sunset at the first time there is", changes: { sunsetTime: 0 } },
    { what: "a sunset at the last", changes: { sunsetTime: Date.UTC(10_000, 0) - 1 } },
    { what: "a resource of 2,048 characters", changes: { resources: [`urn:${"x".repeat(2_044)}`] } },
    { what: "a resource with an IPv6 host", changes: { resources: ["https://[2001:db8::1]:8443/a?b=%C3%A9"] } },
    { what: "a consent text without a description", changes: { consentTexts: { en: ok } } },
    {
      what: "64 languages",
      changes: { consentTexts: Object.fromEntries(Array.from({ length: 64 }, (_, at) => [`en-x-l${at}`, ok])) },
    },
  ])("takes $what", ({ changes }) => {
    expect(fieldsOf(changes)).toEqual([]);
  });

  it.each([
    { what: "an unknown mode", registration: registrationOf(["a"], { mode: "UNRECOGNIZED" }), field: "mode" },
    { what: "MERGE without a scope", registration: registrationOf([]), field: "scopes" },
    { what: "a release above 2^53 - 1", registration: registrationOf(["a"], { release: 2 ** 53 }), field: "release" },
    {
      what: "an expected revision above 2^53 - 1",
      registration: registrationOf(["a"], { expectedRevision: 2 ** 53 }),
      field: "expected_revision",
    },
    {
      what: "a display name of 201 characters",
      registration: registrationOf(["a"], { displayName: "x".repeat(201) }),
      field: "display_name",
    },
    {
      what: "a display name of two lines",
      registration: registrationOf(["a"], { displayName: "a\nb" }),
      field: "display_name",
    },
  ])("refuses $what", ({ registration, field }) => {
    expect(violationsOf(registration).map((violation) => violation.field)).toEqual([field]);
  });

  it("takes REPLACE without a scope, which disables all", () => {
    expect(violationsOf(registrationOf([], { mode: "REPLACE" }))).toEqual([]);
  });

  it("takes 5,000 scopes, and of 5,001 looks at none", () => {
    const names = Array.from({ length: 5_001 }, (_, at) => `scope${at}`);
    expect(violationsOf(registrationOf(names.slice(1)))).toEqual([]);
    expect(violationsOf(registrationOf(["b a d", ...names]))).toEqual([
      { field: "scopes", description: "5002 scopes are too many: register at most 5000 at once" },
    ]);
  });

  it("takes 20,000 consent texts together, and of 20,001 looks at none", () => {
    const tags = Array.from({ length: 50 }, (_, at) => `en-x-t${at}`);
    const consentTexts = Object.fromEntries(tags.map((tag) => [tag, ok]));
    const scopes = Array.from({ length: 400 }, (_, at) => define(`s${at}`, { consentTexts }));
    expect(violationsOf(registrationOf(scopes))).toEqual([]);
    const bad = define("a b", { consentTexts: { en: ok } });
    expect(violationsOf(registrationOf([...scopes, bad]))).toEqual([
      { field: "scopes", description: "20001 consent texts are too many: register at most 20000 at once" },
    ]);
  });

  it("points at the first place of a name that stands twice", () => {
    expect(violationsOf(registrationOf(["a", "b", "a"]))).toEqual([
      { field: "scopes[2].name", description: "Name stands at scopes[0] too: give each once" },
    ]);
  });

  it("reports every violation, not the first", () => {
    const bad = {
      resources: ["no uri", "urn:fine", "#"],
      consentTexts: { english: ok, de: { title: "", description: "d".repeat(1_001) } },
      sunsetTime: -1,
    };
    const registration = registrationOf(
      [define("a b", { ...bad, description: "" }), "c", define("", { replacedBy: " " })],
      {
        release: 2 ** 60,
        displayName: "\u0000",
      },
    );
    expect(violationsOf(registration).map(({ field }) => field)).toEqual([
      "release",
      "display_name",
      "scopes[0].name",
      "scopes[0].description",
      "scopes[0].sunset_time",
      "scopes[0].resources[0]",
      "scopes[0].resources[2]",
      "scopes[0].consent_texts",
      'scopes[0].consent_texts["de"].title',
      'scopes[0].consent_texts["de"].description',
      "scopes[2].name",
      "scopes[2].replaced_by",
    ]);
  });

  it("brings resources and language tags into canonical form", () => {
    const { scopes } = checkRegistration(
      registrationOf([
        define("a", { resources: ["urn:b", "urn:a", "urn:B", "urn:a"], consentTexts: { "en-us": ok, DE: ok } }),
      ]),
    );
    expect(scopes[0]?.resources).toEqual(["urn:B", "urn:a", "urn:b"]);
    expect(Object.keys(scopes[0]?.consentTexts ?? {})).toEqual(["de", "en-US"]);
  });

  it("changes nothing of what is in canonical form already", () => {
    fc.assert(
      fc.property(anyRegistration, (registration) => {
        const checked = checkRegistration(registration);
        expect(checkRegistration(checked)).toEqual(checked);
        expect(checked).toEqual(registration);
      }),
    );
  });

  it("says the same of the texts of a stranger, whatever they hold, and repeats none in a path", () => {
    const text = fc.string({ unit: "binary", maxLength: 20 });
    const definition = fc
      .record({ name: text, description: text, replacedBy: text, resource: text, tag: text, title: text })
      .map(({ resource, tag, title, ...texts }) =>
        define("", { ...texts, resources: [resource], consentTexts: { [tag]: { title, description: title } } }),
      );
    fc.assert(
      fc.property(definition, (stranger) => {
        for (const { field, description } of violationsOf(registrationOf([stranger]))) {
          expect(field).toMatch(/^scopes\[0\]\.[a-z_]+(\[0\]|\["[A-Za-z0-9-]+"\](\.[a-z]+)?|\.[a-z]+)?$/);
          expect(description).toMatch(/^[A-Z][ -~]+$/);
        }
      }),
    );
  });
});
