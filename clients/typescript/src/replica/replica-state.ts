import { ClientIndex } from "../judging/client-index.ts";
import type { ClientRecord } from "../judging/client-record.ts";
import { ScopeIndex } from "../judging/scope-index.ts";
import type { ScopeRecord } from "../judging/scope-record.ts";
import { clientFromMessage } from "./client-from-message.ts";
import type { Change, FeedMessage, SnapshotPart } from "./feed-message.ts";
import { scopeFromMessage } from "./scope-from-message.ts";

/** What a message did to the state. */
export type Effect =
  /** Nothing yet: it is a part of something. */
  | { readonly type: "none" }
  /** Scopes or client policies changed; the names are those of the scopes, and no names: any may have. */
  | { readonly type: "changed"; readonly names: readonly string[] | undefined }
  /** The state is of this revision, and nothing was newer at the time, in milliseconds since 1970-01-01T00:00:00Z. */
  | { readonly type: "current"; readonly time: number }
  /** What follows does not build on this state: it must be read anew. */
  | { readonly type: "lost" };

const NONE: Effect = { type: "none" };

/** Scopes and clients of one revision. */
interface Indexes {
  readonly scopes: ScopeIndex;
  readonly clients: ClientIndex;
}

/**
 * The scopes and the client policies, and where they stand in the registry's history. It changes in whole revisions only: what
 * comes in several messages takes effect with the last one, and {@link forgetParts} drops what has come of it.
 */
export class ReplicaState {
  #indexes = newIndexes();
  #revision = 0;
  #registryId = "";
  #loading: Indexes | undefined;
  #pending: Change[] = [];
  readonly #filtered: boolean;

  /** @param filtered whether revisions are left out that change nothing for this reader */
  constructor(filtered: boolean) {
    this.#filtered = filtered;
  }

  get scopes(): ScopeIndex {
    return this.#indexes.scopes;
  }

  get clients(): ClientIndex {
    return this.#indexes.clients;
  }

  /** The newest revision; 0: there is no state yet. */
  get revision(): number {
    return this.#revision;
  }

  get registryId(): string {
    return this.#registryId;
  }

  /** Takes over what was kept. */
  restore(
    registryId: string,
    revision: number,
    kept: { readonly scopes: Iterable<ScopeRecord>; readonly clients: Iterable<ClientRecord> },
  ): void {
    const indexes = newIndexes();
    for (const scope of kept.scopes) indexes.scopes.set(scope);
    for (const client of kept.clients) indexes.clients.set(client);
    this.#replace(indexes, registryId, revision);
  }

  /** Takes in the next message of the feed. */
  apply({ event, registryId }: FeedMessage): Effect {
    switch (event?.case) {
      case "snapshot":
        return this.#load(event.value, registryId);
      case "change":
        return this.#change(event.value);
      case "bookmark": {
        const { revision, time } = event.value;
        if (registryId !== this.#registryId || !this.#mayBecome(Number(revision))) return { type: "lost" };
        this.#revision = Number(revision);
        return time === undefined ? NONE : { type: "current", time: Number(time.seconds) * 1_000 + time.nanos / 1e6 };
      }
      default:
        return NONE;
    }
  }

  /** The feed has ended: what had come of a snapshot or a revision in parts does not count. */
  forgetParts(): void {
    this.#loading = undefined;
    this.#pending = [];
  }

  /** A filter leaves revisions out, which a bookmark makes up for. */
  #mayBecome(revision: number): boolean {
    return this.#filtered ? revision >= this.#revision : revision === this.#revision;
  }

  #load({ scopes, clients, complete, revision }: SnapshotPart, registryId: string): Effect {
    this.#loading ??= newIndexes();
    for (const scope of scopes) this.#loading.scopes.set(scope);
    for (const client of clients) this.#loading.clients.set(client);
    if (!complete) return NONE;
    this.#replace(this.#loading, registryId, revision);
    return { type: "changed", names: undefined };
  }

  #change(change: Change): Effect {
    const next = Number(change.revision);
    if (next <= this.#revision) return NONE;
    if (!this.#filtered && next !== this.#revision + 1) return { type: "lost" };
    this.#pending.push(change);
    if (change.continued) return NONE;
    const names: string[] = [];
    for (const { changes, clientPolicyChanges } of this.#pending) {
      for (const { name, after } of changes) {
        names.push(name);
        if (after === undefined) this.scopes.delete(name);
        else this.scopes.set(scopeFromMessage(after));
      }
      for (const { clientId, after } of clientPolicyChanges) {
        if (after === undefined) this.clients.delete(clientId);
        else this.clients.set(clientFromMessage(after));
      }
    }
    this.#pending = [];
    this.#revision = next;
    return { type: "changed", names };
  }

  #replace(indexes: Indexes, registryId: string, revision: number): void {
    this.#indexes = indexes;
    this.#registryId = registryId;
    this.#revision = revision;
    this.forgetParts();
  }
}

function newIndexes(): Indexes {
  return { scopes: new ScopeIndex(), clients: new ClientIndex() };
}
