/** The messages of ListChanges, ExportRegistry and ImportRegistry and the registry's own types, into each other. */
import type {
  ExportRegistryResponse,
  ImportRegistryRequest,
  ImportRegistryResponse,
  ListChangesRequest,
  ListChangesResponse,
} from "@scope-registry/client/messages";
import type {
  ChangesQuery,
  ExportPart,
  ImportAnswer,
  ImportRequest,
  Page,
} from "../../registry/governance/governance.ts";
import type { LogEntry } from "../../store/scope-log.ts";
import { CHANGE_KIND_NAMES, fromLogEntry, toLogEntry } from "./log-messages.ts";
import { toOptionalMilliseconds } from "./message-time.ts";
import { RecordReader } from "./record-reader.ts";

/** Which changes to list, out of its message. */
export function toChangesQuery(message: ListChangesRequest): ChangesQuery {
  return {
    scope: message.scope,
    resourceServer: message.resourceServer,
    clientId: message.clientId,
    actor: message.actor,
    kinds: message.kinds.map((kind) => CHANGE_KIND_NAMES.get(kind) ?? "UNRECOGNIZED"),
    startTime: toOptionalMilliseconds(message.startTime),
    endTime: toOptionalMilliseconds(message.endTime),
    sinceRevision: Number(message.sinceRevision),
    beforeRevision: Number(message.beforeRevision),
    pageSize: message.pageSize,
    pageToken: message.pageToken,
  };
}

/** A page of the log as its message. */
export function fromChangesPage({ items, nextPageToken }: Page<LogEntry>): ListChangesResponse {
  return { $typeName: "scoperegistry.v1.ListChangesResponse", entries: items.map(fromLogEntry), nextPageToken };
}

/** A part of an export as its message. */
export function fromExportPart({ registryId, revision, entries, continued }: ExportPart): ExportRegistryResponse {
  return {
    $typeName: "scoperegistry.v1.ExportRegistryResponse",
    registryId,
    revision: BigInt(revision),
    entries: entries.map(fromLogEntry),
    continued,
  };
}

/**
 * A part of a log to import, out of its message.
 *
 * @throws {RegistryError} INVALID_REQUEST with every value that no export has. Whether what the records say is allowed is for
 *   the registry to judge.
 */
export function toImportRequest(message: ImportRegistryRequest): ImportRequest {
  const reader = new RecordReader();
  const entries = message.entries.map((entry, at) => toLogEntry(entry, `entries[${at}]`, reader));
  reader.finish();
  const { importId, part, continued, complete } = message;
  return { importId, part, entries, continued, complete };
}

/** What has come of an import, as its message. */
export function fromImportAnswer({ importId, revision, registryId }: ImportAnswer): ImportRegistryResponse {
  return {
    $typeName: "scoperegistry.v1.ImportRegistryResponse",
    importId,
    revision: BigInt(revision),
    registryId,
  };
}
