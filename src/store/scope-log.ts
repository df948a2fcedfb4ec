/**
 * The store's interface: one append-only log of changes, and the records that it adds up to. What may be changed is
 * decided in `src/registry`; a store only keeps, and promises what is written here. Every implementation passes
 * `test/store/scope-log-acceptance.ts`; a visible difference between two of them is a bug.
 */
import type { ClientRecord, ScopeRecord } from "@scope-registry/client/judging";
import type { LogImports } from "./log-imports.ts";
import type { LogQuery } from "./log-query.ts";
import type { UsageStore } from "./usage-store.ts";

/** What a resource server's registrations may do: the names of the wire's `ResourceServerMode`. */
export type ResourceServerModeName = "READ_WRITE" | "REVIEW" | "READ_ONLY";

/** What the registry knows of a resource server beside its scopes. */
export interface ResourceServerRecord {
  /** The owner name that its scopes carry. */
  readonly name: string;
  readonly displayName: string;
  /** Whom to ask about its scopes: a mail address or a URL; empty: nobody is known. */
  readonly contact: string;
  /** The highest release that it has registered with; 0: none. */
  readonly release: number;
  /** The resource URIs (RFC 8707) that it holds, in the order in which it claimed them. */
  readonly resources: readonly string[];
  /** The name prefixes that it holds. */
  readonly namePrefixes: readonly string[];
  readonly mode: ResourceServerModeName;
  /** Whether it may make its scopes defaults without the scope for that in its token. */
  readonly maySetDefaults: boolean;
  readonly createTime: number;
  readonly updateTime: number;
  /** The revision of the record's own last change. */
  readonly revision: number;
}

/** A name that nobody but its owner can register: a deleted scope's, or a former alias. */
export interface ReservedNameRecord {
  readonly name: string;
  readonly owner: string;
  readonly createTime: number;
  readonly revision: number;
}

/** What holds for all resource servers. There is one record of it at the most. */
export interface RegistryPolicyRecord {
  /** Which new names may be registered: the names of the wire's `NamePolicy`. */
  readonly names: "OPEN" | "PREFIX_REQUIRED";
  readonly updateTime: number;
  readonly revision: number;
}

/** The name of the one record of kind `registryPolicy`. */
export const REGISTRY_POLICY_NAME = "registry";

/** The records that are kept, by kind. */
export interface RecordTypes {
  readonly scope: ScopeRecord;
  readonly resourceServer: ResourceServerRecord;
  readonly client: ClientRecord;
  readonly reservedName: ReservedNameRecord;
  readonly registryPolicy: RegistryPolicyRecord;
}

/** The name of a kind of record. */
export type RecordKind = keyof RecordTypes;

/** Every kind there is. */
export const RECORD_KINDS = [
  "scope",
  "resourceServer",
  "client",
  "reservedName",
  "registryPolicy",
] as const satisfies readonly RecordKind[];

/** One record's change: what it was (undefined: it did not exist) and what it became (undefined: it is deleted). */
export type RecordChange = {
  readonly [K in RecordKind]: {
    readonly kind: K;
    readonly name: string;
    readonly before: RecordTypes[K] | undefined;
    readonly after: RecordTypes[K] | undefined;
  };
}[RecordKind];

/** One record of a snapshot. */
export type KindedRecord = {
  readonly [K in RecordKind]: { readonly kind: K; readonly record: RecordTypes[K] };
}[RecordKind];

/** What made an entry: the names of the wire's `ChangeKind`. */
export const CHANGE_KINDS = [
  "OWN_SCOPES",
  "REGISTRATION",
  "RESOURCE_SERVER",
  "CLIENT_POLICY",
  "GRANT",
  "REVOCATION",
  "APPROVAL",
  "DISABLING",
  "ENABLING",
  "DELETION",
  "RELEASE",
  "TRANSFER",
  "REGISTRY_POLICY",
  "REFUSAL",
] as const;

/** One of {@link CHANGE_KINDS}. */
export type ChangeKindName = (typeof CHANGE_KINDS)[number];

/** One entry of the log: what one call changed. Entries are never altered. */
export interface LogEntry {
  /** 1, 2, 3 … without gaps. */
  readonly revision: number;
  /** When it was planned, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** Who made the change: the caller's owner name. Empty: the registry itself. */
  readonly actor: string;
  /** The resource server whose records changed; empty for the registry's own, for none, and for several. */
  readonly resourceServer: string;
  readonly kind: ChangeKindName;
  /** The call that made the change; unique over all entries, so that a commit whose outcome is unknown can be found. */
  readonly requestId: string;
  readonly changes: readonly RecordChange[];
}

