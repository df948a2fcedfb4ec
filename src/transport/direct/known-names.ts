import { randomBytes } from "node:crypto";

/** What is kept of a name: where its bytes are, the numbers that came with it, and what {@link KnownNames.noteClient} has put beside. */
const FIELDS = { start: 0, grantedEnd: 1, verdictEnd: 2, resources: 3, client: 4, countedIn: 5 } as const;
const STRIDE = 8;
/** How many places are looked at for a name: names that were made to meet in the table cost no more than that. */
const MAX_PROBES = 16;
const INITIAL_SLOTS = 1_024;
const INITIAL_BYTES = 64 * 1024;
const FNV_PRIME = 0x01000193;

/**
 * Names by their bytes, each with pieces of an answer: to be found and copied without making a text of a name, and with few reads of
 * memory. A large registry's names are in no cache of the processor.
 */
export class KnownNames {
  readonly #seed = randomBytes(4).readInt32LE();
  readonly #maxBytes: number;
  /** Pairs of a hash and an entry's number plus one; a power of two of them, at most half in use. */
  #slots = new Int32Array(INITIAL_SLOTS * 2);
  #entries = new Int32Array((INITIAL_SLOTS / 2) * STRIDE);
  #bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #used = 0;
  #count = 0;

  /** @param maxBytes how much all pieces hold at the most: beyond it nothing is added until {@link clear} */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The entry of a name, which is a part of these bytes; -1: it is not here. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const hash = this.#hash(bytes, start, end);
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    for (let probe = 0, at = hash & mask; probe < MAX_PROBES; probe++, at = (at + 1) & mask) {
      const entry = (slots[at * 2 + 1] as number) - 1;
      if (entry < 0) return -1;
      if (slots[at * 2] === hash && this.#isNamed(entry, bytes, start, end)) return entry;
    }
    return -1;
  }

  /**
   * Adds a name that is not here.
   *
   * @param granted the piece that grants it: a string field whose value is the name
   * @param verdict the piece that is its verdict
   * @param resources the number of its list of resources
   * @param countedIn the number of the cell that its verdicts are counted in
   * @returns its entry; -1: there is no room
   */
  add(granted: Uint8Array, nameLength: number, verdict: Uint8Array, resources: number, countedIn: number): number {
    const size = granted.length + verdict.length;
    if (this.#used + size > this.#maxBytes) return -1;
    this.#reserve(size);
    const start = this.#used;
    const grantedEnd = start + granted.length;
    this.#bytes.set(granted, start);
    this.#bytes.set(verdict, grantedEnd);
    const hash = this.#hash(granted, granted.length - nameLength, granted.length);
    const slot = this.#freeSlot(hash);
    if (slot < 0) return -1;
    this.#used += size;
    const entry = this.#count++;
    this.#entries.set([start, grantedEnd, grantedEnd + verdict.length, resources, 0, countedIn], entry * STRIDE);
    this.#slots[slot * 2] = hash;
    this.#slots[slot * 2 + 1] = entry + 1;
    return entry;
  }

  grantedSize(entry: number): number {
    return this.#field(entry, FIELDS.grantedEnd) - this.#field(entry, FIELDS.start);
  }

  verdictSize(entry: number): number {
    return this.#field(entry, FIELDS.verdictEnd) - this.#field(entry, FIELDS.grantedEnd);
  }

  resources(entry: number): number {
    return this.#field(entry, FIELDS.resources);
  }

  /** The number of the cell that its verdicts are counted in. */
  countedIn(entry: number): number {
    return this.#field(entry, FIELDS.countedIn);
  }

  /** The number of the client that was last noted for a name; 0: none. */
  client(entry: number): number {
    return this.#field(entry, FIELDS.client);
  }

  noteClient(entry: number, client: number): void {
    this.#entries[entry * STRIDE + FIELDS.client] = client;
  }

  /** Copies the piece that grants a name. Returns where it ends. */
  copyGranted(entry: number, target: Buffer, at: number): number {
    return at + this.#bytes.copy(target, at, this.#field(entry, FIELDS.start), this.#field(entry, FIELDS.grantedEnd));
  }

  /** Copies the piece that is its verdict. Returns where it ends. */
  copyVerdict(entry: number, target: Buffer, at: number): number {
    const end = this.#field(entry, FIELDS.verdictEnd);
    return at + this.#bytes.copy(target, at, this.#field(entry, FIELDS.grantedEnd), end);
  }

  /** Forgets everything. */
  clear(): void {
    if (this.#count === 0) return;
    this.#slots.fill(0);
    this.#used = 0;
    this.#count = 0;
  }

  #field(entry: number, field: number): number {
    return this.#entries[entry * STRIDE + field] as number;
  }

  /** FNV-1a, of a seed that nobody knows. */
  #hash(bytes: Uint8Array, start: number, end: number): number {
    let hash = this.#seed;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), FNV_PRIME);
    return hash ^ (hash >>> 15);
  }

  #isNamed(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const known = this.#bytes;
    const grantedEnd = this.#field(entry, FIELDS.grantedEnd);
    const length = end - start;
    const from = grantedEnd - length;
    // In front of the name stands its length: one that is longer ends alike, and begins elsewhere.
    if (from - this.#field(entry, FIELDS.start) !== (length < 0x80 ? 2 : 3)) return false;
    for (let at = 0; at < length; at++) if (known[from + at] !== bytes[start + at]) return false;
    return true;
  }

  #freeSlot(hash: number): number {
    if ((this.#count + 1) * 4 > this.#slots.length) this.#grow();
    const mask = this.#slots.length / 2 - 1;
    for (let probe = 0, at = hash & mask; probe < MAX_PROBES; probe++, at = (at + 1) & mask) {
      if (this.#slots[at * 2 + 1] === 0) return at;
    }
    return -1;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    const mask = this.#slots.length / 2 - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      const hash = old[from] as number;
      let at = hash & mask;
      while (this.#slots[at * 2 + 1] !== 0) at = (at + 1) & mask;
      this.#slots[at * 2] = hash;
      this.#slots[at * 2 + 1] = old[from + 1] as number;
    }
    const entries = new Int32Array(this.#entries.length * 2);
    entries.set(this.#entries);
    this.#entries = entries;
  }

  #reserve(size: number): void {
    if (this.#used + size <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#used + size));
    this.#bytes.copy(grown, 0, 0, this.#used);
    this.#bytes = grown;
  }
}
