/** How much the scratch buffer holds at first. It grows, and stays, as large as the largest answer. */
const INITIAL_BYTES = 64 * 1024;
/** Above this a larger scratch buffer is not kept for the next message. */
const MOST_KEPT_BYTES = 1024 * 1024;
/** The most bytes of a varint (64 bits). */
const MAX_VARINT_BYTES = 10;
/** Fields have numbers up to 2,047 here. */
const MAX_TAG_BYTES = 2;
const MAX_INT32 = 0x7fffffff;
/** Texts up to this length are copied here: calling into the engine's own copy costs more. */
const SHORT_TEXT = 64;

/**
 * Writes a Protobuf message from its end to its beginning, so that the length of what is inside another message is known when it
 * is written in front of it. Fields are therefore written in the opposite order. A field with its default value is for the caller to
 * leave out.
 */
export class ReverseWriter {
  #bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  /** Where what is written begins. */
  #at = INITIAL_BYTES;

  /** How many bytes are written: taken before and after an inner message, the difference is its length. */
  get size(): number {
    return this.#bytes.length - this.#at;
  }

  /** A string field that is not empty. */
  text(field: number, text: string): void {
    const { length } = text;
    if (length <= SHORT_TEXT) {
      this.#reserve(length);
      const bytes = this.#bytes;
      let at = this.#at;
      let seen = 0;
      for (let index = length - 1; index >= 0; index--) {
        const code = text.charCodeAt(index);
        seen |= code;
        bytes[--at] = code;
      }
      if (seen < 0x80) {
        this.#at = at;
        this.#head(field, 2, length);
        return;
      }
    }
    const size = Buffer.byteLength(text);
    this.#reserve(size);
    this.#at -= size;
    this.#bytes.write(text, this.#at, "utf8");
    this.#head(field, 2, size);
  }

  /** A whole number that is not 0: of a uint64, an int64, an int32 or an enum, from -2^53 + 1 to 2^53 - 1. */
  number(field: number, value: number): void {
    this.#reserve(MAX_VARINT_BYTES);
    if (value < 0) this.#negative(value);
    else this.#varint(value);
    this.#tag(field, 0);
  }

  /** A bool field that is true. */
  true(field: number): void {
    this.number(field, 1);
  }

  /** The head of an inner message that is written already. */
  inner(field: number, size: number): void {
    this.#head(field, 2, size);
  }

  /** What was written, as a buffer of its own. The writer is empty then. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(this.#at));
    this.clear();
    return taken;
  }

  /** Forgets what was written: before a message is begun, as one that failed may have left something. */
  clear(): void {
    if (this.#bytes.length > MOST_KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
    this.#at = this.#bytes.length;
  }

  #head(field: number, wireType: number, size: number): void {
    this.#reserve(MAX_VARINT_BYTES);
    this.#varint(size);
    this.#tag(field, wireType);
  }

  #tag(field: number, wireType: number): void {
    this.#reserve(MAX_TAG_BYTES);
    const tag = (field << 3) | wireType;
    if (tag >= 0x80) {
      this.#bytes[--this.#at] = tag >> 7;
      this.#bytes[--this.#at] = (tag & 0x7f) | 0x80;
    } else this.#bytes[--this.#at] = tag;
  }

  #varint(value: number): void {
    if (value < 0x80) this.#bytes[--this.#at] = value;
    else if (value <= MAX_INT32) this.#int(value);
    else this.#long(value);
  }

  #int(value: number): void {
    const length = Math.ceil((32 - Math.clz32(value)) / 7);
    this.#at -= length;
    const bytes = this.#bytes;
    let at = this.#at;
    let rest = value;
    for (; rest >= 0x80; rest >>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
    bytes[at] = rest;
  }

  #long(value: number): void {
    let length = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
    this.#at -= length;
    let at = this.#at;
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[at++] = (rest % 0x80) | 0x80;
    this.#bytes[at] = rest;
  }

  /** In two's complement, of 64 bits. */
  #negative(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    this.#at -= MAX_VARINT_BYTES;
    for (let at = 0; at < MAX_VARINT_BYTES; at++, rest >>= 7n) {
      this.#bytes[this.#at + at] = Number(rest & 0x7fn) | (at < MAX_VARINT_BYTES - 1 ? 0x80 : 0);
    }
  }

  #reserve(more: number): void {
    if (this.#at >= more) return;
    const { size } = this;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, size + more));
    this.#bytes.copy(grown, grown.length - size, this.#at);
    this.#bytes = grown;
    this.#at = grown.length - size;
  }
}
