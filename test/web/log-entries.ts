import { create } from "@bufbuild/protobuf";
import { type LogEntry, LogEntrySchema, ScopeChangeSchema, ScopeSchema } from "@scope-registry/client/messages";

/** An entry of the log that has registered scopes. */
export function entryOf(revision: number, ...names: readonly string[]): LogEntry {
  const changes = names.map((name) => create(ScopeChangeSchema, { name, after: create(ScopeSchema, { name }) }));
  return create(LogEntrySchema, { revision: BigInt(revision), changes });
}

/** The names of the scopes that entries have changed, with their revisions. */
export function told(entries: readonly LogEntry[]): string[] {
  return entries.map(({ revision, changes }) => [revision, ...changes.map(({ name }) => name)].join(" "));
}
