import { RegistryError } from "./registry-error.ts";

/** How much may wait, of everybody together. */
const ALL = { calls: 10_000, bytes: 256 * 1024 * 1024 };
/** How much of one caller may wait, so that it cannot keep the others out. */
const ONE = { calls: 2_500, bytes: 64 * 1024 * 1024 };

interface Share {
  calls: number;
  bytes: number;
}

/** Bounds what waits to be committed, in calls and in memory. */
export class WaitingRoom {
  readonly #all: Share = { calls: 0, bytes: 0 };
  readonly #byActor = new Map<string, Share>();

  /**
   * Takes a place, and returns what gives it back.
   *
   * @throws {RegistryError} OVERLOADED if there is none
   */
  take(actor: string, bytes: number): () => void {
    const own = this.#byActor.get(actor) ?? { calls: 0, bytes: 0 };
    refuseIfFull(this.#all, ALL, bytes, "Too many calls wait");
    refuseIfFull(own, ONE, bytes, "Too many calls of this caller wait");
    this.#byActor.set(actor, own);
    for (const share of [this.#all, own]) {
      share.calls += 1;
      share.bytes += bytes;
    }
    return () => {
      for (const share of [this.#all, own]) {
        share.calls -= 1;
        share.bytes -= bytes;
      }
      if (own.calls === 0) this.#byActor.delete(actor);
    };
  }
}

function refuseIfFull(share: Share, limit: Share, bytes: number, problem: string): void {
  if (share.calls < limit.calls && share.bytes + bytes <= limit.bytes) return;
  throw new RegistryError("OVERLOADED", `${problem} to be committed: try again later`, {
    metadata: { calls: String(limit.calls), bytes: String(limit.bytes) },
    retryAfterMs: 1_000,
  });
}
