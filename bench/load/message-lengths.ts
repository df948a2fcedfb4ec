import { FRAME_HEAD_BYTES } from "../../src/transport/grpc/grpc-frame.ts";

/** Tells the lengths of the messages in a stream, whatever pieces they come in. */
export class MessageLengths {
  readonly #head = Buffer.alloc(FRAME_HEAD_BYTES);
  #filled = 0;
  #length = 0;
  #left = 0;

  /** Reads on, and tells of each message that is complete with this piece. */
  read(piece: Buffer, onMessage: (length: number) => void): void {
    let at = 0;
    while (at < piece.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, piece.length - at);
        this.#left -= taken;
        at += taken;
      } else {
        this.#head[this.#filled++] = piece[at++] ?? 0;
        if (this.#filled < FRAME_HEAD_BYTES) continue;
        this.#filled = 0;
        this.#length = this.#head.readUInt32BE(1);
        this.#left = this.#length;
      }
      if (this.#left === 0 && this.#filled === 0) onMessage(this.#length);
    }
  }
}
