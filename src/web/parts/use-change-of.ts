import { useEffect, useState } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import type { FeedChange } from "../registry/feed.ts";

/**
 * The newest change of what a part of the page shows, since it is shown; undefined: there was none. Each is an object of its own,
 * since another registry may tell of the same revision once more.
 *
 * @param subject what the part shows: with another one it begins anew
 * @param concerns whether a change does; it is told apart by `subject` only
 */
export function useChangeOf(subject: string, concerns: (change: FeedChange) => boolean): FeedChange | undefined {
  const { feed } = useCatalogue();
  const [seen, setSeen] = useState<{ subject: string; change?: FeedChange }>({ subject });
  useEffect(() => {
    // A signal tells at once what it holds: that is older than what is shown.
    const before = feed.change.peek();
    return feed.change.subscribe((change) => {
      if (change !== undefined && change !== before && concerns(change)) setSeen({ subject, change });
    });
  }, [feed, subject]);
  return seen.subject === subject ? seen.change : undefined;
}

/** The newest change of a scope since it is shown; undefined: there was none. */
export function useScopeChange(name: string): FeedChange | undefined {
  return useChangeOf(name, ({ names, all }) => all || names.has(name));
}
