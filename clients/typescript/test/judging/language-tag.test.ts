import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalLanguageTag, chooseConsentText } from "../../src/judging/index.ts";
import { plainScope } from "./few-scopes.ts";

/** Every grandfathered tag (RFC 5646 §2.2.8), and what stands for it. */
const GRANDFATHERED: readonly (readonly [string, string])[] = [
  ["art-lojban", "jbo"],
  ["cel-gaulish", "xtg"],
  ["en-GB-oed", "en-GB-oxendict"],
  ["i-ami", "ami"],
  ["i-bnn", "bnn"],
  ["i-default", "en-x-i-default"],
  ["i-enochian", "und-x-i-enochian"],
  ["i-hak", "hak"],
  ["i-klingon", "tlh"],
  ["i-lux", "lb"],
  ["i-mingo", "see-x-i-mingo"],
  ["i-navajo", "nv"],
  ["i-pwn", "pwn"],
  ["i-tao", "tao"],
  ["i-tay", "tay"],
  ["i-tsu", "tsu"],
  ["no-bok", "nb"],
  ["no-nyn", "nn"],
  ["sgn-BE-FR", "sfb"],
  ["sgn-BE-NL", "vgt"],
  ["sgn-CH-DE", "sgg"],
  ["zh-guoyu", "zh"],
  ["zh-hakka", "hak"],
  ["zh-min", "nan-x-zh-min"],
  ["zh-min-nan", "nan"],
  ["zh-xiang", "hsn"],
];

const EXTENDED: readonly (readonly [string, string])[] = [
  ["zh-yue", "yue"],
  ["zh-cmn-Hans-CN", "zh-Hans-CN"],
  ["zh-yue-HK-x-a", "yue-HK-x-a"],
  ["ar-arb", "ar"],
  ["kok-knn", "knn"],
  ["lv-ltg", "ltg"],
  ["ms-zsm", "ms"],
  ["sgn-ase", "ase"],
  ["sw-swh", "sw"],
  ["uz-uzs", "uzs"],
];

const PRIVATE_USE: readonly (readonly [string, string])[] = [
  ["x-pig-latin", "x-pig-latin"],
  ["X-Pig-1", "x-pig-1"],
];

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
    "de-yue",
    "zh-yue-abc",
    "zh-min-nan-TW",
    "i-made-up",
    "i-klingon-x",
    "x",
    "x-",
    "x-abcdefghi",
    "x-a_b",
    "é",
    "en-US-US-x",
    "*",
    `en-x-${"a".repeat(61)}`,
    `en${"-abcde".repeat(11)}`,
  ])("is not given for %j", (tag) => {
    expect(canonicalLanguageTag(tag)).toBeUndefined();
  });

  it.each([...GRANDFATHERED, ...EXTENDED, ...PRIVATE_USE])("of %s is %s, in any case", (tag, canonical) => {
    for (const written of [tag, tag.toLowerCase(), tag.toUpperCase(), canonical]) {
      expect(canonicalLanguageTag(written)).toBe(canonical);
    }
  });

  it.each([...GRANDFATHERED, ...EXTENDED, ...PRIVATE_USE])(
    "of %s finds its consent text, under %s",
    (tag, canonical) => {
      const texts = [canonical, "da", "en"].map((locale) => [locale, { title: locale, description: "" }]);
      const scope = plainScope({ consentTexts: Object.fromEntries(texts) });
      expect(chooseConsentText(scope, [canonicalLanguageTag(tag) ?? ""]).locale).toBe(canonical);
    },
  );

  it("of an unassigned language of three letters is itself: that is not looked up", () => {
    expect(canonicalLanguageTag("xyz")).toBe("xyz");
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
