import { useComputed } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useCatalogue } from "../../catalogue.ts";
import type { ScopeWindow } from "../../registry/feed.ts";
import { createListReader, type ListReader, type ReadList } from "./list-reader.ts";

/** What was shown last: who comes back finds it at once, as high as it was. */
let lastRead: ReadList | undefined;

/** A list, live, and what it is read by. */
export interface ShownList {
  /** Undefined: nothing has come yet. Until the list of another query is there, that of the query before stays. */
  readonly read: ReadList | undefined;
  readonly reader: ListReader;
  /** Tells what the list moves with where rows come and go above it. */
  readonly anchor: RefObject<() => ScopeWindow["anchor"]>;
}

/** The list that is shown. */
export function useScopeList(): ShownList {
  const { feed } = useCatalogue();
  const [read, setRead] = useState(lastRead);
  const anchor = useRef<() => ScopeWindow["anchor"]>(() => undefined);
  const [reader] = useState(() =>
    createListReader(
      feed,
      () => anchor.current(),
      (next) => {
        lastRead = next;
        setRead(next);
      },
    ),
  );
  // While scopes are loaded their number says that there are more. Revisions alone do not tell: another registry has them too.
  const known = useComputed(() => `${feed.status.value.revision} ${feed.status.value.scopes}`).value;
  const change = feed.change.value;
  useEffect(() => reader.refresh(), [known, change]);
  useEffect(() => () => reader.stop(), []);
  return { read, reader, anchor };
}
