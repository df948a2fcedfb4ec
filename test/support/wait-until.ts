import { setTimeout as delay } from "node:timers/promises";

/** How often it is looked, and for how long, in milliseconds. */
export interface WaitOptions {
  readonly everyMs?: number;
  readonly forMs?: number;
}

/**
 * Looks until something is there, and returns it. An attempt that throws counts as not there.
 *
 * @throws {Error} that says what was waited for, with the last attempt's error as its cause
 */
export async function waitUntil<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { everyMs = 50, forMs = 20_000 }: WaitOptions = {},
): Promise<T> {
  const giveUpAt = performance.now() + forMs;
  let cause: unknown;
  while (performance.now() < giveUpAt) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      cause = error;
    }
    await delay(everyMs);
  }
  throw new Error(`Waited ${forMs} ms in vain until ${what}`, { cause });
}
