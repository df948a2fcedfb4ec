import { type ReadonlyScopeIndex, ScopeIndex, type ScopeRecord } from "@scope-registry/client/judging";
import type { KindedRecord, LogEntry, RecordChange, ResourceServerRecord } from "../store/scope-log.ts";
import { contentDigest, scopeDigest } from "./content-hash.ts";
import type { RegistryView } from "./registry-view.ts";
import { resourceIdentity } from "./resource-identity.ts";
import { SortedNames } from "./sorted-names.ts";

interface Owned {
  readonly names: SortedNames;
  lastChange: number;
  /** Known once somebody has asked for it, and kept from then on. */
  digest: bigint | undefined;
}

/** The whole registry in memory, at one revision. It changes only by the log's entries, in their order. */
export class RegistryState implements RegistryView {
  readonly #index = new ScopeIndex();
  readonly #names = new SortedNames();
  readonly #owned = new Map<string, Owned>();
  readonly #resourceServers = new Map<string, ResourceServerRecord>();
  /** By {@link resourceIdentity}. */
  readonly #holders = new Map<string, string>();
  #revision = 0;

  get revision(): number {
    return this.#revision;
  }

  /** The scopes as judging reads them. */
  get index(): ReadonlyScopeIndex {
    return this.#index;
  }

  scope(name: string): ScopeRecord | undefined {
    return this.#index.get(name);
  }

  resourceServer(name: string): ResourceServerRecord | undefined {
    return this.#resourceServers.get(name);
  }

  /** All names, or an owner's, in order. */
  namesOf(owner?: string): readonly string[] {
    return (owner === undefined ? this.#names : this.#owned.get(owner)?.names)?.ordered() ?? [];
  }

  scopesOf(owner: string): readonly ScopeRecord[] {
    return this.namesOf(owner).map((name) => this.#index.get(name) as ScopeRecord);
  }

  scopeCountOf(owner: string): number {
    return this.#owned.get(owner)?.names.size ?? 0;
  }

  lastChangeOf(owner: string): number {
    return this.#owned.get(owner)?.lastChange ?? 0;
  }

  holderOf(resource: string): string | undefined {
    return this.#holders.get(resourceIdentity(resource));
  }

  contentDigestOf(owner: string): bigint {
    const owned = this.#owned.get(owner);
    if (owned === undefined) return 0n;
    owned.digest ??= contentDigest(this.scopesOf(owner));
    return owned.digest;
  }

  /** Takes in a part of a snapshot; {@link finishLoading} follows the last one. */
  load(records: readonly KindedRecord[]): void {
    for (const { kind, record } of records) {
      if (kind === "scope") this.#putScope(undefined, record);
      else this.#putResourceServer(undefined, record);
    }
  }

  finishLoading(revision: number): void {
    this.#revision = revision;
  }

  /** Whether an entry is the next one, and of the same history: it changes records from what they are here. */
  isNext({ revision, changes }: LogEntry): boolean {
    return revision === this.#revision + 1 && changes.every((change) => this.#isAt(change));
  }

  #isAt({ kind, name, before }: RecordChange): boolean {
    const record = kind === "scope" ? this.#index.get(name) : this.#resourceServers.get(name);
    return record?.revision === before?.revision;
  }

  /** Takes in the next entry of the log: see {@link isNext}. */
  apply(entry: LogEntry): void {
    if (entry.revision !== this.#revision + 1) {
      throw new Error(`Revision ${entry.revision} does not follow revision ${this.#revision}`);
    }
    for (const change of entry.changes) this.#applyChange(change);
    this.#revision = entry.revision;
  }

  #applyChange(change: RecordChange): void {
    if (change.kind === "resourceServer") {
      this.#putResourceServer(this.#resourceServers.get(change.name), change.after);
      if (change.after === undefined) this.#resourceServers.delete(change.name);
      return;
    }
    this.#putScope(this.#index.get(change.name), change.after);
  }

  #putScope(before: ScopeRecord | undefined, after: ScopeRecord | undefined): void {
    if (before !== undefined && before.owner !== after?.owner) {
      const owned = this.#ownedBy(before.owner);
      owned.names.remove(before.name);
      if (owned.digest !== undefined) owned.digest ^= scopeDigest(before);
    }
    if (after === undefined) {
      if (before === undefined) return;
      this.#index.delete(before.name);
      this.#names.remove(before.name);
      return;
    }
    const owned = this.#ownedBy(after.owner);
    const stays = before !== undefined && before.owner === after.owner;
    if (!stays) owned.names.add(after.name);
    if (owned.digest !== undefined) owned.digest ^= scopeDigest(stays ? before : undefined) ^ scopeDigest(after);
    if (after.revision > owned.lastChange) owned.lastChange = after.revision;
    if (before === undefined) this.#names.add(after.name);
    this.#index.set(after);
  }

  #putResourceServer(before: ResourceServerRecord | undefined, after: ResourceServerRecord | undefined): void {
    for (const uri of before?.resources ?? []) this.#holders.delete(resourceIdentity(uri));
    if (after === undefined) return;
    for (const uri of after.resources) this.#holders.set(resourceIdentity(uri), after.name);
    this.#resourceServers.set(after.name, after);
  }

  #ownedBy(owner: string): Owned {
    let owned = this.#owned.get(owner);
    if (owned === undefined) {
      owned = { names: new SortedNames(), lastChange: 0, digest: undefined };
      this.#owned.set(owner, owned);
    }
    return owned;
  }
}
