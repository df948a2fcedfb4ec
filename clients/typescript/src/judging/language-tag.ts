const UNREGISTERED_PRIMARY = /^[A-Za-z]{4,8}(-|$)/;
const TWO_LETTER_PRIMARY = /^[A-Za-z]{2}(-|$)/;
const MAX_TAG_LENGTH = 64;

const languageNames = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });

/**
 * The canonical form of a BCP 47 language tag (RFC 5646 §4.5), `en-US` for `EN-us` for example; undefined if it is none.
 *
 * A primary subtag of two letters must be assigned in ISO 639-1; one of four letters or more is never (RFC 5646 §2.2.1
 * reserves four, and nobody has registered a longer one), so that `english` is refused instead of kept and never matched.
 */
export function canonicalLanguageTag(tag: string): string | undefined {
  if (tag.length > MAX_TAG_LENGTH || UNREGISTERED_PRIMARY.test(tag)) return undefined;
  try {
    const [canonical] = Intl.getCanonicalLocales(tag);
    if (canonical === undefined) return undefined;
    if (TWO_LETTER_PRIMARY.test(tag) && languageNames.of(canonical.slice(0, 2)) === undefined) return undefined;
    return canonical;
  } catch {
    return undefined;
  }
}
