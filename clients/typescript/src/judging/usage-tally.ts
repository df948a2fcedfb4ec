/** That a scope was granted to a client on a day. */
export interface TalliedUse {
  /** The scope's registered name; of an instance that of its template. */
  readonly name: string;
  /** Empty: no client was named. */
  readonly clientId: string;
  /** Days since 1970-01-01, in UTC. */
  readonly day: number;
}

/** The most names of a client's last time that are kept. */
const MAX_LAST_NAMES = 32;

interface LastAdded {
  readonly names: readonly string[];
  readonly day: number;
}

type OpenUse = { -readonly [K in keyof TalliedUse]: TalliedUse[K] };

/**
 * Counts which scope was granted to which client on which day, each fact once: what was taken out of it does not come again
 * as long as it is remembered. Adding a fact that is known takes two look-ups and no memory.
 */
export class UsageTally {
  readonly #maxPairs: number;
  /** The newest use by client and name: those that wait to be taken, and those that were. */
  #known = new Map<string, Map<string, OpenUse>>();
  #knownPairs = 0;
  /** Those that wait to be taken. */
  #fresh = new Set<OpenUse>();
  /** What was last added for each client: most ask for the same scopes again and again. */
  readonly #last = new Map<string, LastAdded>();

  /**
   * @param maxPairs how many pairs of a client and a scope are kept until they are taken: further ones are dropped. At most
   *   twice as many are remembered.
   */
  constructor(maxPairs: number) {
    this.#maxPairs = maxPairs;
  }

  /**
   * Adds that a client was granted several scopes. Where these are those of the last time, that is all that is looked at.
   *
   * @returns whether all of it is known now: nothing was dropped for want of room
   */
  addAll(clientId: string, names: readonly string[], day: number): boolean {
    // A client that was granted nothing is not to be remembered.
    if (names.length === 0) return true;
    const last = this.#last.get(clientId);
    if (last !== undefined && last.day === day && sameNames(last.names, names)) return true;
    for (const name of names) this.add(clientId, name, day);
    // What was dropped is to be looked at again.
    if (this.#fresh.size >= this.#maxPairs) return false;
    if (names.length <= MAX_LAST_NAMES) this.#last.set(clientId, { names, day });
    return true;
  }

  /** Adds a fact. A day before the one that is known of the pair changes nothing. */
  add(clientId: string, name: string, day: number): void {
    const known = this.#known.get(clientId)?.get(name);
    if (known === undefined || known.day < day) this.#addFresh(clientId, name, day, known);
  }

  /** The facts that were added since the last time. They count as known from now on: put back what could not be passed on. */
  take(): readonly TalliedUse[] {
    const taken = [...this.#fresh];
    this.#fresh = new Set();
    if (this.#knownPairs > this.#maxPairs) this.#rememberOnly(taken);
    return taken;
  }

  /** Has facts that were taken come again the next time, unless newer ones have taken their place. */
  putBack(uses: readonly TalliedUse[]): void {
    this.#last.clear();
    for (const { clientId, name, day } of uses) {
      const known = this.#known.get(clientId)?.get(name);
      if (known === undefined || known.day <= day) this.#addFresh(clientId, name, day, known);
    }
  }

  /** Drops what is known of scopes, taken or not: if they are used again, that comes again. */
  forget(names: readonly string[]): void {
    const forgotten = new Set(names);
    this.#last.clear();
    for (const [clientId, uses] of this.#known) {
      for (const [name, use] of uses) {
        if (!forgotten.has(name)) continue;
        uses.delete(name);
        this.#fresh.delete(use);
        this.#knownPairs -= 1;
      }
      if (uses.size === 0) this.#known.delete(clientId);
    }
  }

  #addFresh(clientId: string, name: string, day: number, known: OpenUse | undefined): void {
    if (known !== undefined && this.#fresh.has(known)) {
      known.day = day;
    } else if (this.#fresh.size < this.#maxPairs) {
      const use = { name, clientId, day };
      this.#fresh.add(use);
      this.#remember(use);
    }
    // Else it is dropped, and not for good: taking forgets what was known beside those taken.
  }

  #remember(use: OpenUse): void {
    let names = this.#known.get(use.clientId);
    if (names === undefined) {
      names = new Map();
      this.#known.set(use.clientId, names);
    }
    if (!names.has(use.name)) this.#knownPairs += 1;
    names.set(use.name, use);
  }

  #rememberOnly(uses: readonly OpenUse[]): void {
    this.#last.clear();
    this.#known = new Map();
    this.#knownPairs = 0;
    for (const use of uses) this.#remember(use);
  }
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
