import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits for the first of some events, and for so many milliseconds at the most. The timer keeps the process alive meanwhile: what
 * is waited for may never come, and hold nothing itself.
 *
 * @throws what the first event rejects with
 */
export async function firstWithin(ms: number, ...events: readonly Promise<unknown>[]): Promise<void> {
  const waiting = new AbortController();
  const late = sleep(ms, undefined, { signal: waiting.signal }).catch(() => undefined);
  try {
    await Promise.race([...events, late]);
  } finally {
    waiting.abort();
  }
}
