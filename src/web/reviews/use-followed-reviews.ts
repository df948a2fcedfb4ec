import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import type { Reviews } from "./reviews.ts";

/** Reads what waits, and looks again whenever a scope has changed. */
export function useFollowedReviews(reviews: Reviews): void {
  const { feed } = useCatalogue();
  useEffect(() => {
    void reviews.read();
  }, []);
  const changed = useComputed(() => feed.change.value?.revision ?? 0);
  useSignalEffect(() => {
    // A look that fails is made again with the next change.
    if (changed.value > 0) reviews.look().catch(() => undefined);
  });
}
