import { useState } from "preact/hooks";
import type { ScopeQuery } from "../../navigation/place.ts";
import type { Facet, FacetKind, Facets } from "../../registry/feed.ts";
import { numberText } from "../../time-text.ts";
import { FacetDialog } from "./facet-dialog.tsx";
import { FacetGroup, FacetValues } from "./facet-group.tsx";
import { filtersOf } from "./query-filters.ts";
import { useWide } from "./use-wide.ts";

/** What the list can be narrowed to: beside it, or folded up above it where there is little room. */
export function ScopeFilters({ query, facets }: { readonly query: ScopeQuery; readonly facets: Facets }) {
  const wide = useWide();
  const [opened, setOpened] = useState<FacetKind | undefined>();
  const states = facets.states.filter(({ value, count }) => count > 0 || query.states.includes(value));
  const groups = (
    <>
      <AnyFacet title="Owner" kind="owners" query={query} facet={facets.owners} onAll={setOpened} />
      {states.length > 0 && (
        <FacetGroup title="State">
          <FacetValues kind="state" values={states} query={query} />
        </FacetGroup>
      )}
      <AnyFacet title="Resource" kind="resources" query={query} facet={facets.resources} onAll={setOpened} />
      {(facets.defaults > 0 || query.defaultsOnly) && (
        <FacetGroup title="Default">
          <FacetValues kind="default" values={[{ value: "true", count: facets.defaults }]} query={query} />
        </FacetGroup>
      )}
      {opened && <FacetDialog kind={opened} query={query} onClose={() => setOpened(undefined)} />}
    </>
  );
  if (wide) {
    return (
      <aside class="facets" aria-label="Filters">
        {groups}
      </aside>
    );
  }
  const chosen = filtersOf(query).filter(({ kind }) => kind !== "text").length;
  return (
    <details class="facets">
      <summary>Filters{chosen > 0 && ` (${chosen})`}</summary>
      {groups}
    </details>
  );
}

function AnyFacet({
  title,
  kind,
  facet,
  query,
  onAll,
}: {
  readonly title: string;
  readonly kind: FacetKind;
  readonly facet: Facet;
  readonly query: ScopeQuery;
  readonly onAll: (kind: FacetKind) => void;
}) {
  if (facet.values.length === 0) return null;
  return (
    <FacetGroup title={title}>
      <FacetValues kind={kind === "owners" ? "owner" : "resource"} values={facet.values} query={query} />
      {facet.total > facet.values.length && (
        <button type="button" class="link" onClick={() => onAll(kind)}>
          All {numberText(facet.total)} {kind}
        </button>
      )}
    </FacetGroup>
  );
}
