import { canonicalLanguageTag } from "@scope-registry/client/judging";
import { useState } from "preact/hooks";
import type { ConsentLanguage } from "./consent-languages.ts";
import { languageName } from "./language-names.ts";

/** The languages that users may prefer: those of the scope, those that it lacks, and any other. */
export function LanguageChoice({
  languages,
  chosen,
  onChoose,
}: {
  readonly languages: readonly ConsentLanguage[];
  /** A canonical tag. */
  readonly chosen: string;
  readonly onChoose: (tag: string) => void;
}) {
  const [other, setOther] = useState("");
  const isOther = other !== "" && canonicalLanguageTag(other) === undefined;
  const choose = (tag: string) => {
    setOther("");
    onChoose(tag);
  };
  const typed = (text: string) => {
    setOther(text);
    const tag = canonicalLanguageTag(text);
    if (tag !== undefined) onChoose(tag);
  };
  return (
    <fieldset class="languages">
      <legend>A user who prefers</legend>
      {languages.map(({ tag, missing }) => (
        <label key={tag} class="language">
          <input type="radio" name="consent-language" checked={tag === chosen} onChange={() => choose(tag)} />
          <bdi class="breakable">{languageName(tag)}</bdi>
          <code>{tag}</code>
          {missing && <span class="tag missing">Missing</span>}
        </label>
      ))}
      <label class="form language-other">
        Another language
        <input
          value={other}
          placeholder="pt-BR"
          spellcheck={false}
          autocomplete="off"
          aria-invalid={isOther}
          aria-describedby="language-problem"
          onInput={({ currentTarget }) => typed(currentTarget.value.trim())}
        />
      </label>
      <p id="language-problem" class="bad" aria-live="polite">
        {isOther ? "That is no language tag: write de or pt-BR" : ""}
      </p>
    </fieldset>
  );
}
