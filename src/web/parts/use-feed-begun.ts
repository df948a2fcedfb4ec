import { useComputed } from "@preact/signals";
import { useCatalogue } from "../catalogue.ts";

/**
 * Whether the feed tells of changes by now. What a part has read before may be older than what the feed begins with, and of
 * what happened in between it tells nothing.
 */
export function useFeedBegun(): boolean {
  const { feed } = useCatalogue();
  return useComputed(() => !["connecting", "loading"].includes(feed.status.value.phase)).value;
}
