import type { ClientRecord } from "./client-record.ts";
import { type ClientRights, createClientRights } from "./client-rights.ts";

/** The clients that have a policy or grants, as judging reads them. */
export interface ReadonlyClientIndex {
  /** How many clients there are. */
  readonly size: number;
  /** The client of this exact identifier. */
  get(id: string): ClientRecord | undefined;
  /** All clients, in no order. */
  values(): IterableIterator<ClientRecord>;
  /** What a client may ask for; undefined: it has no record, so that it has no ceiling and no grants. */
  rightsOf(id: string): ClientRights | undefined;
}

/** The clients in memory. */
export class ClientIndex implements ReadonlyClientIndex {
  readonly #clients = new Map<string, ClientRecord>();
  /** Of the clients that have asked since their records last changed. */
  readonly #rights = new Map<string, ClientRights>();

  get size(): number {
    return this.#clients.size;
  }

  get(id: string): ClientRecord | undefined {
    return this.#clients.get(id);
  }

  values(): IterableIterator<ClientRecord> {
    return this.#clients.values();
  }

  rightsOf(id: string): ClientRights | undefined {
    const known = this.#rights.get(id);
    if (known !== undefined) return known;
    const record = this.#clients.get(id);
    if (record === undefined) return undefined;
    const rights = createClientRights(record);
    this.#rights.set(id, rights);
    return rights;
  }

  /** Adds a client, or puts it in the place of the one of the same identifier. */
  set(record: ClientRecord): void {
    this.#clients.set(record.clientId, record);
    this.#rights.delete(record.clientId);
  }

  /** Takes a client out. */
  delete(id: string): void {
    this.#clients.delete(id);
    this.#rights.delete(id);
  }
}
