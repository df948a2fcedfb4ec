import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { consentLanguages } from "../../src/web/consent/consent-languages.ts";
import { directionOf, languageName } from "../../src/web/consent/language-names.ts";
import { shownConsent } from "../../src/web/consent/shown-consent.ts";

const TEXTS = {
  ar: { title: "عرض الفواتير", description: "" },
  en: { title: "See your invoices", description: "Amounts and dates" },
  pt: { title: "Ver faturas", description: "" },
};

const scopeWith = (consentTexts: Readonly<Record<string, { title: string; description: string }>>) => ({
  name: "invoices:read",
  description: "Read your invoices",
  consentTexts,
});

describe("What a user reads", () => {
  const invoices = scopeWith(TEXTS);
  const read = (wanted: string, scope = invoices) => {
    const { locale, why } = shownConsent(scope, wanted, "invoices:read");
    return [locale, why];
  };

  it("is the text in the language asked for", () => {
    expect(shownConsent(invoices, "en", "invoices:read")).toEqual({ text: TEXTS.en, locale: "en", why: "" });
  });

  it("falls back from a region to the language, and says so", () => {
    expect(read("pt-BR")).toEqual(["pt", "There is no text in Brazilian Portuguese: the one in Portuguese is shown."]);
  });

  it("falls back to another text in the same language", () => {
    const swiss = scopeWith({ "de-CH": { title: "Rechnungen", description: "" } });
    expect(read("de-AT", swiss)).toEqual([
      "de-CH",
      "There is no text in Austrian German: another text in the same language is shown, Swiss High German.",
    ]);
  });

  it("falls back to English", () => {
    expect(read("fr")).toEqual(["en", "There is no text in French: English is shown in place of it."]);
  });

  it("falls back to the first text where there is no English one", () => {
    const { en: _, ...others } = TEXTS;
    expect(read("fr", scopeWith(others))).toEqual([
      "ar",
      "There is no text in French, and none in English: the first one by its tag is shown, Arabic.",
    ]);
    expect(read("en-GB", scopeWith(others))).toEqual([
      "ar",
      "There is no text in British English: the first one by its tag is shown, Arabic.",
    ]);
  });

  it("is the name and the description of a scope without texts", () => {
    expect(shownConsent(scopeWith({}), "fr", "invoices:read")).toEqual({
      text: { title: "invoices:read", description: "Read your invoices" },
      locale: "",
      why: "The scope has no texts: its name and its description are shown.",
    });
  });

  it("has the values of an instance", () => {
    const family = {
      name: "dataset:{id}:read",
      description: "Read one",
      consentTexts: { en: { title: "Read dataset {id}", description: "" } },
    };
    expect(shownConsent(family, "en", "dataset:42:read").text.title).toBe("Read dataset 42");
    const untold = shownConsent({ ...family, consentTexts: {} }, "en", "dataset:42:read");
    expect(untold.text.title).toBe("dataset:42:read");
  });
});

describe("The languages of a scope", () => {
  it("come before those that it lacks, each once", () => {
    expect(consentLanguages(["en", "ar"], ["fr", "en", "de", "fr"])).toEqual([
      { tag: "ar", missing: false },
      { tag: "en", missing: false },
      { tag: "de", missing: true },
      { tag: "fr", missing: true },
    ]);
  });

  it("are missing only where the scope has no text in them", () => {
    const tags = fc.uniqueArray(fc.constantFrom<string>("ar", "de", "en", "fr", "ja"));
    fc.assert(
      fc.property(tags, tags, (own, others) => {
        const languages = consentLanguages(own, others);
        expect(languages.map(({ tag }) => tag).sort()).toEqual([...new Set([...own, ...others])].sort());
        for (const { tag, missing } of languages) expect(missing).toBe(!own.includes(tag));
      }),
    );
  });
});

describe("A language", () => {
  it("has a name in English, or is called by its tag", () => {
    expect(languageName("de-CH")).toBe("Swiss High German");
    expect(languageName("x-pig-latin")).toBe("x-pig-latin");
  });

  it("runs as its script does", () => {
    expect(["en", "ar", "he-IL", "az-Arab", "ja"].map(directionOf)).toEqual(["ltr", "rtl", "rtl", "rtl", "ltr"]);
    expect(directionOf("x-pig-latin")).toBe("auto");
    expect(directionOf("")).toBe("auto");
  });
});
