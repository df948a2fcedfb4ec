import type { Validation } from "@scope-registry/client/judging";
import { describe, expect, it } from "vitest";
import { checkValidation } from "../../src/registry/check-validation.ts";
import type { RegistryError } from "../../src/registry/registry-error.ts";

function ask(changes: Partial<Validation> = {}): Validation {
  return {
    scopes: [],
    scope: "",
    clientId: "",
    resources: [],
    mode: "ALL_OR_NOTHING",
    view: "BASIC",
    locales: [],
    ...changes,
  };
}

function fieldsOf(changes: Partial<Validation>): readonly string[] {
  try {
    checkValidation(ask(changes));
    return [];
  } catch (error) {
    expect(error).toMatchObject({ reason: "INVALID_REQUEST" });
    return (error as RegistryError).violations.map(({ field }) => field);
  }
}

const many = (length: number, text = "x") => Array.from({ length }, () => text);

describe("checking a request to validate scopes", () => {
  it("reads the names from scopes, or from the scope parameter", () => {
    expect(checkValidation(ask({ scopes: ["a", "b c"] })).scopes).toEqual(["a", "b c"]);
    expect(checkValidation(ask({ scope: " b  a " })).scopes).toEqual(["b", "a"]);
  });

  it("leaves a bad name to be judged", () => {
    expect(fieldsOf({ scopes: ["", '"'] })).toEqual([]);
  });

  it("wants consent texts only with view CONSENT, and brings the languages into canonical form", () => {
    expect(checkValidation(ask({ locales: ["DE-ch"] })).consentLocales).toBeUndefined();
    expect(checkValidation(ask({ view: "CONSENT", locales: ["DE-ch"] })).consentLocales).toEqual(["de-CH"]);
    expect(checkValidation(ask({ view: "CONSENT" })).consentLocales).toEqual([]);
  });

  it.each([
    { what: "both ways of naming", changes: { scopes: ["a"], scope: "a" }, fields: ["scope"] },
    { what: "1,001 names", changes: { scopes: many(1_001) }, fields: ["scopes"] },
    { what: "1,001 names in one parameter", changes: { scope: many(1_001).join(" ") }, fields: ["scope"] },
    { what: "a client of 513 characters", changes: { clientId: "c".repeat(513) }, fields: ["client_id"] },
    { what: "21 resources", changes: { resources: many(21, "urn:x") }, fields: ["resources"] },
    { what: "21 languages", changes: { locales: many(21, "de") }, fields: ["locales"] },
    {
      what: "bad resources",
      changes: { resources: ["urn:x", "x", "urn:y#z"] },
      fields: ["resources[1]", "resources[2]"],
    },
    { what: "bad languages", changes: { locales: ["german", "de", ""] }, fields: ["locales[0]", "locales[2]"] },
    {
      what: "an unknown mode and view",
      changes: { mode: "UNRECOGNIZED", view: "UNRECOGNIZED" },
      fields: ["mode", "view"],
    },
  ] as const)("refuses $what", ({ changes, fields }) => {
    expect(fieldsOf(changes)).toEqual(fields);
  });

  it("takes what is at the limits", () => {
    const changes = { scopes: many(1_000), clientId: "c".repeat(512), locales: many(20, "de") };
    expect(fieldsOf({ ...changes, resources: many(20, "urn:x") })).toEqual([]);
  });
});
