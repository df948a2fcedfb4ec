import { type DescMethod, type Message, toBinary } from "@bufbuild/protobuf";
import { type Answer, EncodableAnswer } from "../answer.ts";
import { frameMessage } from "./grpc-frame.ts";

/**
 * An answer as the frame of its message.
 *
 * @throws {RegistryError} MESSAGE_TOO_LARGE
 */
export function encodeAnswer(method: DescMethod, answer: Answer<DescMethod>): Buffer {
  return answer instanceof EncodableAnswer ? frameMessage(answer.toBytes()) : encodeMessage(method, answer);
}

/** A message that a method answers, as its frame. */
export function encodeMessage(method: DescMethod, message: Message): Buffer {
  return frameMessage(toBinary(method.output, message));
}
