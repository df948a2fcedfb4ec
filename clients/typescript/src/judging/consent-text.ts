import type { ResolvedScope } from "./scope-index.ts";
import type { ConsentText, ScopeRecord } from "./scope-record.ts";
import { withValues } from "./scope-template.ts";

/** A consent text and the language that it is in; the empty tag where the scope has no texts. */
export interface ChosenConsentText {
  readonly locale: string;
  readonly text: ConsentText;
}

/**
 * The text that a consent screen shows for a scope, in the best of the languages asked for.
 *
 * For each requested tag, best first: the tag itself and what is left when it is shortened from its end (RFC 4647 §3.4,
 * lookup), then any text in the same language. After them English, then the first tag in order. A scope without texts
 * shows its name and description. An instance of a template shows its own name and, in the template's texts, its values.
 *
 * @param locales canonical BCP 47 tags, as `canonicalLanguageTag` gives them
 * @param resolved what the requested name stands for; left out: the scope itself
 */
export function chooseConsentText(
  scope: Pick<ScopeRecord, "name" | "description" | "consentTexts">,
  locales: readonly string[],
  resolved?: Pick<ResolvedScope, "name" | "parameters">,
): ChosenConsentText {
  const tags = Object.keys(scope.consentTexts).sort();
  const locale = chooseTag(tags, locales);
  const text = locale === undefined ? undefined : scope.consentTexts[locale];
  if (locale === undefined || text === undefined) {
    return { locale: "", text: { title: resolved?.name ?? scope.name, description: scope.description } };
  }
  const parameters = resolved?.parameters;
  if (parameters === undefined) return { locale, text };
  const { title, description } = text;
  return { locale, text: { title: withValues(title, parameters), description: withValues(description, parameters) } };
}

function chooseTag(tags: readonly string[], locales: readonly string[]): string | undefined {
  for (const wanted of [...locales, "en"]) {
    const found = lookUp(tags, wanted) ?? tags.find((tag) => sameLanguage(tag, wanted));
    if (found !== undefined) return found;
  }
  return tags[0];
}

function lookUp(tags: readonly string[], wanted: string): string | undefined {
  let range = wanted;
  while (range !== "") {
    if (tags.includes(range)) return range;
    range = range.slice(0, Math.max(range.lastIndexOf("-"), 0));
    // A single letter introduces what was cut off behind it, and goes with it.
    if (range.at(-2) === "-") range = range.slice(0, -2);
  }
  return undefined;
}

/** Private use and the undetermined language are no language that two tags could have in common. */
function sameLanguage(a: string, b: string): boolean {
  const language = primary(a);
  return language === primary(b) && language !== "x" && language !== "und";
}

function primary(tag: string): string {
  return tag.split("-", 1)[0] ?? tag;
}
