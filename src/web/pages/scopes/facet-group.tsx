import type { ComponentChildren } from "preact";
import { narrow } from "../../navigation/navigation.ts";
import type { ScopeQuery } from "../../navigation/place.ts";
import type { FacetValue } from "../../registry/feed.ts";
import { numberText } from "../../time-text.ts";
import { filterWords, type QueryFilter, toggled } from "./query-filters.ts";

/** Values that the list can be narrowed to, under a heading. */
export function FacetGroup({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <fieldset class="facet">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

/** The values of a kind, to be chosen. */
export function FacetValues<Kind extends QueryFilter["kind"]>({
  kind,
  values,
  query,
}: {
  readonly kind: Kind;
  readonly values: readonly FacetValue[];
  readonly query: ScopeQuery;
}) {
  return (
    <ul class="facet-values">
      {values.map(({ value, count }) => {
        const filter = { kind, value } as QueryFilter;
        const words = filterWords(filter).value;
        return (
          <li key={value}>
            <label>
              <input
                type="checkbox"
                checked={isChosen(query, filter)}
                onChange={() => narrow({ page: "scopes", query: toggled(query, filter) })}
              />
              <bdi class="facet-value" title={words}>
                {kind === "resource" ? words.replace("https://", "") : words}
              </bdi>
              <span class="facet-count">{numberText(count)}</span>
            </label>
          </li>
        );
      })}
    </ul>
  );
}

function isChosen(query: ScopeQuery, { kind, value }: QueryFilter): boolean {
  switch (kind) {
    case "owner":
      return query.owners.includes(value);
    case "state":
      return query.states.includes(value);
    case "resource":
      return query.resources.includes(value);
    case "default":
      return query.defaultsOnly;
    case "text":
      return false;
  }
}
