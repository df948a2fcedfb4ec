import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalLanguageTag } from "../../src/judging/index.ts";

describe("the canonical form of a language tag", () => {
  it.each([
    ["EN-us", "en-US"],
    ["DE-ch-1996", "de-CH-1996"],
    ["zh-hant-tw", "zh-Hant-TW"],
    ["SR-LATN-rs", "sr-Latn-RS"],
    ["es-419", "es-419"],
    ["yue", "yue"],
    ["iw", "he"],
    ["de-1996-x-Bonn", "de-1996-x-bonn"],
  ])("of %s is %s", (tag, canonical) => {
    expect(canonicalLanguageTag(tag)).toBe(canonical);
  });

  it.each([
    "",
    "e",
    "english",
    "deutsch",
    "toString",
    "constructor",
    "__proto__",
    "en_US",
    "en-",
    "-en",
    "en--US",
    "en US",
    " en",
    "en-\n",
    "qq",
    "é",
    "en-US-US-x",
    "*",
    `en-x-${"a".repeat(61)}`,
    `en${"-abcde".repeat(11)}`,
  ])("is not given for %j", (tag) => {
    expect(canonicalLanguageTag(tag)).toBeUndefined();
  });

  it("is at most 64 characters long before it is one", () => {
    const tag = `en-x${"-abcd".repeat(12)}`;
    expect(tag).toHaveLength(64);
    expect(canonicalLanguageTag(tag)).toBe(tag);
    expect(canonicalLanguageTag(`${tag}e`)).toBeUndefined();
  });

  it("is its own canonical form, and does not depend on case", () => {
    const tags = fc.constantFrom("en", "de-CH", "zh-Hant-TW", "sr-Latn", "iw", "sl-rozaj", "en-x-private", "pt-BR");
    const upper = fc.tuple(tags, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }));
    fc.assert(
      fc.property(upper, ([tag, shape]) => {
        const written = [...tag]
          .map((letter, at) => (shape[at] ? letter.toUpperCase() : letter.toLowerCase()))
          .join("");
        const canonical = canonicalLanguageTag(written);
        expect(canonical).toBe(canonicalLanguageTag(tag));
        expect(canonicalLanguageTag(canonical ?? "")).toBe(canonical);
      }),
    );
  });

  it("is answered for any text without an error", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void canonicalLanguageTag(text)));
  });
});
