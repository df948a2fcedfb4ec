import type { ClientRecord, ScopeRecord } from "@scope-registry/client/judging";
import { estimateEntryBytes, estimateScopeBytes } from "./record-size.ts";
import type { RegistryState } from "./registry-state.ts";
import type { SnapshotEvent } from "./watch-event.ts";

/** How many records one part holds. */
const MAX_PART_RECORDS = 1_000;
/** How much one part holds: small enough that a slow reader has little under way. */
const MAX_PART_BYTES = 1024 * 1024;

/**
 * The state at one revision, in parts: scopes ordered by name and, where they are wanted, clients after them. The parts are
 * cut when somebody first reads them, so that a large registry holds up nobody else.
 */
export class Snapshot {
  readonly revision: number;
  readonly #registryId: string;
  readonly #scopes: readonly ScopeRecord[];
  readonly #clients: readonly ClientRecord[];
  readonly #parts: SnapshotEvent[] = [];
  #cut = 0;

  constructor(state: RegistryState, registryId: string, withClients: boolean) {
    this.revision = state.revision;
    this.#registryId = registryId;
    this.#scopes = state.namesOf().map((name) => state.scope(name) as ScopeRecord);
    this.#clients = withClients ? [...state.clients.values()].sort(byIdentifier) : [];
  }

  /** The part at a place; undefined: the one before was the last. */
  part(at: number): SnapshotEvent | undefined {
    if (at === this.#parts.length && this.#parts.at(-1)?.complete !== true) this.#parts.push(this.#nextPart());
    return this.#parts[at];
  }

  #nextPart(): SnapshotEvent {
    const start = this.#cut;
    const scopeCount = this.#scopes.length;
    const end = scopeCount + this.#clients.length;
    let bytes = 0;
    for (; this.#cut < end && this.#cut - start < MAX_PART_RECORDS; this.#cut++) {
      bytes += this.#sizeAt(this.#cut);
      if (bytes > MAX_PART_BYTES && this.#cut > start) break;
    }
    return {
      type: "snapshot",
      registryId: this.#registryId,
      revision: this.revision,
      scopes: this.#scopes.slice(start, this.#cut),
      clients: this.#clients.slice(Math.max(0, start - scopeCount), Math.max(0, this.#cut - scopeCount)),
      complete: this.#cut === end,
    };
  }

  #sizeAt(at: number): number {
    const client = this.#clients[at - this.#scopes.length];
    if (client === undefined) return estimateScopeBytes(this.#scopes[at]);
    return estimateEntryBytes([{ kind: "client", name: client.clientId, before: undefined, after: client }]);
  }
}

function byIdentifier(a: ClientRecord, b: ClientRecord): number {
  return a.clientId < b.clientId ? -1 : 1;
}

/**
 * Hands one snapshot to all readers that come at the same revision: replicas often start together. It is kept by those who
 * read it, and by nobody after them.
 */
export class SharedSnapshot {
  #state: WeakRef<RegistryState> | undefined;
  #snapshot: WeakRef<Snapshot> | undefined;
  readonly #withClients: boolean;

  constructor({ withClients }: { withClients: boolean }) {
    this.#withClients = withClients;
  }

  of(state: RegistryState, registryId: string): Snapshot {
    const known = this.#snapshot?.deref();
    if (known !== undefined && this.#state?.deref() === state && known.revision === state.revision) return known;
    const snapshot = new Snapshot(state, registryId, this.#withClients);
    this.#snapshot = new WeakRef(snapshot);
    this.#state = new WeakRef(state);
    return snapshot;
  }
}
