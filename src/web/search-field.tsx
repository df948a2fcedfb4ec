import type { RefObject } from "preact";
import { useCatalogue } from "./catalogue.ts";
import { sendFocus } from "./focus.ts";
import { adjust, go, place } from "./navigation/navigation.ts";
import { ALL_SCOPES } from "./navigation/place.ts";
import { numberText } from "./time-text.ts";

/** Where one types what one looks for; what it finds is the list of scopes. */
export function SearchField({ field }: { readonly field: RefObject<HTMLInputElement | null> }) {
  const { feed } = useCatalogue();
  const here = place.value;
  const query = here.page === "scopes" ? here.query : ALL_SCOPES;
  const { scopes } = feed.status.value;
  const search = (text: string) => {
    const to = { page: "scopes", query: { ...query, text } } as const;
    if (here.page === "scopes") adjust(to);
    else go(to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && query.text !== "") search("");
    else if (event.key === "Escape") field.current?.blur();
    else if (event.key === "ArrowDown" || event.key === "Enter") sendFocus("list");
    else return;
    event.preventDefault();
  };
  return (
    <search class="search">
      <input
        ref={field}
        type="search"
        aria-label="Search scopes"
        aria-keyshortcuts="/"
        placeholder={scopes === 0 ? "Search scopes" : `Search ${numberText(scopes)} scopes`}
        value={query.text}
        spellcheck={false}
        autocomplete="off"
        onInput={({ currentTarget }) => search(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <span class="key" aria-hidden="true">
        /
      </span>
    </search>
  );
}
