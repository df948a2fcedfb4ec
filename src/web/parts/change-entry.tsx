import type { LogEntry } from "@scope-registry/client/messages";
import { useMemo } from "preact/hooks";
import { changedThings } from "../../changes/changed-things.ts";
import { changeKindText } from "../history/change-kinds.ts";
import { hrefOf } from "../navigation/place.ts";
import { numberText } from "../time-text.ts";
import { Moment } from "./moment.tsx";
import { ThingChanges } from "./thing-changes.tsx";

/** One entry of the log: who did what and when, and what it changed. `scope`: what of a large entry is of interest. */
export function ChangeEntry({ entry, scope }: { readonly entry: LogEntry; readonly scope: string }) {
  const { revision, kind, time } = entry;
  const things = useMemo(() => changedThings(entry), [entry]);
  return (
    <li class="entry">
      <header class="entry-head">
        <p class="entry-title">
          <a class="revision" href={hrefOf({ page: "change", revision: String(revision) })}>
            r {numberText(Number(revision))}
          </a>{" "}
          {changeKindText(kind)}
        </p>
        <EntryParties entry={entry} />
        <span class="entry-time">
          <Moment time={time} />
        </span>
      </header>
      <ThingChanges things={things} scope={scope} />
    </li>
  );
}

/** Who made an entry, and whose scopes it changed. */
export function EntryParties({ entry: { actor, resourceServer } }: { readonly entry: LogEntry }) {
  return (
    <span class="parties">
      by {actor === "" ? "the registry itself" : <bdi>{actor}</bdi>}
      {resourceServer !== "" && resourceServer !== actor && (
        <>
          {" "}
          for{" "}
          <a href={hrefOf({ page: "resource-server", name: resourceServer })}>
            <bdi>{resourceServer}</bdi>
          </a>
        </>
      )}
    </span>
  );
}
