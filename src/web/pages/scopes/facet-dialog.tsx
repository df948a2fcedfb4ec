import { useEffect, useState } from "preact/hooks";
import { useCatalogue } from "../../catalogue.ts";
import type { ScopeQuery } from "../../navigation/place.ts";
import { useModal } from "../../parts/use-modal.ts";
import type { Facet, FacetKind } from "../../registry/feed.ts";
import { numberText } from "../../time-text.ts";
import { FacetValues } from "./facet-group.tsx";

/** All values of a kind, in a window of their own, to be searched and chosen. */
export function FacetDialog({
  kind,
  query,
  onClose,
}: {
  readonly kind: FacetKind;
  readonly query: ScopeQuery;
  readonly onClose: () => void;
}) {
  const { feed } = useCatalogue();
  const modal = useModal(true, onClose);
  const [text, setText] = useState("");
  const [facet, setFacet] = useState<Facet | undefined>();
  const name = kind === "owners" ? "owner" : "resource";
  useEffect(() => {
    const left = new AbortController();
    feed.facet(kind, query, text, left.signal).then(setFacet, () => undefined);
    return () => left.abort();
  }, [kind, query, text]);
  const hidden = facet === undefined ? 0 : facet.total - facet.values.length;
  return (
    <dialog {...modal} class="facet-dialog" aria-labelledby="facet-title">
      <h2 id="facet-title">{name === "owner" ? "Owners" : "Resources"}</h2>
      <div class="form">
        <input
          type="search"
          aria-label={`Search ${kind}`}
          placeholder={facet === undefined ? `Search ${kind}` : `Search ${numberText(facet.total)} ${kind}`}
          value={text}
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </div>
      <div class="facet-all">
        {facet && <FacetValues kind={name} values={facet.values} query={query} />}
        {facet?.total === 0 && <p class="hint">None is called so.</p>}
        {hidden > 0 && <p class="hint">And {numberText(hidden)} more: search for them.</p>}
      </div>
      <button type="button" class="button" onClick={onClose}>
        Done
      </button>
    </dialog>
  );
}