/** The records as they are at one revision. */
export interface LogSnapshot {
  readonly revision: number;
  /** Every record once, in batches, all of the same revision. To be read once, to the end or to an early return. */
  readonly records: AsyncIterable<readonly KindedRecord[]>;
  /**
   * The newest revision of the snapshot's registry, as `ScopeLog.head` tells it of the adopted one.
   *
   * @throws {HistoryGoneError} if the store holds another registry by now.
   */
  head(): Promise<number>;
  /**
   * From now on the log tells of the snapshot's registry and no other. To be called in the same turn in which what was made
   * of the snapshot takes the place of what was there before, so that the two never part.
   */
  adopt(): void;
}

/** How much one entry may hold, by the estimate of `estimateEntryBytes`: its document stays below MongoDB's 16 MiB. */
export const MAX_ENTRY_BYTES = 12 * 1024 * 1024;

/**
 * The log. All methods but `close` may be called at any time, also concurrently.
 *
 * Any method may throw {@link StoreUnavailableError}. It then has either done nothing or, where the error says so, ended
 * with an unknown outcome. Attempts are bounded: a method never takes longer than about `STORE_TIMEOUT_MS` for one
 * operation, retries included.
 */
export interface ScopeLog {
  /**
   * Identity of the history: made once, when the store was first opened. It is that of the log as it was opened, or of the
   * snapshot that was last adopted.
   */
  readonly registryId: string;

  /** What the log lives in, for people: `MongoDB 6.0.5, replica set rs0`. No secrets. */
  readonly description: string;

  /** All records, at one revision. */
  load(): Promise<LogSnapshot>;

  /**
   * The newest revision; 0 for an empty log. One read and no write: a commit that was acknowledged before this call began,
   * by any process, is counted, except in the seconds in which a primary that was cut off has not noticed it yet.
   *
   * @throws {HistoryGoneError} if the store holds another registry than the one that was adopted.
   */
  head(): Promise<number>;

  /**
   * The newest revision, without that exception (linearizable), and proof that the store can be written: it writes to
   * find out.
   *
   * @throws {HistoryGoneError} as `head` does.
   */
  proveHead(): Promise<number>;

  /**
   * Appends entries and brings the records to what they say: all of it or nothing, durably, on a majority of the store's
   * members before it returns. `entries` is not empty, its revisions are consecutive, and each change's `before` is what
   * the record is.
   *
   * @throws {RevisionTakenError} if the log's head is not the revision before the first entry. Nothing is stored.
   * @throws {HistoryGoneError} if the store holds another registry than the one that was adopted. Nothing is stored.
   * @throws {StoreUnavailableError} with `outcome: "unknown"` if the entries may have been stored nevertheless: look for
   *   their `requestId` in the log before committing again.
   */
  commit(entries: readonly LogEntry[]): Promise<void>;

  /**
   * Entries with a revision above `after`, in order, at most `limit`. Empty: there are none.
   *
   * @param maxBytes with so much, in the form in which they are stored, no further entry is read; one always is
   * @throws {HistoryGoneError} if the log no longer reaches back to `after`.
   */
  read(after: number, limit: number, maxBytes?: number): Promise<readonly LogEntry[]>;

  /**
   * Every entry with a revision above `after`, in order, without a gap, each once, in batches as they are committed by
   * any process. Ends when `signal` aborts, and throws StoreUnavailableError when the store can no longer be followed;
   * the caller then follows again from the last revision that it has.
   *
   * @throws {HistoryGoneError} if the log no longer reaches back to `after`, or the store holds another registry than the one
   *   that was adopted.
   */
  follow(after: number, signal: AbortSignal): AsyncIterable<readonly LogEntry[]>;

  /**
   * Entries that pass a query, newest first, at most `limit`.
   *
   * @param maxBytes with so much, in the form in which they are stored, no further entry is read; one always is
   */
  search(query: LogQuery, limit: number, maxBytes: number): Promise<readonly LogEntry[]>;

  /** Bringing another registry's log into this store. */
  readonly imports: LogImports;

  /** Who uses which scope. It is no part of the log: it may be lost, and makes no revision. */
  readonly usage: UsageStore;

  /** Ends all follows and releases the store. */
  close(): Promise<void>;
}
