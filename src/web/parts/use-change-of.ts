import { useEffect, useState } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import type { FeedChange } from "../registry/feed.ts";

/**
 * The newest revision that has changed what a part of the page shows, since it is shown; 0: none has.
 *
 * @param subject what the part shows: with another one it begins anew
 * @param concerns whether a change does; it is told apart by `subject` only
 */
export function useChangeOf(subject: string, concerns: (change: FeedChange) => boolean): number {
  const { feed } = useCatalogue();
  const [seen, setSeen] = useState({ subject, revision: 0 });
  useEffect(() => {
    // A signal tells at once what it holds: that is older than what is shown.
    const before = feed.change.peek();
    return feed.change.subscribe((change) => {
      if (change !== undefined && change !== before && concerns(change))
        setSeen({ subject, revision: change.revision });
    });
  }, [feed, subject]);
  return seen.subject === subject ? seen.revision : 0;
}

/** The newest revision that has changed a scope since it is shown; 0: none has. */
export function useScopeChange(name: string): number {
  return useChangeOf(name, ({ names, all }) => all || names.has(name));
}
