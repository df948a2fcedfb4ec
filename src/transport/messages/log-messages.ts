/** Entries of the log as their messages, and back. */
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ChangeKind, type LogEntry as LogEntryMessage } from "@scope-registry/client/messages";
import type { LogEntry } from "../../store/scope-log.ts";
import { addChange, toChanges } from "./change-messages.ts";
import { enumNames } from "./enum-names.ts";
import type { RecordReader } from "./record-reader.ts";

/** The names of what makes changes, by value. */
export const CHANGE_KIND_NAMES = enumNames(ChangeKind);

/** An entry as its message. It tells all that the entry does, kind of record by kind of record. */
export function fromLogEntry(entry: LogEntry): LogEntryMessage {
  const message: LogEntryMessage = {
    $typeName: "scoperegistry.v1.LogEntry",
    revision: BigInt(entry.revision),
    time: timestampFromMs(entry.time),
    actor: entry.actor,
    resourceServer: entry.resourceServer,
    requestId: entry.requestId,
    changes: [],
    kind: ChangeKind[entry.kind],
    resourceServerChanges: [],
    clientPolicyChanges: [],
    reservedNameChanges: [],
  };
  for (const change of entry.changes) addChange(message, change);
  return message;
}

/**
 * An entry, out of a message of an export. What is broken is told to the reader.
 *
 * @param path where the message stands in its request
 */
export function toLogEntry(message: LogEntryMessage, path: string, reader: RecordReader): LogEntry {
  return {
    revision: reader.wholeNumber(message.revision, path, "revision"),
    time: reader.time(message.time, path, "time"),
    actor: message.actor,
    resourceServer: message.resourceServer,
    kind: reader.name(CHANGE_KIND_NAMES, message.kind, path, "kind"),
    requestId: message.requestId,
    changes: toChanges(message, path, reader),
  };
}
