import { FRAME_HEAD_BYTES } from "./grpc-frame.ts";

/** Finds the heads of gRPC messages in the pieces in which they arrive, whatever these are. */
export class FrameHeads {
  /** What has come of a head that came in pieces. */
  #partial: Buffer | undefined;
  #filled = 0;
  /** How much of the message behind the last head is still to come. */
  #body = 0;

  /** Reads on, and tells of each head that ends in this piece. */
  read(piece: Buffer, onHead: (compressed: boolean, length: number) => void): void {
    let at = 0;
    while (at < piece.length) {
      if (this.#body > 0) {
        const skipped = Math.min(this.#body, piece.length - at);
        this.#body -= skipped;
        at += skipped;
      } else if (this.#filled === 0 && piece.length - at >= FRAME_HEAD_BYTES) {
        this.#tell(piece, at, onHead);
        at += FRAME_HEAD_BYTES;
      } else {
        this.#partial ??= Buffer.alloc(FRAME_HEAD_BYTES);
        this.#partial[this.#filled] = piece[at] ?? 0;
        this.#filled += 1;
        at += 1;
        if (this.#filled < FRAME_HEAD_BYTES) continue;
        this.#filled = 0;
        this.#tell(this.#partial, 0, onHead);
      }
    }
  }

  #tell(bytes: Buffer, at: number, onHead: (compressed: boolean, length: number) => void): void {
    this.#body = bytes.readUInt32BE(at + 1);
    onHead(bytes[at] !== 0, this.#body);
  }
}
