import { NumberedValues } from "./numbered-values.ts";
import type { ChangePart, FeedMessage, SnapshotPart } from "./read-feed-message.ts";
import { type ScopeEntry, type ScopeValues, scopeEntry } from "./scope-entry.ts";

/** What a message did to what is known. */
export type Effect =
  /** Nothing yet: it is a part of something. */
  | { readonly type: "none" }
  /** A part of the state has come. */
  | { readonly type: "loading" }
  /** The state is there, in place of all that was known. */
  | { readonly type: "loaded" }
  | { readonly type: "changed"; readonly names: readonly string[] }
  /** The state is the newest one, as the registry knew at this time: see `Bookmark.time`. */
  | { readonly type: "current"; readonly time: number }
  /** What follows does not build on what is known: it must be read anew. */
  | { readonly type: "lost" };

const NONE: Effect = { type: "none" };

/**
 * Every scope, and where that stands in the registry's history. It changes in whole revisions; only the first state shows as it
 * comes, part by part, and one that is read anew once it is more than what was known.
 */
export class ScopeStore {
  readonly values: ScopeValues = { owners: new NumberedValues(), resources: new NumberedValues() };
  #entries: ScopeEntry[] = [];
  /** What has changed and is not yet among the entries; undefined: it has been deleted. */
  readonly #changed = new Map<string, ScopeEntry | undefined>();
  #loading: ScopeEntry[] | undefined;
  #parts: ChangePart[] = [];
  #revision = 0;
  #registryId = "";
  #version = 0;

  /** The revision that the state is of; 0: it is not whole. */
  get revision(): number {
    return this.#revision;
  }

  get registryId(): string {
    return this.#registryId;
  }

  /** Another number whenever the entries are others. */
  get version(): number {
    return this.#version;
  }

  /** Every scope, by name. */
  entries(): readonly ScopeEntry[] {
    if (this.#changed.size > 0) {
      this.#entries = merged(this.#entries, this.#changed);
      this.#changed.clear();
    }
    return this.#entries;
  }

  /** Takes in the next message. @param now in milliseconds since 1970-01-01T00:00:00Z */
  apply({ event, registryId }: FeedMessage, now: number): Effect {
    switch (event?.case) {
      case "snapshot":
        return this.#load(event, registryId);
      case "change":
        return this.#change(event, now);
      case "bookmark":
        if (registryId !== this.#registryId || event.revision !== this.#revision) return { type: "lost" };
        return event.time === undefined ? NONE : { type: "current", time: event.time };
      default:
        return NONE;
    }
  }

  /** The feed has ended: what had come of a state or of a revision does not count. */
  forgetParts(): void {
    this.#loading = undefined;
    this.#parts = [];
  }

  #load({ scopes, complete, revision }: SnapshotPart, registryId: string): Effect {
    this.#loading ??= [];
    for (const scope of scopes) this.#loading.push(scopeEntry(scope, this.values, 0, this.#loading.at(-1)));
    const isMore = this.#revision === 0 && this.#loading.length >= this.#entries.length;
    if (complete || isMore) this.#show(this.#loading);
    if (!complete) return { type: "loading" };
    this.#revision = revision;
    this.#registryId = registryId;
    this.forgetParts();
    return { type: "loaded" };
  }

  #change(part: ChangePart, now: number): Effect {
    if (part.revision <= this.#revision) return NONE;
    if (part.revision !== this.#revision + 1) return { type: "lost" };
    this.#parts.push(part);
    if (part.continued) return NONE;
    const changes = this.#parts.flatMap((each) => each.changes);
    for (const { name, after } of changes) {
      this.#changed.set(name, after && scopeEntry(after, this.values, now));
    }
    this.#parts = [];
    this.#revision = part.revision;
    this.#version += 1;
    return { type: "changed", names: changes.map(({ name }) => name) };
  }

  #show(entries: ScopeEntry[]): void {
    this.#changed.clear();
    this.#entries = entries;
    this.#version += 1;
  }
}

/** The entries with what has changed, by name. */
function merged(entries: readonly ScopeEntry[], changed: ReadonlyMap<string, ScopeEntry | undefined>): ScopeEntry[] {
  const fresh = [...changed.values()].filter((entry) => entry !== undefined).sort(byName);
  const all: ScopeEntry[] = [];
  let next = 0;
  for (const entry of entries) {
    for (let each = fresh[next]; each !== undefined && each.row.name < entry.row.name; each = fresh[++next]) {
      all.push(each);
    }
    if (!changed.has(entry.row.name)) all.push(entry);
  }
  return all.concat(fresh.slice(next));
}

function byName(one: ScopeEntry, other: ScopeEntry): number {
  return one.row.name < other.row.name ? -1 : 1;
}
