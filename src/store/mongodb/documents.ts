/** How entries and records look in MongoDB: field names in snake_case, times as dates, revisions as 64-bit integers. */
import type { ConsentText, ScopeRecord, ScopeStateName } from "@scope-registry/client/judging";
import { Long } from "mongodb";
import type { KindedRecord, LogEntry, RecordChange, RecordKind, ResourceServerRecord } from "../scope-log.ts";

/** A whole number up to 2^53 - 1: written as a 64-bit integer, read by the driver as a number. */
type Int64 = Long | number;

/** A scope, in `scopes` and in the entries of the log. */
export interface ScopeDocument {
  _id: string;
  description: string;
  is_default: boolean;
  owner: string;
  state: ScopeStateName;
  restricted: boolean;
  resources: readonly string[];
  consent_texts: Readonly<Record<string, ConsentText>>;
  deprecated: boolean;
  replaced_by: string;
  sunset_time: Date | null;
  unlisted: boolean;
  create_time: Date;
  update_time: Date;
  revision: Int64;
}

/** A resource server, in `resource_servers` and in the entries of the log. */
export interface ResourceServerDocument {
  _id: string;
  display_name: string;
  release: Int64;
  resources: readonly string[];
  create_time: Date;
  update_time: Date;
  revision: Int64;
}

/** The document of any kind of record. */
export type RecordDocument = ScopeDocument | ResourceServerDocument;

/** One record's change within an entry; null: the record did not exist before, or does not any more. */
export type RecordChangeDocument =
  | { kind: "scope"; name: string; before: ScopeDocument | null; after: ScopeDocument | null }
  | {
      kind: "resourceServer";
      name: string;
      before: ResourceServerDocument | null;
      after: ResourceServerDocument | null;
    };

/** An entry of the log, in `changes`. */
export interface ChangeDocument {
  /** The revision. */
  _id: Int64;
  time: Date;
  actor: string;
  resource_server: string;
  request_id: string;
  changes: readonly RecordChangeDocument[];
}

/** The document that a record is kept as. */
export function encodeRecord({ kind, record }: KindedRecord): RecordDocument {
  switch (kind) {
    case "scope":
      return encodeScope(record);
    case "resourceServer":
      return encodeResourceServer(record);
  }
}

/** The record that a document of its kind's collection stands for. Fields that this version does not know are passed over. */
export function decodeRecord(kind: RecordKind, document: RecordDocument): KindedRecord {
  switch (kind) {
    case "scope":
      return { kind, record: decodeScope(document as ScopeDocument) };
    case "resourceServer":
      return { kind, record: decodeResourceServer(document as ResourceServerDocument) };
  }
}

/** The document that an entry is kept as. */
export function encodeEntry(entry: LogEntry): ChangeDocument {
  return {
    _id: Long.fromNumber(entry.revision),
    time: new Date(entry.time),
    actor: entry.actor,
    resource_server: entry.resourceServer,
    request_id: entry.requestId,
    changes: entry.changes.map(encodeChange),
  };
}

/** The entry that a document stands for. */
export function decodeEntry(document: ChangeDocument): LogEntry {
  return {
    revision: Number(document._id),
    time: document.time.getTime(),
    actor: document.actor,
    resourceServer: document.resource_server,
    requestId: document.request_id,
    changes: document.changes.map(decodeChange),
  };
}

function encodeChange(change: RecordChange): RecordChangeDocument {
  const { kind, name } = change;
  switch (kind) {
    case "scope":
      return {
        kind,
        name,
        before: encodeOptional(encodeScope, change.before),
        after: encodeOptional(encodeScope, change.after),
      };
    case "resourceServer":
      return {
        kind,
        name,
        before: encodeOptional(encodeResourceServer, change.before),
        after: encodeOptional(encodeResourceServer, change.after),
      };
  }
}

function decodeChange(change: RecordChangeDocument): RecordChange {
  const { kind, name } = change;
  switch (kind) {
    case "scope":
      return {
        kind,
        name,
        before: decodeOptional(decodeScope, change.before),
        after: decodeOptional(decodeScope, change.after),
      };
    case "resourceServer":
      return {
        kind,
        name,
        before: decodeOptional(decodeResourceServer, change.before),
        after: decodeOptional(decodeResourceServer, change.after),
      };
  }
}

function encodeOptional<R, D>(encode: (record: R) => D, record: R | undefined): D | null {
  return record === undefined ? null : encode(record);
}

function decodeOptional<R, D>(decode: (document: D) => R, document: D | null): R | undefined {
  return document === null ? undefined : decode(document);
}

function encodeScope(scope: ScopeRecord): ScopeDocument {
  return {
    _id: scope.name,
    description: scope.description,
    is_default: scope.isDefault,
    owner: scope.owner,
    state: scope.state,
    restricted: scope.restricted,
    resources: scope.resources,
    consent_texts: scope.consentTexts,
    deprecated: scope.deprecated,
    replaced_by: scope.replacedBy,
    sunset_time: scope.sunsetTime === undefined ? null : new Date(scope.sunsetTime),
    unlisted: scope.unlisted,
    create_time: new Date(scope.createTime),
    update_time: new Date(scope.updateTime),
    revision: Long.fromNumber(scope.revision),
  };
}

function decodeScope(document: ScopeDocument): ScopeRecord {
  return {
    name: document._id,
    description: document.description,
    isDefault: document.is_default,
    owner: document.owner,
    state: document.state,
    restricted: document.restricted,
    resources: document.resources,
    consentTexts: document.consent_texts,
    deprecated: document.deprecated,
    replacedBy: document.replaced_by,
    sunsetTime: document.sunset_time === null ? undefined : document.sunset_time.getTime(),
    unlisted: document.unlisted,
    createTime: document.create_time.getTime(),
    updateTime: document.update_time.getTime(),
    revision: Number(document.revision),
  };
}

function encodeResourceServer(server: ResourceServerRecord): ResourceServerDocument {
  return {
    _id: server.name,
    display_name: server.displayName,
    release: Long.fromNumber(server.release),
    resources: server.resources,
    create_time: new Date(server.createTime),
    update_time: new Date(server.updateTime),
    revision: Long.fromNumber(server.revision),
  };
}

function decodeResourceServer(document: ResourceServerDocument): ResourceServerRecord {
  return {
    name: document._id,
    displayName: document.display_name,
    release: Number(document.release),
    resources: document.resources,
    createTime: document.create_time.getTime(),
    updateTime: document.update_time.getTime(),
    revision: Number(document.revision),
  };
}
