import type {
  ClientRecord,
  JudgedRegistry,
  ReadonlyClientIndex,
  ReadonlyScopeIndex,
  ScopeRecord,
  ScopeTemplate,
  StepBudget,
} from "@scope-registry/client/judging";
import type {
  KindedRecord,
  LogEntry,
  RecordChange,
  RegistryPolicyRecord,
  ReservedNameRecord,
  ResourceServerRecord,
} from "../store/scope-log.ts";
import { ClientNames } from "./client-names.ts";
import { contentDigest, scopeDigest } from "./content-hash.ts";
import { HeldNames } from "./held-names.ts";
import type { PrefixClaim } from "./prefix-claims.ts";
import { type IndexSizes, nameOf, RecordIndexes } from "./record-indexes.ts";
import type { RegistryView } from "./registry-view.ts";
import { namesBeginningWith, SortedNames } from "./sorted-names.ts";

interface Owned {
  readonly names: SortedNames;
  lastChange: number;
  /** Known once somebody has asked for it, and kept from then on. */
  digest: bigint | undefined;
}

/** The whole registry in memory, at one revision. It changes only by the log's entries, in their order. */
export class RegistryState implements RegistryView, JudgedRegistry {
  readonly #indexes = new RecordIndexes();
  readonly #names = new SortedNames();
  /** Aliases and reserved names. */
  readonly #otherNames = new HeldNames();
  readonly #clientNames = new ClientNames();
  readonly #owned = new Map<string, Owned>();
  #revision = 0;

  get revision(): number {
    return this.#revision;
  }

  get sizes(): IndexSizes {
    return this.#indexes.sizes;
  }

  /** The scopes as judging reads them. */
  get scopes(): ReadonlyScopeIndex {
    return this.#indexes.scopes;
  }

  /** The clients as judging reads them. */
  get clients(): ReadonlyClientIndex {
    return this.#indexes.clients;
  }

  get policy(): RegistryPolicyRecord | undefined {
    return this.#indexes.policy;
  }

  scope(name: string): ScopeRecord | undefined {
    return this.#indexes.scopes.get(name);
  }

  aliasHolder(name: string): ScopeRecord | undefined {
    return this.#indexes.scopes.aliasHolder(name);
  }

  matchTemplate(name: string): ScopeRecord | undefined {
    return this.#indexes.scopes.matchTemplate(name);
  }

  overlapping(template: ScopeTemplate, budget: StepBudget): Iterable<ScopeRecord> {
    return this.#indexes.scopes.overlapping(template, budget);
  }

  reservedName(name: string): ReservedNameRecord | undefined {
    return this.#indexes.reservedNames.get(name);
  }

  reservedFamily(name: string): ReservedNameRecord | undefined {
    return this.#indexes.reservedNames.families(name)[0];
  }

  reservedOverlapping(template: ScopeTemplate, budget: StepBudget): Iterable<ReservedNameRecord> {
    return this.#indexes.reservedNames.overlapping(template, budget);
  }

  /** All reserved names, in no order. */
  reservedNames(): Iterable<ReservedNameRecord> {
    return this.#indexes.reservedNames.values();
  }

