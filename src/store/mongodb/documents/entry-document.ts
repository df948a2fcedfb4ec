import { BSON, Long } from "mongodb";
import { earlierKind } from "../../earlier-forms.ts";
import { resourceServersOf } from "../../log-query.ts";
import type { ChangeKindName, LogEntry, RecordChange, RecordKind, RecordTypes } from "../../scope-log.ts";
import type { Int64 } from "./document-form.ts";
import { type DocumentTypes, decodeRecord, encodeRecord } from "./record-documents.ts";

/** An entry of the log, in `changes`. What may be missing is so in those from before governance. */
export interface EntryDocument {
  /** The revision. */
  _id: Int64;
  time: Date;
  actor: string;
  resource_server: string;
  /** Those that it can be found by: see `resourceServersOf`. */
  resource_servers?: readonly string[];
  kind?: ChangeKindName;
  request_id: string;
  changes: ChangeDocument[];
  /** The import that brought it. Missing: it was committed. */
  import_id?: string;
}

/** One record's change within an entry; null: the record did not exist before, or does not any more. */
export type ChangeDocument = {
  [K in RecordKind]: {
    kind: K;
    name: string;
    before: DocumentTypes[K] | null;
    after: DocumentTypes[K] | null;
  };
}[RecordKind];

/** An entry whose changes have not been read yet: how the driver hands it over with {@link CHANGES_UNREAD}. */
export type UnreadEntryDocument = Omit<EntryDocument, "changes"> & { readonly changes: readonly Uint8Array[] };

/** Has the driver leave the changes of entries as they come from MongoDB. */
export const CHANGES_UNREAD = { fieldsAsRaw: { changes: true } } as const;

/** The document that an entry is kept as. */
export function encodeEntry(entry: LogEntry): EntryDocument {
  return {
    _id: Long.fromNumber(entry.revision),
    time: new Date(entry.time),
    actor: entry.actor,
    resource_server: entry.resourceServer,
    resource_servers: resourceServersOf(entry),
    kind: entry.kind,
    request_id: entry.requestId,
    changes: entry.changes.map(encodeChange),
  };
}

/** The entry that a document stands for. */
export function decodeEntry(document: EntryDocument): LogEntry {
  return { ...decodeHead(document), changes: document.changes.map(decodeChange) };
}

/** The same, with changes that are read when somebody first asks for them: who knows the entry already does not. */
export function decodeUnreadEntry(document: UnreadEntryDocument): LogEntry {
  let unread = document.changes;
  let changes: readonly RecordChange[] | undefined;
  return {
    ...decodeHead(document),
    get changes() {
      if (changes === undefined) {
        changes = unread.map((bytes) => decodeChange(BSON.deserialize(bytes) as ChangeDocument));
        unread = [];
      }
      return changes;
    },
  };
}

function decodeHead(document: Omit<EntryDocument, "changes">): Omit<LogEntry, "changes"> {
  return {
    revision: Number(document._id),
    time: document.time.getTime(),
    actor: document.actor,
    resourceServer: document.resource_server,
    kind: document.kind ?? earlierKind(document.actor),
    requestId: document.request_id,
  };
}

/** What changes of a kind are beside their kind: so that one piece of code does for all of them. */
interface ChangeOf<K extends RecordKind, R> {
  readonly kind: K;
  readonly name: string;
  readonly before: R;
  readonly after: R;
}

/** The document that a change is kept as. */
export function encodeChange<K extends RecordKind>(change: ChangeOf<K, RecordTypes[K] | undefined>): ChangeDocument {
  const { kind, name, before, after } = change;
  const encoded: ChangeOf<K, DocumentTypes[K] | null> = {
    kind,
    name,
    before: before === undefined ? null : encodeRecord(kind, before),
    after: after === undefined ? null : encodeRecord(kind, after),
  };
  return encoded as ChangeDocument;
}

function decodeChange<K extends RecordKind>(change: ChangeOf<K, DocumentTypes[K] | null>): RecordChange {
  const { kind, name, before, after } = change;
  const decoded: ChangeOf<K, RecordTypes[K] | undefined> = {
    kind,
    name,
    before: before === null ? undefined : decodeRecord(kind, before),
    after: after === null ? undefined : decodeRecord(kind, after),
  };
  return decoded as RecordChange;
}
