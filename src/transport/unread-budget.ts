/** How many bytes answers may hold that their readers have not taken yet, on all ports together. */
export const UNREAD_BUDGET_BYTES = 128 * 1024 * 1024;

/** The smallest piece of an answer that counts, in bytes: a smaller one is of the size of what a call takes anyway. */
export const COUNTED_BYTES = 16 * 1024;

/** The owner of what strangers read: all of them are one, as whoever has many connections is still one. */
export const STRANGERS = "";

/** How an answer can be ended whose reader does not take it. */
export interface Cuttable {
  /** Ends the answer. */
  cut(): void;
  /** Ends the connection, which lets not even the end of the answer through. */
  disconnect(): void;
}

/** A piece of an answer, written and not taken. */
interface Piece extends Cuttable {
  readonly owner: string;
  readonly bytes: Uint8Array;
}

/**
 * Bounds what answers hold that are not read. Where all of them hold too much, who holds the most has the answer cut that waits for
 * the longest time, so that nobody can have others cut; what several read comes last, as little is won by cutting one of them. Where
 * what is cut does not leave, its connection is.
 */
export class UnreadBudget {
  readonly #limit: number;
  readonly #all = new Holding();
  readonly #owners = new Map<string, Holding>();
  /** What is cut, and still held. */
  readonly #cut = new Holding();

  constructor(limit = UNREAD_BUDGET_BYTES) {
    this.#limit = limit;
  }

  /** How many bytes are held. What several readers share counts once. */
  get bytes(): number {
    return this.#all.bytes + this.#cut.bytes;
  }

  /**
   * Counts a piece that is written to its reader. It may have others cut at once, but not itself.
   *
   * @param owner who reads it, or {@link STRANGERS}
   * @returns what is to be called when nothing holds it any more; more than once does no harm
   */
  hold(owner: string, bytes: Uint8Array, { cut, disconnect }: Cuttable): () => void {
    const piece: Piece = { owner, bytes, cut, disconnect };
    let holding = this.#owners.get(owner);
    if (holding === undefined) {
      holding = new Holding();
      this.#owners.set(owner, holding);
    }
    holding.add(piece);
    this.#all.add(piece);
    if (this.#all.bytes > this.#limit) this.#keepLimit(piece);
    return () => this.#release(piece);
  }

  #keepLimit(newest: Piece): void {
    while (this.#all.bytes > this.#limit) {
      const next = this.#nextToCut(newest);
      if (next === undefined) break;
      this.#release(next);
      this.#cut.add(next);
      next.cut();
    }
    for (let stuck = this.#cut.oldest; stuck !== undefined && this.#cut.bytes > this.#limit; stuck = this.#cut.oldest) {
      this.#cut.remove(stuck);
      stuck.disconnect();
    }
  }

  /** Never the newest: where that is what makes its owner hold the most, others are cut only if they hold too much without it. */
  #nextToCut(newest: Piece): Piece | undefined {
    const piece = this.#firstOf(largest(this.#owners.values()));
    if (piece !== newest) return piece;
    if (this.#all.bytes - newest.bytes.length <= this.#limit) return undefined;
    const own = this.#owners.get(newest.owner);
    return this.#firstOf(largest([...this.#owners.values()].filter((holding) => holding !== own)));
  }

  /** The oldest that frees its bytes alone, or else the oldest. */
  #firstOf(holding: Holding | undefined): Piece | undefined {
    return holding?.oldestWith(({ bytes }) => this.#all.shares(bytes) === 1) ?? holding?.oldest;
  }

  #release(piece: Piece): void {
    this.#cut.remove(piece);
    if (!this.#all.remove(piece)) return;
    const holding = this.#owners.get(piece.owner);
    holding?.remove(piece);
    if (holding?.oldest === undefined) this.#owners.delete(piece.owner);
  }
}

/** Pieces in the order in which they came, and the bytes that they hold together. */
class Holding {
  readonly #pieces = new Set<Piece>();
  /** How many pieces share the same bytes. */
  readonly #shares = new Map<Uint8Array, number>();
  bytes = 0;

  get oldest(): Piece | undefined {
    return this.#pieces.values().next().value;
  }

  oldestWith(isWanted: (piece: Piece) => boolean): Piece | undefined {
    return this.#pieces.values().find(isWanted);
  }

  shares(bytes: Uint8Array): number {
    return this.#shares.get(bytes) ?? 0;
  }

  add(piece: Piece): void {
    this.#pieces.add(piece);
    const { bytes } = piece;
    const shares = this.shares(bytes);
    if (shares === 0) this.bytes += bytes.length;
    this.#shares.set(bytes, shares + 1);
  }

  /** Whether it was there. */
  remove(piece: Piece): boolean {
    if (!this.#pieces.delete(piece)) return false;
    const { bytes } = piece;
    const shares = this.#shares.get(bytes) ?? 1;
    if (shares > 1) this.#shares.set(bytes, shares - 1);
    else {
      this.#shares.delete(bytes);
      this.bytes -= bytes.length;
    }
    return true;
  }
}

function largest(holdings: Iterable<Holding>): Holding | undefined {
  let found: Holding | undefined;
  for (const holding of holdings) if (found === undefined || holding.bytes > found.bytes) found = holding;
  return found;
}
