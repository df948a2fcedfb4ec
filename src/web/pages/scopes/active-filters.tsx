import { narrow } from "../../navigation/navigation.ts";
import { ALL_SCOPES, type ScopeQuery } from "../../navigation/place.ts";
import { filtersOf, filterWords, toggled } from "./query-filters.ts";

/** What the list is narrowed to, each to be taken away; the words stand in the search. */
export function ActiveFilters({ query }: { readonly query: ScopeQuery }) {
  const filters = filtersOf(query).filter(({ kind }) => kind !== "text");
  if (filters.length === 0) return null;
  return (
    <ul class="chips" aria-label="Active filters">
      {filters.map((filter) => {
        const { kind, value } = filterWords(filter);
        return (
          <li key={`${kind} ${value}`}>
            <button
              type="button"
              class="chip"
              aria-label={`Remove filter: ${kind} ${value}`}
              onClick={() => narrow({ page: "scopes", query: toggled(query, filter) })}
            >
              <bdi class="chip-value">{value}</bdi>
              <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden="true">
                <path d="m2 2 8 8m0-8-8 8" stroke="currentColor" stroke-width="1.5" />
              </svg>
            </button>
          </li>
        );
      })}
      {filters.length > 1 && (
        <li>
          <button
            type="button"
            class="link"
            onClick={() => narrow({ page: "scopes", query: { ...ALL_SCOPES, text: query.text } })}
          >
            Clear all
          </button>
        </li>
      )}
    </ul>
  );
}
