import { Turns } from "../../registry/turns.ts";

/** How many large messages of one caller are on their way to its readers at once. None is much larger than 1 MiB. */
const AT_ONCE = 32;
/** How long a reader may take for one while others of the same caller wait, in milliseconds. */
const HOLD_MS = 1_000;

interface CallerQueue {
  readonly turns: Turns;
  /** How many have a turn, or wait for one. */
  count: number;
}

/**
 * Lets the readers of a caller have large messages in turns. Each is made for one reader here, not shared as on the gRPC port: of thousands
 * that come at once, such as after a restart, many would be cut before they could read.
 */
export class CallerTurns {
  readonly #queues = new Map<string, CallerQueue>();

  /**
   * Resolves when it is the reader's turn. Rejects with the signal's reason if that aborts before.
   *
   * @returns ends the turn; more than once does no harm
   */
  async take(owner: string, signal: AbortSignal): Promise<() => void> {
    const queue = this.#queues.get(owner) ?? { turns: new Turns(AT_ONCE, HOLD_MS), count: 0 };
    this.#queues.set(owner, queue);
    queue.count += 1;
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      queue.count -= 1;
      if (queue.count === 0) this.#queues.delete(owner);
    };
    try {
      // Who is late is counted as everybody whose answer is not read.
      const turn = await queue.turns.take(signal, () => undefined);
      turn.begin();
      return () => {
        turn.end();
        leave();
      };
    } catch (error) {
      leave();
      throw error;
    }
  }
}
