import { type DescMethod, type Message, toBinary } from "@bufbuild/protobuf";
import { type Answer, EncodableAnswer } from "../answer.ts";

/**
 * An answer as the bytes of its message.
 *
 * @throws {RegistryError} MESSAGE_TOO_LARGE
 */
export function encodeAnswer(method: DescMethod, answer: Answer<DescMethod>): Buffer {
  return answer instanceof EncodableAnswer ? answer.toBytes() : encodeMessage(method, answer);
}

/** A message that a method answers, as bytes. */
export function encodeMessage(method: DescMethod, message: Message): Buffer {
  const bytes = toBinary(method.output, message);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
