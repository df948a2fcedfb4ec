import { useComputed } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { ALL_SCOPES } from "../navigation/place.ts";

/** How many scopes wait for a review, as far as the feed knows. */
export function usePendingCount(): number {
  const { feed } = useCatalogue();
  const [count, setCount] = useState(0);
  const version = useComputed(() => `${feed.status.value.phase} ${feed.change.value?.revision ?? 0}`).value;
  useEffect(() => {
    let left = false;
    feed
      .list({ ...ALL_SCOPES, states: ["pending"] }, { start: 0, count: 0 })
      .then(({ total }) => left || setCount(total))
      // The corner of the page says that the feed is broken.
      .catch(() => undefined);
    return () => {
      left = true;
    };
  }, [version]);
  return count;
}
