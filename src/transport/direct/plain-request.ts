import { ALWAYS_FITTING_VERDICTS } from "../messages/judgement-size.ts";

/** Field heads of `ValidateScopesRequest`. */
const SCOPES = 0x0a;
const CLIENT_ID = 0x1a;

/** Requests with more names are left to the way that reads every request, where the size of the answer is looked at. */
export const MAX_PLAIN_NAMES = ALWAYS_FITTING_VERDICTS;

/**
 * A `ValidateScopesRequest` that holds names and at most a client, as most do, read where its bytes are. One object reads one request
 * after the other.
 */
export class PlainRequest {
  #bytes: Buffer = Buffer.alloc(0);
  readonly #starts = new Int32Array(MAX_PLAIN_NAMES);
  readonly #ends = new Int32Array(MAX_PLAIN_NAMES);
  #count = 0;
  #clientStart = 0;
  #clientEnd = 0;

  /** How many names there are. */
  get count(): number {
    return this.#count;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  start(at: number): number {
    return this.#starts[at] as number;
  }

  end(at: number): number {
    return this.#ends[at] as number;
  }

  /** The client; undefined: it is not in ASCII. Empty: there is none. */
  clientId(): string | undefined {
    for (let at = this.#clientStart; at < this.#clientEnd; at++)
      if ((this.#bytes[at] as number) >= 0x80) return undefined;
    return this.#bytes.toString("latin1", this.#clientStart, this.#clientEnd);
  }

  /** Reads a request. False: it is malformed, or holds anything else, and has to be read in the usual way. */
  read(bytes: Buffer): boolean {
    this.#bytes = bytes;
    this.#count = 0;
    this.#clientStart = 0;
    this.#clientEnd = 0;
    let at = 0;
    while (at < bytes.length) {
      const head = bytes[at] as number;
      let length = bytes[at + 1] ?? 0;
      at += 2;
      if (length >= 0x80) {
        const high = bytes[at] ?? 0x80;
        if (high >= 0x80) return false;
        length += (high - 1) * 0x80;
        at += 1;
      }
      const end = at + length;
      if (end > bytes.length || length === 0) return false;
      if (head === SCOPES && this.#count < MAX_PLAIN_NAMES) {
        this.#starts[this.#count] = at;
        this.#ends[this.#count] = end;
        this.#count += 1;
      } else if (head === CLIENT_ID) {
        this.#clientStart = at;
        this.#clientEnd = end;
      } else return false;
      at = end;
    }
    return this.#count > 0;
  }
}
