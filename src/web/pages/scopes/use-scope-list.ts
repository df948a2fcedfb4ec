import { useComputed } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useCatalogue } from "../../catalogue.ts";
import { hrefOf, type ScopeQuery } from "../../navigation/place.ts";
import type { ScopeWindow } from "../../registry/feed.ts";
import { createListReader, type ListReader, type ReadList } from "./list-reader.ts";

/** What was shown last: who comes back finds it at once, as high as it was. */
let lastRead: ReadList | undefined;

/** A list, live, and what it is read by. */
export interface ShownList {
  /** What the list is of: the query of `read` itself, where that finds the same. */
  readonly query: ScopeQuery;
  /** Undefined: nothing has come yet. Until the list of another query is there, that of the query before stays. */
  readonly read: ReadList | undefined;
  readonly reader: ListReader;
  /** Tells what the list moves with where rows come and go above it. */
  readonly anchor: RefObject<() => ScopeWindow["anchor"]>;
}

/** The list that a query finds. Who comes back to the list that was shown last is at the same list, and goes on with it. */
export function useScopeList(asked: ScopeQuery): ShownList {
  const { feed } = useCatalogue();
  const query = useMemo(() => (lastRead && findsSame(lastRead.query, asked) ? lastRead.query : asked), [asked]);
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
      lastRead?.query,
    ),
  );
  // While scopes are loaded their number says that there are more. Revisions alone do not tell: another registry has them too.
  const known = useComputed(() => `${feed.status.value.revision} ${feed.status.value.scopes}`).value;
  const change = feed.change.value;
  useEffect(() => reader.refresh(), [known, change]);
  useEffect(() => () => reader.stop(), []);
  return { query, read, reader, anchor };
}

function findsSame(one: ScopeQuery, other: ScopeQuery): boolean {
  return hrefOf({ page: "scopes", query: one }) === hrefOf({ page: "scopes", query: other });
}
