import type { ScopeRecord } from "@scope-registry/client/judging";
import { estimateScopeBytes } from "./record-size.ts";
import type { RegistryState } from "./registry-state.ts";
import type { SnapshotEvent } from "./watch-event.ts";

/** How many scopes one part holds. */
const MAX_PART_SCOPES = 1_000;
/** How much one part holds: small enough that a slow reader has little under way. */
const MAX_PART_BYTES = 1024 * 1024;

/**
 * The whole state at one revision, in parts ordered by name. The parts are cut when somebody first reads them, so that a
 * large registry holds up nobody else.
 */
export class Snapshot {
  readonly revision: number;
  readonly #registryId: string;
  readonly #scopes: readonly ScopeRecord[];
  readonly #parts: SnapshotEvent[] = [];
  #cut = 0;

  constructor(state: RegistryState, registryId: string) {
    this.revision = state.revision;
    this.#registryId = registryId;
    this.#scopes = state.namesOf().map((name) => state.scope(name) as ScopeRecord);
  }

  /** The part at a place; undefined: the one before was the last. */
  part(at: number): SnapshotEvent | undefined {
    if (at === this.#parts.length && this.#parts.at(-1)?.complete !== true) this.#parts.push(this.#nextPart());
    return this.#parts[at];
  }

  #nextPart(): SnapshotEvent {
    const start = this.#cut;
    let bytes = 0;
    for (; this.#cut < this.#scopes.length && this.#cut - start < MAX_PART_SCOPES; this.#cut++) {
      bytes += estimateScopeBytes(this.#scopes[this.#cut]);
      if (bytes > MAX_PART_BYTES && this.#cut > start) break;
    }
    return {
      type: "snapshot",
      registryId: this.#registryId,
      revision: this.revision,
      scopes: this.#scopes.slice(start, this.#cut),
      complete: this.#cut === this.#scopes.length,
    };
  }
}

/**
 * Hands one snapshot to all readers that come at the same revision: replicas often start together. It is kept by those who
 * read it, and by nobody after them.
 */
export class SharedSnapshot {
  #state: WeakRef<RegistryState> | undefined;
  #snapshot: WeakRef<Snapshot> | undefined;

  of(state: RegistryState, registryId: string): Snapshot {
    const known = this.#snapshot?.deref();
    if (known !== undefined && this.#state?.deref() === state && known.revision === state.revision) return known;
    const snapshot = new Snapshot(state, registryId);
    this.#snapshot = new WeakRef(snapshot);
    this.#state = new WeakRef(state);
    return snapshot;
  }
}
