import { type DescMethod, type Message, toBinary } from "@bufbuild/protobuf";
import { type Answer, EncodableAnswer } from "../answer.ts";

/** The bytes in front of a gRPC message: a flag for compression, and its length. */
const HEAD_BYTES = 5;

/**
 * An answer as the frame of its message.
 *
 * @throws {RegistryError} MESSAGE_TOO_LARGE
 */
export function encodeAnswer(method: DescMethod, answer: Answer<DescMethod>): Buffer {
  return answer instanceof EncodableAnswer ? frame(answer.toBytes()) : encodeMessage(method, answer);
}

/** A message that a method answers, as its frame. */
export function encodeMessage(method: DescMethod, message: Message): Buffer {
  return frame(toBinary(method.output, message));
}

function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(HEAD_BYTES + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, HEAD_BYTES);
  return framed;
}
