import { useComputed } from "@preact/signals";
import { useCatalogue } from "../../catalogue.ts";
import type { ScopeQuery } from "../../navigation/place.ts";
import { NotShown } from "../../parts/not-shown.tsx";
import { Notice } from "../../parts/notice.tsx";
import { PageTitle } from "../../parts/page-title.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import type { Facets } from "../../registry/feed.ts";
import { ActiveFilters } from "./active-filters.tsx";
import { listText } from "./count-text.ts";
import { EmptyRegistry } from "./empty-registry.tsx";
import { NothingFound } from "./nothing-found.tsx";
import { filtersOf } from "./query-filters.ts";
import { ScopeFilters } from "./scope-filters.tsx";
import { ScopeTable } from "./scope-table.tsx";
import { useScopeList } from "./use-scope-list.ts";

/** Every scope, and what the list is narrowed to. */
export function ScopesPage({ query }: { readonly query: ScopeQuery }) {
  const { feed } = useCatalogue();
  const shown = useScopeList(query);
  const phase = useComputed(() => feed.status.value.phase).value;
  const known = useComputed(() => feed.status.value.scopes).value;
  const list = known === 0 ? undefined : shown.read?.list;
  const isThere = list !== undefined && shown.read?.query === shown.query;
  const isEmpty = phase === "live" && isThere && filtersOf(query).length === 0 && hasOwnOnly(list.facets);
  return (
    <div class={list === undefined ? "scopes-page" : "scopes-page with-filters"}>
      <div class="list-head">
        <PageTitle>Scopes</PageTitle>
        <p class="hint" role="status">
          {list && listText(list.total, known, query.text.trim() !== "")}
        </p>
      </div>
      {list && <ScopeFilters query={query} facets={list.facets} />}
      <div class="list">
        <ActiveFilters query={query} />
        {isEmpty && <EmptyRegistry />}
        {list === undefined && <NoList />}
        {isThere && list.total === 0 ? <NothingFound query={query} /> : null}
        <div hidden={list === undefined || list.total === 0}>
          <ScopeTable shown={shown} />
        </div>
      </div>
    </div>
  );
}

/** What stands in place of the list as long as nothing is known. */
function NoList() {
  const { feed } = useCatalogue();
  const { phase, problem } = feed.status.value;
  if (phase === "refused") return <NotShown what="the scopes" why={problem} />;
  if (phase === "broken") {
    return (
      <Notice title="The registry does not answer">
        <p>{problem}. It is tried again by itself.</p>
        <button type="button" class="button" onClick={() => feed.retry()}>
          Try now
        </button>
      </Notice>
    );
  }
  return <Skeleton rows={12} />;
}

/** Whether there are no scopes but the registry's own. */
function hasOwnOnly({ owners }: Facets): boolean {
  return owners.values.every(({ value }) => value === "");
}
