import type { ScopeVerdict, VerdictStatusName } from "@scope-registry/client/judging";

/** How many owners are told apart. Everybody can become one who registers, and each is kept for as long as the process lives. */
export const MAX_COUNTED_OWNERS = 1_000;

/** Stands for all owners beyond {@link MAX_COUNTED_OWNERS}. */
export const OTHER_OWNERS = "(others)";

/** How many verdicts there were. */
export interface VerdictCount {
  readonly status: VerdictStatusName;
  /** Of the scope; empty: the registry itself has it, or there is no such scope. */
  readonly owner: string;
  readonly count: number;
}

/**
 * Counts verdicts by status and owner, since the start of the process. Counting is no more than a look-up, and adding one in an array
 * for who keeps the number of a cell. Names are not told apart: whoever asks can make them up.
 */
export class VerdictCounts {
  readonly #maxOwners: number;
  readonly #cells = new Map<string, Map<VerdictStatusName, number>>();
  readonly #labels: Omit<VerdictCount, "count">[] = [];
  #counts = new Float64Array(64);

  constructor({ maxOwners = MAX_COUNTED_OWNERS } = {}) {
    this.#maxOwners = maxOwners;
  }

  /** The number of the cell in which verdicts of a status on scopes of an owner are counted. It stays what it is. */
  cellOf(status: VerdictStatusName, owner: string): number {
    return this.#cells.get(owner)?.get(status) ?? this.#addCell(status, owner);
  }

  /** Counts a verdict. */
  countIn(cell: number): void {
    (this.#counts[cell] as number) += 1;
  }

  /** Counts the verdicts of a judgement. */
  count(verdicts: readonly ScopeVerdict[]): void {
    for (const { status, scope } of verdicts) this.countIn(this.cellOf(status, scope?.owner ?? ""));
  }

  /** What was counted, in no order. */
  values(): readonly VerdictCount[] {
    return this.#labels.map((labels, cell) => ({ ...labels, count: this.#counts[cell] as number }));
  }

  #addCell(status: VerdictStatusName, owner: string): number {
    let ofOwner = this.#cells.get(owner);
    if (ofOwner === undefined) {
      // What has no owner, and those that are not told apart, have their place whatever comes before.
      if (owner !== "" && owner !== OTHER_OWNERS && this.#cells.size >= this.#maxOwners) {
        return this.cellOf(status, OTHER_OWNERS);
      }
      ofOwner = new Map();
      this.#cells.set(owner, ofOwner);
    }
    const cell = this.#labels.push({ status, owner }) - 1;
    ofOwner.set(status, cell);
    if (cell === this.#counts.length) {
      const grown = new Float64Array(cell * 2);
      grown.set(this.#counts);
      this.#counts = grown;
    }
    return cell;
  }
}
