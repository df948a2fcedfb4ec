import { type ConsentText, chooseConsentText, parametersIn, parseTemplate } from "@scope-registry/client/judging";
import { languageName } from "./language-names.ts";

/** What decides over what a consent screen shows for a scope. */
export interface ConsentSource {
  readonly name: string;
  readonly description: string;
  /** By BCP 47 tag. */
  readonly consentTexts: Readonly<Record<string, ConsentText>>;
}

/** What a user reads. */
export interface ShownConsent {
  readonly text: ConsentText;
  /** The language of the text; empty: the scope has none, and its name and description are shown. */
  readonly locale: string;
  /** Why it is this text, in a sentence; empty: it is in the language asked for. */
  readonly why: string;
}

/**
 * What a user reads who prefers a language, by the registry's own rules.
 *
 * @param wanted a canonical BCP 47 tag
 * @param instance what is asked for: the scope's name or, of a family, the name of an instance
 */
export function shownConsent(scope: ConsentSource, wanted: string, instance: string): ShownConsent {
  const template = parseTemplate(scope.name);
  const parameters = template === undefined ? undefined : parametersIn(template, instance);
  const { locale, text } = chooseConsentText(scope, [wanted], { name: instance, parameters });
  return { locale, text, why: reasonFor(locale, wanted) };
}

function reasonFor(locale: string, wanted: string): string {
  if (locale === wanted) return "";
  if (locale === "") return "The scope has no texts: its name and its description are shown.";
  const missing = `There is no text in ${languageName(wanted)}`;
  if (wanted.startsWith(`${locale}-`)) return `${missing}: the one in ${languageName(locale)} is shown.`;
  const language = wanted.split("-", 1)[0];
  const shown = locale.split("-", 1)[0];
  if (shown === language) return `${missing}: another text in the same language is shown, ${languageName(locale)}.`;
  if (shown === "en") return `${missing}: English is shown in place of it.`;
  const noEnglish = language === "en" ? "" : ", and none in English";
  return `${missing}${noEnglish}: the first one by its tag is shown, ${languageName(locale)}.`;
}
