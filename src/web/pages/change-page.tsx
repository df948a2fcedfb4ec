import type { LogEntry } from "@scope-registry/client/messages";
import { useMemo } from "preact/hooks";
import { changedThings } from "../../changes/changed-things.ts";
import { useCatalogue } from "../catalogue.ts";
import { changeKindText } from "../history/change-kinds.ts";
import { joinEntries } from "../history/join-entries.ts";
import { ALL_CHANGES, hrefOf } from "../navigation/place.ts";
import { EntryParties } from "../parts/change-entry.tsx";
import { Moment } from "../parts/moment.tsx";
import { NeedsRight } from "../parts/needs-right.tsx";
import { PageTitle } from "../parts/page-title.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { ThingChanges } from "../parts/thing-changes.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import type { Calls } from "../registry/calls.ts";
import { useRights } from "../sign-in/use-rights.ts";

/** One entry of the log, whole. */
export function ChangePage({ revision }: { readonly revision: string }) {
  const { history } = useRights();
  return (
    <>
      <p class="crumbs">
        <a href={hrefOf({ page: "changes", query: ALL_CHANGES })}>Changes</a>
      </p>
      <PageTitle name={`Revision ${revision}`}>Revision {revision}</PageTitle>
      <Neighbours revision={BigInt(revision)} />
      {history ? <Entry revision={revision} /> : <NeedsRight what="What was changed, and by whom," ownToo />}
    </>
  );
}

/** Revisions follow each other without gaps. */
function Neighbours({ revision }: { readonly revision: bigint }) {
  const { feed } = useCatalogue();
  const newest = feed.status.value.revision;
  return (
    <nav class="neighbours" aria-label="Revisions">
      {revision > 1n && (
        <a rel="prev" href={hrefOf({ page: "change", revision: String(revision - 1n) })}>
          ← Previous
        </a>
      )}
      {(newest === 0 || revision < newest) && (
        <a rel="next" href={hrefOf({ page: "change", revision: String(revision + 1n) })}>
          Next →
        </a>
      )}
    </nav>
  );
}

function Entry({ revision }: { readonly revision: string }) {
  const { calls } = useCatalogue();
  const [answer, again] = useAnswer((signal) => readEntry(calls.admin, BigInt(revision), signal), revision, []);
  if (answer.kind === "failed") return <Problem error={answer.error} onRetry={again} />;
  if (answer.kind === "waiting") return <Skeleton rows={6} />;
  if (answer.value === undefined) {
    return <p class="hint">There is no such revision, or nothing in it is of your scopes.</p>;
  }
  return <WholeEntry key={revision} entry={answer.value} />;
}

function WholeEntry({ entry }: { readonly entry: LogEntry }) {
  const things = useMemo(() => changedThings(entry), [entry]);
  return (
    <article class="whole-entry">
      <p>
        <strong>{changeKindText(entry.kind)}</strong> <EntryParties entry={entry} />, <Moment time={entry.time} />
      </p>
      {entry.requestId !== "" && (
        <p class="hint">
          Call <code>{entry.requestId}</code>
        </p>
      )}
      <ThingChanges things={things} scope="" open />
    </article>
  );
}

/** An entry that is larger than a page comes in parts. */
async function readEntry(admin: Calls["admin"], revision: bigint, signal: AbortSignal): Promise<LogEntry | undefined> {
  const parts: LogEntry[] = [];
  let pageToken = "";
  do {
    const bounds = { sinceRevision: revision - 1n, beforeRevision: revision + 1n };
    const answer = await admin.listChanges({ ...bounds, pageToken }, { signal });
    parts.push(...answer.entries);
    pageToken = answer.nextPageToken;
  } while (pageToken !== "");
  return joinEntries(parts)[0];
}