  *namesUnder(text: string): Generator<string> {
    yield* namesBeginningWith(this.#names.ordered(), text);
    yield* namesBeginningWith(this.#otherNames.ordered(), text);
  }

  resourceServer(name: string): ResourceServerRecord | undefined {
    return this.#indexes.resourceServers.get(name);
  }

  /** All resource servers, in no order. */
  resourceServers(): Iterable<ResourceServerRecord> {
    return this.#indexes.resourceServers.values();
  }

  client(clientId: string): ClientRecord | undefined {
    return this.#indexes.clients.get(clientId);
  }

  clientRecords(): Iterable<ClientRecord> {
    return this.#indexes.clients.values();
  }

  get clientCount(): number {
    return this.#indexes.clients.size;
  }

  grantHolders(name: string): ReadonlySet<string> {
    return this.#clientNames.grants.of(name);
  }

  isClientDefault(name: string): boolean {
    return this.#clientNames.defaults.of(name).size > 0;
  }

  clientNamesUnder(text: string): Iterable<string> {
    return new Set([...this.#clientNames.grants.under(text), ...this.#clientNames.defaults.under(text)]);
  }

  /** All names, or an owner's, in order. */
  namesOf(owner?: string): readonly string[] {
    return (owner === undefined ? this.#names : this.#owned.get(owner)?.names)?.ordered() ?? [];
  }

  scopesOf(owner: string): readonly ScopeRecord[] {
    return this.namesOf(owner).map((name) => this.scope(name) as ScopeRecord);
  }

  scopeCountOf(owner: string): number {
    return this.#owned.get(owner)?.names.size ?? 0;
  }

  lastChangeOf(owner: string): number {
    return this.#owned.get(owner)?.lastChange ?? 0;
  }

  holderOf(resource: string): string | undefined {
    return this.#indexes.holderOf(resource);
  }

  claimOver(name: string): PrefixClaim | undefined {
    return this.#indexes.claims.over(name);
  }

  claimsUnder(text: string): Iterable<PrefixClaim> {
    return this.#indexes.claims.under(text);
  }

  contentDigestOf(owner: string): bigint {
    const owned = this.#owned.get(owner);
    if (owned === undefined) return 0n;
    owned.digest ??= contentDigest(this.scopesOf(owner));
    return owned.digest;
  }

  /** Takes in a part of a snapshot; {@link finishLoading} follows the last one. */
  load(records: readonly KindedRecord[]): void {
    for (const record of records) {
      const change = {
        kind: record.kind,
        name: nameOf(record),
        before: undefined,
        after: record.record,
      } as RecordChange;
      // Most of a registry are scopes, and none of a snapshot was there before.
      if (change.kind === "scope") this.#noteScope(undefined, change.after);
      else this.#noteOther(change);
      this.#indexes.put(change);
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
    return this.#indexes.get(kind, name)?.revision === before?.revision;
  }

  /** Takes in the next entry of the log: see {@link isNext}. */
  apply(entry: LogEntry): void {
    if (entry.revision !== this.#revision + 1) {
      throw new Error(`Revision ${entry.revision} does not follow revision ${this.#revision}`);
    }
    for (const change of entry.changes) this.#put(change);
    this.#revision = entry.revision;
  }

  #put(change: RecordChange): void {
    if (change.kind === "scope") this.#noteScope(this.scope(change.name), change.after);
    else this.#noteOther(change);
    this.#indexes.put(change);
  }

  #noteOther(change: RecordChange): void {
    if (change.kind === "reservedName") this.#noteReservedName(this.reservedName(change.name), change.after);
    if (change.kind === "client") this.#clientNames.change(change.name, this.client(change.name), change.after);
  }

  #noteScope(before: ScopeRecord | undefined, after: ScopeRecord | undefined): void {
    for (const alias of before?.aliases ?? []) this.#otherNames.remove(alias);
    for (const alias of after?.aliases ?? []) this.#otherNames.add(alias);
    if (before !== undefined && before.owner !== after?.owner) {
      const owned = this.#ownedBy(before.owner);
      owned.names.remove(before.name);
      if (owned.digest !== undefined) owned.digest ^= scopeDigest(before);
    }
    if (after === undefined) {
      if (before !== undefined) this.#names.remove(before.name);
      return;
    }
    const owned = this.#ownedBy(after.owner);
    const stays = before !== undefined && before.owner === after.owner;
    if (!stays) owned.names.add(after.name);
    if (owned.digest !== undefined) owned.digest ^= scopeDigest(stays ? before : undefined) ^ scopeDigest(after);
    if (after.revision > owned.lastChange) owned.lastChange = after.revision;
    if (before === undefined) this.#names.add(after.name);
  }

  #noteReservedName(before: ReservedNameRecord | undefined, after: ReservedNameRecord | undefined): void {
    if (before === undefined && after !== undefined) this.#otherNames.add(after.name);
    if (before !== undefined && after === undefined) this.#otherNames.remove(before.name);
    if (after === undefined) return;
    const owned = this.#ownedBy(after.owner);
    if (after.revision > owned.lastChange) owned.lastChange = after.revision;
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
