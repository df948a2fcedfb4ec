import { useEffect, useState } from "preact/hooks";
import { useCatalogue } from "../../catalogue.ts";
import { narrow } from "../../navigation/navigation.ts";
import { ALL_SCOPES, type ScopeQuery } from "../../navigation/place.ts";
import { Notice } from "../../parts/notice.tsx";
import type { Feed } from "../../registry/feed.ts";
import { countText } from "../../time-text.ts";
import { filtersOf, filterWords, type QueryFilter, toggled } from "./query-filters.ts";

/** What a list would be without one of its filters. */
interface Loosened {
  readonly filter: QueryFilter;
  readonly query: ScopeQuery;
  readonly total: number;
}

/** Says that a query finds nothing, and which part of it to take away. */
export function NothingFound({ query }: { readonly query: ScopeQuery }) {
  const { feed } = useCatalogue();
  const [loosened, setLoosened] = useState<readonly Loosened[]>([]);
  useEffect(() => {
    const left = new AbortController();
    loosen(feed, query, left.signal).then(setLoosened, () => undefined);
    return () => left.abort();
  }, [query]);
  const helping = loosened.filter(({ total }) => total > 0);
  return (
    <Notice title="No scope found">
      {query.text.trim() !== "" && (
        <p>A scope has to hold all the words, in its name, aliases, owner or description.</p>
      )}
      <ul class="loosen">
        {helping.map(({ filter, query: to, total }) => {
          const { kind, value } = filterWords(filter);
          return (
            <li key={`${kind} ${value}`}>
              <button type="button" class="link" onClick={() => narrow({ page: "scopes", query: to })}>
                Without {kind === "Words" ? "the words" : kind.toLowerCase()} <bdi>{value}</bdi>
              </button>{" "}
              <span class="hint">{countText(total, "scope")}</span>
            </li>
          );
        })}
        <li>
          <button type="button" class="link" onClick={() => narrow({ page: "scopes", query: ALL_SCOPES })}>
            Show all scopes
          </button>
        </li>
      </ul>
    </Notice>
  );
}

/** Each filter taken away alone, where there are several. */
async function loosen(feed: Feed, query: ScopeQuery, left: AbortSignal): Promise<readonly Loosened[]> {
  const filters = filtersOf(query);
  if (filters.length < 2) return [];
  return Promise.all(
    filters.map(async (filter) => {
      const without = toggled(query, filter);
      const { total } = await feed.list(without, { start: 0, count: 0 }, left);
      return { filter, query: without, total };
    }),
  );
}
