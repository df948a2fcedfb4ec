import type { MessageStream } from "../message-stream.ts";

/** A stream whose larger items come when it is their turn, which ends when the next one is asked for, or nothing more is. */
export class PacedStream<T> implements MessageStream<T> {
  readonly #source: MessageStream<T>;
  readonly #turnFor: (item: T) => Promise<() => void> | undefined;
  #endTurn: (() => void) | undefined;
  #over = false;

  /** @param turnFor resolves to what ends the turn, and rejects where the item is not wanted any more; undefined: it comes at once */
  constructor(source: MessageStream<T>, turnFor: (item: T) => Promise<() => void> | undefined) {
    this.#source = source;
    this.#turnFor = turnFor;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T, unknown>> {
    this.#end();
    const result = await this.#source.next();
    if (result.done) return result;
    const turn = this.#turnFor(result.value);
    if (turn === undefined) return result;
    this.#endTurn = await turn.catch(async (error: unknown) => {
      await this.#source.return();
      throw error;
    });
    if (this.#over) this.#end();
    return result;
  }

  return(): Promise<IteratorResult<T, unknown>> {
    this.#over = true;
    this.#end();
    return this.#source.return();
  }

  #end(): void {
    this.#endTurn?.();
    this.#endTurn = undefined;
  }
}
