import type { Scope } from "@scope-registry/client/messages";
import { useState } from "preact/hooks";
import { type ConsentLanguage, consentLanguages } from "./consent-languages.ts";
import { ConsentScreen } from "./consent-screen.tsx";
import { LanguageChoice } from "./language-choice.tsx";
import { languageName } from "./language-names.ts";
import { shownConsent } from "./shown-consent.ts";
import { useOwnerLanguages } from "./use-owner-languages.ts";

/** How many of the missing languages are named. */
const NAMED = 5;

/** What users read of a scope, in each language; those that it lacks stand beside those that it has. */
export function ConsentPreview({ scope, instance }: { readonly scope: Scope; readonly instance: string }) {
  const [chosen, choose] = useState<string | undefined>();
  const languages = consentLanguages(Object.keys(scope.consentTexts), useOwnerLanguages(scope.owner));
  const wanted =
    chosen ?? languages.find(({ tag, missing }) => tag === "en" && !missing)?.tag ?? languages[0]?.tag ?? "en";
  const { text, locale, why } = shownConsent(scope, wanted, instance);
  return (
    <>
      <p class="hint">{summary(languages)}</p>
      <div class="consent">
        <LanguageChoice languages={languages} chosen={wanted} onChoose={choose} />
        <div>
          <ConsentScreen text={text} locale={locale} />
          <p class="consent-why" aria-live="polite">
            {why}
          </p>
        </div>
      </div>
    </>
  );
}

function summary(languages: readonly ConsentLanguage[]): string {
  const missing = languages.filter((language) => language.missing).map(({ tag }) => languageName(tag));
  const has = languages.length - missing.length;
  const texts =
    has === 0 ? "It has no consent texts" : has === 1 ? "A text in one language" : `Texts in ${has} languages`;
  if (missing.length === 0) return `${texts}.`;
  const named = missing.slice(0, NAMED);
  const further = missing.length - named.length;
  const list = new Intl.ListFormat("en-GB").format(further === 0 ? named : [...named, `${further} more`]);
  return `${texts}. ${list} ${missing.length === 1 ? "is" : "are"} missing, which other scopes of its owner have.`;
}
