import { type DescMethod, fromBinary, type Message } from "@bufbuild/protobuf";
import { MAX_MESSAGE_BYTES } from "../call.ts";
import { malformedMessage, messageTooLarge } from "../message-refusals.ts";

/**
 * The message of a request.
 *
 * @throws {RegistryError} MESSAGE_TOO_LARGE, MALFORMED_MESSAGE
 */
export function decodeRequest(method: DescMethod, bytes: Buffer): Message {
  if (bytes.length > MAX_MESSAGE_BYTES) throw messageTooLarge();
  try {
    return fromBinary(method.input, bytes);
  } catch (cause) {
    throw malformedMessage(method, cause);
  }
}
