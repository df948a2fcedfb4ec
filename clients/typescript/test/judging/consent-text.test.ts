import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseConsentText } from "../../src/judging/index.ts";
import { plainScope } from "./few-scopes.ts";

function scopeIn(...tags: readonly string[]) {
  const consentTexts = Object.fromEntries(tags.map((tag) => [tag, { title: `Title in ${tag}`, description: "" }]));
  return plainScope({ consentTexts });
}

function chosen(tags: readonly string[], locales: readonly string[]): string {
  return chooseConsentText(scopeIn(...tags), locales).locale;
}

describe("the consent text", () => {
  it.each([
    { case: "the requested tag itself", tags: ["de", "de-CH", "en"], locales: ["de-CH"], locale: "de-CH" },
    { case: "what is left of a longer tag", tags: ["zh", "zh-Hant", "en"], locales: ["zh-Hant-TW"], locale: "zh-Hant" },
    {
      case: "what is left when a private part goes with the letter that introduces it",
      tags: ["zh-Hant-CN", "zh-Hant-CN-x-private1"],
      locales: ["zh-Hant-CN-x-other-private2"],
      locale: "zh-Hant-CN",
    },
    { case: "any text of the same language", tags: ["en", "pt-BR", "pt-PT"], locales: ["pt-AO"], locale: "pt-BR" },
    { case: "a more special one for a plain language", tags: ["en", "de-AT"], locales: ["de"], locale: "de-AT" },
    {
      case: "the second wish, where the first is not there",
      tags: ["en", "fr"],
      locales: ["da", "fr-CA"],
      locale: "fr",
    },
    {
      case: "the first wish's language before the second wish's own tag",
      tags: ["da", "de-AT"],
      locales: ["de-CH", "da"],
      locale: "de-AT",
    },
    { case: "English, where no wish is there", tags: ["da", "en-GB", "zh"], locales: ["fr"], locale: "en-GB" },
    { case: "plain English before another", tags: ["en", "en-GB"], locales: [], locale: "en" },
    {
      case: "the second wish, where the first is private use and not there",
      tags: ["fr", "x-klingon"],
      locales: ["x-pirate", "fr"],
      locale: "fr",
    },
    {
      case: "the second wish, where the first is undetermined and not there",
      tags: ["fr", "und-x-i-enochian"],
      locales: ["und-x-i-default", "fr"],
      locale: "fr",
    },
    { case: "the first tag in order, where English is not there", tags: ["sv", "da"], locales: ["fr"], locale: "da" },
  ])("is in $case", ({ tags, locales, locale }) => {
    expect(chosen(tags, locales)).toBe(locale);
  });

  it("takes no language for another that begins like it", () => {
    expect(chosen(["den", "fr"], ["de"])).toBe("den");
    expect(chosen(["den", "fr", "en"], ["de"])).toBe("en");
  });

  it("comes with the tag that it stands under", () => {
    expect(chooseConsentText(scopeIn("de", "en"), ["de-CH"])).toEqual({
      locale: "de",
      text: { title: "Title in de", description: "" },
    });
  });

  it("of a scope without texts is its name and description", () => {
    const scope = plainScope({ name: "invoices.read", description: "Read invoices" });
    expect(chooseConsentText(scope, ["de"])).toEqual({
      locale: "",
      text: { title: "invoices.read", description: "Read invoices" },
    });
  });

  it("does not depend on the order of the texts, and is always one of them", () => {
    const tag = fc.constantFrom("en", "en-GB", "de", "de-CH", "zh-Hant", "zh-Hant-TW", "sr-Latn", "pt-BR");
    fc.assert(
      fc.property(fc.uniqueArray(tag, { minLength: 1 }), fc.array(tag, { maxLength: 3 }), (tags, locales) => {
        const locale = chosen(tags, locales);
        expect(tags).toContain(locale);
        expect(chosen(tags.toReversed(), locales)).toBe(locale);
        const [first] = locales;
        if (first !== undefined && tags.includes(first)) expect(locale).toBe(first);
      }),
    );
  });
});
