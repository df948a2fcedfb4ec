import type { ChangeKindName, LogEntry, RecordChange } from "./scope-log.ts";

/** Which entries of the log to read. What is undefined lets everything pass; the others combine with AND. */
export interface LogQuery {
  /** Only entries that change this scope, or reserve or free its name. */
  readonly scope?: string | undefined;
  /** Only entries that concern this resource server: see {@link resourceServersOf}. */
  readonly resourceServer?: string | undefined;
  /** Only entries that change this client's record. */
  readonly clientId?: string | undefined;
  readonly actor?: string | undefined;
  /** Not empty. */
  readonly kinds?: readonly ChangeKindName[] | undefined;
  /** Only entries at or after this time, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly startTime?: number | undefined;
  /** Only entries before this time. */
  readonly endTime?: number | undefined;
  /** Only entries with a revision above this one. */
  readonly after?: number | undefined;
  /** Only entries with a revision below this one. */
  readonly before?: number | undefined;
}

/**
 * The resource servers that an entry concerns: the one that it names, and the owners, before and after, of the scopes and
 * names that it changes.
 */
export function resourceServersOf({ resourceServer, changes }: LogEntry): readonly string[] {
  const servers = new Set([resourceServer, ...changes.flatMap(ownersIn)]);
  servers.delete("");
  return [...servers];
}

function ownersIn(change: RecordChange): readonly string[] {
  switch (change.kind) {
    case "scope":
    case "reservedName":
      return [change.before?.owner ?? "", change.after?.owner ?? ""];
    case "resourceServer":
      return [change.name];
    case "client":
    case "registryPolicy":
      return [];
  }
}
