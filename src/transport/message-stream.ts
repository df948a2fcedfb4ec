/** Messages that a transport takes one after the other, and may leave at any time. An async generator is one. */
export interface MessageStream<T> extends AsyncIterable<T, unknown> {
  next(): Promise<IteratorResult<T, unknown>>;
  return(value?: undefined): Promise<IteratorResult<T, unknown>>;
}

const DONE = { value: undefined, done: true } as const;

/** A stream of what another one's items are made into. Where many wait, it takes less than a generator does. */
export class MappedStream<A, B> implements MessageStream<B> {
  readonly #source: MessageStream<A>;
  readonly #mapOrEnd: (result: IteratorResult<A, unknown>) => IteratorResult<B, unknown> | Promise<never>;

  constructor(source: MessageStream<A>, map: (item: A) => B) {
    this.#source = source;
    this.#mapOrEnd = (result) => {
      try {
        return result.done ? result : { value: map(result.value), done: false };
      } catch (error) {
        // Whoever reads does not leave a stream that has failed.
        return this.#source.return().then(() => Promise.reject(error));
      }
    };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<B, unknown>> {
    return this.#source.next().then(this.#mapOrEnd);
  }

  async return(): Promise<IteratorResult<B, unknown>> {
    await this.#source.return();
    return DONE;
  }
}

/** A stream that goes on only while something holds, which is asked for now and then: before the next item is waited for. */
export class CheckedStream<T> implements MessageStream<T> {
  readonly #source: MessageStream<T>;
  readonly #check: () => Promise<void>;
  readonly #everyMs: number;
  #checkAt: number;

  /** @param check rejects where the stream is to end with that */
  constructor(source: MessageStream<T>, check: () => Promise<void>, everyMs: number) {
    this.#source = source;
    this.#check = check;
    this.#everyMs = everyMs;
    this.#checkAt = performance.now() + everyMs;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, unknown>> {
    return performance.now() > this.#checkAt ? this.#checkedNext() : this.#source.next();
  }

  return(): Promise<IteratorResult<T, unknown>> {
    return this.#source.return();
  }

  async #checkedNext(): Promise<IteratorResult<T, unknown>> {
    try {
      await this.#check();
    } catch (error) {
      await this.#source.return();
      throw error;
    }
    this.#checkAt = performance.now() + this.#everyMs;
    return this.#source.next();
  }
}
