/** What a tag is made of. Other letters can have lower cases in it: that of the Kelvin sign is a k. */
const TAG_CHARACTERS = /^[A-Za-z0-9-]+$/;
const UNREGISTERED_PRIMARY = /^[A-Za-z]{4,8}(-|$)/;
const TWO_LETTER_PRIMARY = /^[A-Za-z]{2}(-|$)/;
const PRIVATE_USE_ONLY = /^x(-[a-z0-9]{1,8})+$/i;
/** The languages that have extended language subtags: `zh-yue` is the language `yue` (RFC 5646 §2.2.2). */
const EXTENDED_LANGUAGE = /^(?:ar|kok|lv|ms|sgn|sw|uz|zh)-(?=[a-z]{3}(?:-|$))/i;
const MAX_TAG_LENGTH = 64;

/**
 * The grandfathered tags (RFC 5646 §2.2.8), in lower case, that `Intl` does not know, and what stands for them: the
 * registry's preferred value; for the four without one, what UTS 35 gives. `Intl` knows the other five.
 */
const GRANDFATHERED = new Map([
  ["en-gb-oed", "en-GB-oxendict"],
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
  ["sgn-be-fr", "sfb"],
  ["sgn-be-nl", "vgt"],
  ["sgn-ch-de", "sgg"],
  ["zh-min", "nan-x-zh-min"],
  ["zh-min-nan", "nan"],
]);

/** How many tags are remembered: there are few, and each costs some microseconds to look at. */
const MAX_REMEMBERED = 1_000;
const remembered = new Map<string, string | undefined>();

/** Made at need: it takes some milliseconds, and most processes see no tag. */
let languageNames: Intl.DisplayNames | undefined;

/**
 * The canonical form of a BCP 47 language tag (RFC 5646 §4.5), `en-US` for `EN-us` for example; undefined if it is none.
 * `Intl` gives it, with UTS 35's choices (`zh` for `cmn`); what RFC 5646 allows beyond UTS 35 is brought to that form
 * before: grandfathered tags (`i-klingon` is `tlh`), extended languages (`zh-yue` is `yue`). A tag that is private use
 * from its first letter (`x-pig-latin`) is its own canonical form, in lower case.
 *
 * A primary subtag of two letters must be assigned in ISO 639-1; one of four letters or more is never (RFC 5646 §2.2.1
 * reserves four, and nobody has registered a longer one), so that `english` is refused instead of kept and never matched.
 * One of three letters, extended languages as well, is taken as it is: whether `xyz` is assigned is not looked up, since
 * that needs the IANA registry's 8,000 of them.
 */
export function canonicalLanguageTag(tag: string): string | undefined {
  if (tag.length > MAX_TAG_LENGTH) return undefined;
  if (remembered.has(tag)) return remembered.get(tag);
  const canonical = canonicalize(tag);
  if (remembered.size === MAX_REMEMBERED) remembered.clear();
  remembered.set(tag, canonical);
  return canonical;
}

function canonicalize(tag: string): string | undefined {
  if (!TAG_CHARACTERS.test(tag) || UNREGISTERED_PRIMARY.test(tag)) return undefined;
  if (PRIVATE_USE_ONLY.test(tag)) return tag.toLowerCase();
  const modern = GRANDFATHERED.get(tag.toLowerCase()) ?? tag.replace(EXTENDED_LANGUAGE, "");
  try {
    const [canonical] = Intl.getCanonicalLocales(modern);
    if (canonical === undefined) return undefined;
    const [primary = ""] = canonical.split("-", 1);
    if (TWO_LETTER_PRIMARY.test(modern) && !isAssigned(primary)) return undefined;
    return canonical;
  } catch {
    return undefined;
  }
}

function isAssigned(language: string): boolean {
  languageNames ??= new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });
  return languageNames.of(language) !== undefined;
}
