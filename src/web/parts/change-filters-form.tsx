import { useEffect, useState } from "preact/hooks";
import { CHANGE_KINDS } from "../history/change-kinds.ts";
import { go } from "../navigation/navigation.ts";
import { ALL_CHANGES, type ChangesQuery, hrefOf } from "../navigation/place.ts";

const FIELDS = [
  ["scope", "Scope"],
  ["resourceServer", "Resource server"],
  ["actor", "Made by"],
  ["client", "Client"],
] as const;

/** What the history is narrowed to. It takes effect when it is sent, or a kind is chosen, and stands in the URL then. */
export function ChangeFiltersForm({ query }: { readonly query: ChangesQuery }) {
  const [draft, setDraft] = useState(query);
  useEffect(() => setDraft(query), [JSON.stringify(query)]);
  const show = (next: ChangesQuery) => go({ page: "changes", query: trimmed(next) });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    show(draft);
  };
  const isNarrowed = hrefOf({ page: "changes", query }) !== hrefOf({ page: "changes", query: ALL_CHANGES });
  return (
    <form class="filters" aria-label="Filters" onSubmit={submit}>
      {FIELDS.map(([key, label]) => (
        <div key={key} class="clearable">
          <label>
            <span>{label}</span>
            <input
              type="text"
              value={draft[key]}
              spellcheck={false}
              autocomplete="off"
              onInput={({ currentTarget }) => setDraft({ ...draft, [key]: currentTarget.value })}
            />
          </label>
          {query[key] !== "" && (
            <button
              type="button"
              aria-label={`Clear ${label.toLowerCase()}`}
              onClick={() => show({ ...draft, [key]: "" })}
            >
              ×
            </button>
          )}
        </div>
      ))}
      <label>
        <span>What</span>
        <select value={draft.kind} onChange={({ currentTarget }) => show({ ...draft, kind: currentTarget.value })}>
          <option value="">Everything</option>
          {CHANGE_KINDS.map(({ word, text }) => (
            <option key={word} value={word}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <div class="filters-end">
        <button type="submit" class="button">
          Show
        </button>
        {isNarrowed && (
          <button type="button" class="button quiet" onClick={() => show(ALL_CHANGES)}>
            Clear all
          </button>
        )}
      </div>
    </form>
  );
}

function trimmed(query: ChangesQuery): ChangesQuery {
  const values = Object.entries(query).map(([key, value]) => [key, value.trim()]);
  return Object.fromEntries(values) as unknown as ChangesQuery;
}
