import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import type { DescMethod } from "@bufbuild/protobuf";
import { RegistryError } from "../../registry/registry-error.ts";
import { MAX_MESSAGE_BYTES } from "../call.ts";
import { malformedMessage, messageTooLarge, notOneMessage, unknownCompression } from "../message-refusals.ts";
import { FRAME_HEAD_BYTES } from "./grpc-frame.ts";

const NO_BYTES = Buffer.alloc(0);

const UNPACKERS = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/** What is taken for a message that comes in pieces, at first: it grows with what has come, whatever the message says of itself. */
const INITIAL_BYTES = 1_024;

/** Puts the one message of a request together, of the pieces in which it arrives. */
export class RequestMessage {
  /** What has come: a piece as it was, where all came in one. */
  #bytes: Buffer = NO_BYTES;
  #size = 0;

  /** Whether it has arrived whole. */
  get isWhole(): boolean {
    return this.#size >= FRAME_HEAD_BYTES && this.#size === FRAME_HEAD_BYTES + this.#length;
  }

  /** Whether it says that it is compressed. */
  get isCompressed(): boolean {
    return this.#bytes[0] !== 0;
  }

  /** The message, once it is whole. */
  get bytes(): Buffer {
    return this.#bytes.subarray(FRAME_HEAD_BYTES, this.#size);
  }

  /**
   * Takes the next piece.
   *
   * @throws {RegistryError} MESSAGE_TOO_LARGE, as soon as it says so; NOT_IMPLEMENTED where another message follows
   */
  add(piece: Buffer): void {
    if (this.#size === 0) this.#bytes = piece;
    else this.#append(piece);
    this.#size += piece.length;
    if (this.#size < FRAME_HEAD_BYTES) return;
    if (this.#length > MAX_MESSAGE_BYTES) throw messageTooLarge();
    if (this.#size > FRAME_HEAD_BYTES + this.#length) throw notOneMessage();
  }

  get #length(): number {
    return this.#bytes.readUInt32BE(1);
  }

  /** Pieces are copied: kept as they are, those of a byte each would take a hundred times what they bring. */
  #append(piece: Buffer): void {
    const needed = this.#size + piece.length;
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#size * 2, INITIAL_BYTES));
      this.#bytes.copy(grown, 0, 0, this.#size);
      this.#bytes = grown;
    }
    piece.copy(this.#bytes, this.#size);
  }
}

/** How many messages are unpacked at once: each may take 4 MiB, however small it came. */
const MOST_UNPACKED_AT_ONCE = 4;
let unpacking = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (unpacking < MOST_UNPACKED_AT_ONCE) unpacking += 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) unpacking -= 1;
    else next();
  }
}

/**
 * Unpacks a compressed message.
 *
 * @param encoding the header `grpc-encoding`
 * @throws {RegistryError} NOT_IMPLEMENTED, MALFORMED_MESSAGE; MESSAGE_TOO_LARGE if it would be larger than any message may be
 */
export async function unpack(method: DescMethod, bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding !== "gzip" && encoding !== "deflate") {
    throw encoding === undefined || encoding === "identity"
      ? malformedMessage(method, undefined)
      : unknownCompression();
  }
  try {
    return await inTurn(() => UNPACKERS[encoding](bytes, { maxOutputLength: MAX_MESSAGE_BYTES }));
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE"
      ? messageTooLarge()
      : malformedMessage(method, cause);
  }
}

const UNITS_MS = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000001 } as const;

/**
 * How long a caller waits, in milliseconds, by the header `grpc-timeout`; undefined: it does not say.
 *
 * @throws {RegistryError} MALFORMED_MESSAGE
 */
export function readTimeout(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(header) ?? [];
  if (digits === undefined) {
    throw new RegistryError(
      "MALFORMED_MESSAGE",
      "The header grpc-timeout cannot be read: write up to eight digits and one of H, M, S, m, u, n",
    );
  }
  return Number(digits) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
