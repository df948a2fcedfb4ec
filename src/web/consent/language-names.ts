/** Languages in the words of people. */

const names = new Intl.DisplayNames("en", { type: "language", fallback: "none" });

/** The scripts that are written from right to left, among those that the registry's users may write. */
const RIGHT_TO_LEFT = new Set([
  "Adlm",
  "Arab",
  "Aran",
  "Hebr",
  "Mand",
  "Mend",
  "Nkoo",
  "Rohg",
  "Samr",
  "Syrc",
  "Thaa",
  "Yezi",
]);

/** What a language is called in English, `Swiss High German` for `de-CH` for example; the tag itself where it has no name. */
export function languageName(tag: string): string {
  try {
    return names.of(tag) ?? tag;
  } catch {
    // Tags such as `x-klingon` are well-formed (RFC 5646 §2.1), and nothing that Intl takes.
    return tag;
  }
}

/** How a text in a language runs; `auto` where the tag does not tell. */
export function directionOf(tag: string): "ltr" | "rtl" | "auto" {
  try {
    const { script } = new Intl.Locale(tag).maximize();
    if (script === undefined) return "auto";
    return RIGHT_TO_LEFT.has(script) ? "rtl" : "ltr";
  } catch {
    return "auto";
  }
}
