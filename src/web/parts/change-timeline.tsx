import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { changeFilters } from "../history/change-filters.ts";
import { createHistoryReader, type HistoryState } from "../history/history-reader.ts";
import { type ChangesQuery, hrefOf } from "../navigation/place.ts";
import { useRights } from "../sign-in/use-rights.ts";
import { ChangeEntry } from "./change-entry.tsx";
import { NeedsRight } from "./needs-right.tsx";
import { Problem } from "./problem.tsx";
import { Skeleton } from "./skeleton.tsx";
import { useChangeOf } from "./use-change-of.ts";

/** How many entries a page of the history has. */
const PAGE = 30;

/** What a timeline shows: the entries that a query finds or, with a limit, the newest of them and a link to all. */
export interface TimelineProps {
  readonly query: ChangesQuery;
  readonly limit?: number;
}

/** The history, newest first: who changed what, when, from what to what. */
export function ChangeTimeline(props: TimelineProps) {
  const rights = useRights();
  if (!rights.history) return <NeedsRight what="What was changed, and by whom," ownToo />;
  return <Timeline key={JSON.stringify(props)} {...props} />;
}

function Timeline({ query, limit }: TimelineProps) {
  const { calls, feed } = useCatalogue();
  // Another registry has another history.
  const anew = useChangeOf("history", ({ all }) => all);
  const reader = useMemo(() => createHistoryReader(calls.admin, changeFilters(query), limit ?? PAGE), [anew]);
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void reader.start();
    return () => reader.stop();
  }, [reader]);
  const newest = useComputed(() => feed.status.value.revision);
  useSignalEffect(() => {
    if (newest.value > 0) void reader.refresh();
  });
  const { entries, fresh, hasMoreFresh, hasOlder, busy, started, error } = reader.state.value;
  const showFresh = async () => {
    await reader.showFresh();
    top.current?.querySelector<HTMLElement>(".entry a")?.focus({ preventScroll: true });
    top.current?.scrollIntoView({ block: "start" });
  };
  if (!started) {
    return error === undefined ? <Skeleton rows={6} /> : <Problem error={error} onRetry={() => reader.start()} />;
  }
  const shown = limit === undefined ? entries : entries.slice(0, limit);
  return (
    <div class="timeline" ref={top}>
      <div class="timeline-fresh" role="status">
        {fresh.length > 0 && (
          <button type="button" class="button" onClick={showFresh}>
            {freshText(fresh.length, hasMoreFresh)}
          </button>
        )}
      </div>
      {shown.length === 0 && <p class="hint">Nothing like this has changed.</p>}
      <ol class="entries">
        {shown.map((entry) => (
          <ChangeEntry key={String(entry.revision)} entry={entry} scope={query.scope} />
        ))}
      </ol>
      {error !== undefined && <Problem error={error} onRetry={() => reader.older()} />}
      <TimelineEnd query={query} limit={limit} state={{ hasOlder, busy, entries }} onOlder={() => reader.older()} />
    </div>
  );
}

interface EndProps extends Pick<TimelineProps, "query"> {
  readonly limit: number | undefined;
  readonly state: Pick<HistoryState, "hasOlder" | "busy" | "entries">;
  readonly onOlder: () => void;
}

function TimelineEnd({ query, limit, state: { hasOlder, busy, entries }, onOlder }: EndProps) {
  if (limit !== undefined) {
    return hasOlder || entries.length > limit ? <a href={hrefOf({ page: "changes", query })}>All changes</a> : null;
  }
  if (!hasOlder) return entries.length > 0 ? <p class="hint">There is nothing older.</p> : null;
  return (
    <button type="button" class="button quiet" disabled={busy} onClick={onOlder}>
      Older
    </button>
  );
}

function freshText(count: number, isMore: boolean): string {
  if (isMore) return `More than ${count} new changes`;
  return count === 1 ? "1 new change" : `${count} new changes`;
}
