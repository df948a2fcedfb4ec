import { BinaryReader } from "@bufbuild/protobuf/wire";

/** The first byte that is no character of ASCII, and no tag by itself. */
const END_OF_ASCII = 0x80;
const FIRST_TAG = 1 << 3;
const MAX_WIRE_TYPE = 5;

/** Reads the fields of messages as the library does, and fails where it fails. */
export class RecordReader extends BinaryReader {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.#bytes = bytes;
  }

  /** Where the message ends whose length comes next. */
  end(): number {
    const length = this.uint32();
    return this.pos + length;
  }

  /** The next field's tag: its number, and in the lowest three bits its wire type. The library makes an array of the two. */
  key(): number {
    const byte = this.#bytes[this.pos] ?? 0;
    if (byte >= FIRST_TAG && byte < END_OF_ASCII && (byte & 7) <= MAX_WIRE_TYPE) {
      this.pos++;
      return byte;
    }
    const [field, wireType] = this.tag();
    return ((field << 3) | wireType) >>> 0;
  }

  /** Passes over a field that is not known. */
  pass(key: number): void {
    this.skip(key & 7, key >>> 3);
  }

  /** A string. @param likely what it may well be: it is then the answer itself, and nothing is decoded */
  text(likely = ""): string {
    const start = this.pos;
    const length = this.uint32();
    if (length === likely.length && this.#holds(likely)) {
      this.pos += length;
      return likely;
    }
    this.pos = start;
    return this.string(true);
  }

  /** Whether what comes next is this text, of ASCII alone. */
  #holds(text: string): boolean {
    const bytes = this.#bytes;
    const start = this.pos;
    for (let at = 0; at < text.length; at++) {
      const byte = bytes[start + at] ?? END_OF_ASCII;
      if (byte >= END_OF_ASCII || byte !== text.charCodeAt(at)) return false;
    }
    return true;
  }
}
