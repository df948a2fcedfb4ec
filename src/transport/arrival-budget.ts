import { RegistryError } from "../registry/registry-error.ts";

/** How many bytes requests that have not arrived whole may hold, on all ports together. */
export const ARRIVAL_BUDGET_BYTES = 128 * 1024 * 1024;

/** What has arrived of one request. */
export interface Arrival {
  /** So many more bytes of it are held. */
  add(bytes: number): void;
  /** It is known now who sends it. */
  belongsTo(owner: string): void;
  /** It holds nothing any more, and may go on to hold something. */
  clear(): void;
  /** It has arrived whole, or will not. */
  close(): void;
}

/** All that arrives of one sender. */
interface Holder {
  bytes: number;
  readonly arrivals: Set<OpenArrival>;
}

/**
 * Bounds what requests hold until they have arrived whole. Where all of them hold too much, the largest one of who holds the
 * most is refused, so that nobody can have others refused.
 */
export class ArrivalBudget {
  readonly #limit: number;
  readonly #holders = new Map<string | undefined, Holder>();
  readonly #onChange = (arrival: OpenArrival, bytes: number) => this.#change(arrival, bytes);
  readonly #onClear = (arrival: OpenArrival) => this.#forget(arrival);
  #bytes = 0;

  constructor(limit = ARRIVAL_BUDGET_BYTES) {
    this.#limit = limit;
  }

  /**
   * Begins to count a request, as a stranger's. All strangers are one sender: whoever has many connections is still one.
   *
   * @param refuse is called once at the most, with the request's refusal, and the request is closed then
   */
  open(refuse: (refusal: RegistryError) => void): Arrival {
    return new OpenArrival(refuse, this.#onChange, this.#onClear);
  }

  #change(arrival: OpenArrival, bytes: number): void {
    let holder = this.#holders.get(arrival.holder);
    if (holder === undefined) {
      holder = { bytes: 0, arrivals: new Set() };
      this.#holders.set(arrival.holder, holder);
    }
    holder.arrivals.add(arrival);
    holder.bytes += bytes;
    this.#bytes += bytes;
    if (bytes > 0) this.#keepLimit();
  }

  #forget(arrival: OpenArrival): void {
    const holder = this.#holders.get(arrival.holder);
    if (holder === undefined) return;
    holder.arrivals.delete(arrival);
    if (holder.arrivals.size === 0) this.#holders.delete(arrival.holder);
  }

  #keepLimit(): void {
    while (this.#bytes > this.#limit) {
      const holder = largest(this.#holders.values());
      const arrival = holder && largest(holder.arrivals);
      if (arrival === undefined) return;
      arrival.close();
      arrival.refuse(overloaded());
    }
  }
}

class OpenArrival implements Arrival {
  /** Undefined: a stranger. */
  holder: string | undefined;
  bytes = 0;
  readonly refuse: (refusal: RegistryError) => void;
  readonly #onChange: (arrival: OpenArrival, bytes: number) => void;
  readonly #onClear: (arrival: OpenArrival) => void;
  #closed = false;

  constructor(
    refuse: (refusal: RegistryError) => void,
    onChange: (arrival: OpenArrival, bytes: number) => void,
    onClear: (arrival: OpenArrival) => void,
  ) {
    this.refuse = refuse;
    this.#onChange = onChange;
    this.#onClear = onClear;
  }

  add(bytes: number): void {
    if (this.#closed) return;
    this.bytes += bytes;
    this.#onChange(this, bytes);
  }

  belongsTo(owner: string): void {
    const { bytes } = this;
    this.clear();
    this.holder = owner;
    if (bytes > 0) this.add(bytes);
  }

  clear(): void {
    if (this.bytes > 0) this.#onChange(this, -this.bytes);
    this.bytes = 0;
    this.#onClear(this);
  }

  close(): void {
    this.clear();
    this.#closed = true;
  }
}

function largest<T extends { readonly bytes: number }>(items: Iterable<T>): T | undefined {
  let found: T | undefined;
  for (const item of items) if (found === undefined || item.bytes > found.bytes) found = item;
  return found;
}

function overloaded(): RegistryError {
  return new RegistryError("OVERLOADED", "Too many large requests arrive at once: try again later", {
    retryAfterMs: 1_000,
  });
}
