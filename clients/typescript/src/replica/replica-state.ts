import type { WatchScopesResponse } from "../gen/scoperegistry/v1/scope_registry_pb.ts";
import { ScopeIndex } from "../judging/scope-index.ts";
import type { ScopeRecord } from "../judging/scope-record.ts";
import { scopeFromMessage } from "./scope-from-message.ts";

type Snapshot = (WatchScopesResponse["event"] & { case: "snapshot" })["value"];
type Change = (WatchScopesResponse["event"] & { case: "change" })["value"];

/** What a message did to the state. */
export type Effect =
  /** Nothing yet: it is a part of something. */
  | { readonly type: "none" }
  /** Scopes changed; no names: any may have. */
  | { readonly type: "changed"; readonly names: readonly string[] | undefined }
  /** The state is of this revision, and nothing was newer at the time, in milliseconds since 1970-01-01T00:00:00Z. */
  | { readonly type: "current"; readonly time: number }
  /** What follows does not build on this state: it must be read anew. */
  | { readonly type: "lost" };

const NONE: Effect = { type: "none" };

/**
 * The scopes and where they stand in the registry's history. It changes in whole revisions only: what comes in several
 * messages takes effect with the last one, and {@link forgetParts} drops what has come of it.
 */
export class ReplicaState {
  #index = new ScopeIndex();
  #revision = 0;
  #registryId = "";
  #loading: ScopeIndex | undefined;
  #pending: Change["changes"] = [];
  readonly #filtered: boolean;

  /** @param filtered whether revisions are left out that change nothing for this reader */
  constructor(filtered: boolean) {
    this.#filtered = filtered;
  }

  get index(): ScopeIndex {
    return this.#index;
  }

  /** The newest revision; 0: there is no state yet. */
  get revision(): number {
    return this.#revision;
  }

  get registryId(): string {
    return this.#registryId;
  }

  /** Takes over what was kept. */
  restore(registryId: string, revision: number, scopes: Iterable<ScopeRecord>): void {
    const index = new ScopeIndex();
    for (const scope of scopes) index.set(scope);
    this.#replace(index, registryId, revision);
  }

  /** Takes in the next message of the feed. */
  apply({ event, registryId }: WatchScopesResponse): Effect {
    switch (event.case) {
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

  #load({ scopes, complete, revision }: Snapshot, registryId: string): Effect {
    this.#loading ??= new ScopeIndex();
    for (const scope of scopes) this.#loading.set(scopeFromMessage(scope));
    if (!complete) return NONE;
    this.#replace(this.#loading, registryId, Number(revision));
    return { type: "changed", names: undefined };
  }

  #change({ revision, changes, continued }: Change): Effect {
    const next = Number(revision);
    if (next <= this.#revision) return NONE;
    if (!this.#filtered && next !== this.#revision + 1) return { type: "lost" };
    this.#pending = this.#pending.length === 0 ? changes : [...this.#pending, ...changes];
    if (continued) return NONE;
    const names = this.#pending.map(({ name }) => name);
    for (const { name, after } of this.#pending) {
      if (after === undefined) this.#index.delete(name);
      else this.#index.set(scopeFromMessage(after));
    }
    this.#pending = [];
    this.#revision = next;
    return { type: "changed", names };
  }

  #replace(index: ScopeIndex, registryId: string, revision: number): void {
    this.#index = index;
    this.#registryId = registryId;
    this.#revision = revision;
    this.forgetParts();
  }
}
