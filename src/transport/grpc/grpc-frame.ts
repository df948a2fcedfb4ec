/** The bytes in front of a gRPC message: a flag for compression, and its length. */
export const FRAME_HEAD_BYTES = 5;

/** The frame of an uncompressed message of so many bytes, with its head; the message has yet to be written behind it. */
export function openFrame(length: number): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEAD_BYTES + length);
  frame[0] = 0;
  frame.writeUInt32BE(length, 1);
  return frame;
}

/** The frame of a message, uncompressed. */
export function frameMessage(message: Uint8Array): Buffer {
  const frame = openFrame(message.length);
  frame.set(message, FRAME_HEAD_BYTES);
  return frame;
}
