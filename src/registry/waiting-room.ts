import { RegistryError } from "./registry-error.ts";

interface Share {
  calls: number;
  bytes: number;
}

/** How large a room is. */
export interface RoomLimits {
  /** How much may be in it, of everybody together. */
  readonly all: Readonly<Share>;
  /** How much of one caller, so that it cannot keep the others out. */
  readonly one: Readonly<Share>;
}

/** Bounds the calls that stay for a while, in number and in memory. */
export class WaitingRoom {
  readonly #limits: RoomLimits;
  readonly #doing: string;
  readonly #all: Share = { calls: 0, bytes: 0 };
  readonly #byActor = new Map<string, Share>();

  /** @param doing what the calls do in it, for the refusal: `wait to be committed` for example */
  constructor(limits: RoomLimits, doing: string) {
    this.#limits = limits;
    this.#doing = doing;
  }

  /** How many calls are in it. */
  get calls(): number {
    return this.#all.calls;
  }

  /**
   * Takes a place, and returns what gives it back.
   *
   * @throws {RegistryError} OVERLOADED if there is none
   */
  take(actor: string, bytes: number): () => void {
    const own = this.#byActor.get(actor) ?? { calls: 0, bytes: 0 };
    refuseIfFull(this.#all, this.#limits.all, bytes, `Too many calls ${this.#doing}`);
    refuseIfFull(own, this.#limits.one, bytes, `Too many calls of this caller ${this.#doing}`);
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

function refuseIfFull(share: Share, limit: Readonly<Share>, bytes: number, problem: string): void {
  if (share.calls < limit.calls && share.bytes + bytes <= limit.bytes) return;
  throw new RegistryError("OVERLOADED", `${problem}: try again later`, {
    metadata: { calls: String(limit.calls), ...(limit.bytes > 0 && { bytes: String(limit.bytes) }) },
    retryAfterMs: 1_000,
  });
}
