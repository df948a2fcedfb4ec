import type { ConsentText } from "@scope-registry/client/judging";
import { directionOf } from "./language-names.ts";

/** What a consent screen shows for one scope. Its text is of strangers: it is text, in its own language and direction. */
export function ConsentScreen({ text, locale }: { readonly text: ConsentText; readonly locale: string }) {
  return (
    <figure class="consent-screen" aria-label="Consent screen">
      <p class="consent-asks">An app asks for your permission to</p>
      <div class="consent-item" lang={locale === "" ? undefined : locale} dir={directionOf(locale)}>
        <p class="consent-title">{text.title}</p>
        {text.description !== "" && <p class="consent-description">{text.description}</p>}
      </div>
      <p class="consent-choice" aria-hidden="true">
        <span>Refuse</span>
        <span>Allow</span>
      </p>
    </figure>
  );
}
