import type { DescMethod } from "@bufbuild/protobuf";
import { RegistryError } from "../registry/registry-error.ts";
import { MAX_MESSAGE_BYTES } from "./call.ts";

/** The refusal of a message that is too large. */
export function messageTooLarge(): RegistryError {
  return new RegistryError(
    "MESSAGE_TOO_LARGE",
    `The message is larger than ${MAX_MESSAGE_BYTES} bytes: send it in parts`,
    { metadata: { limit: String(MAX_MESSAGE_BYTES) } },
  );
}

/** The refusal of bytes that are no message of the method's input type. */
export function malformedMessage(method: DescMethod, cause?: unknown): RegistryError {
  return new RegistryError(
    "MALFORMED_MESSAGE",
    `The request is no valid ${method.input.typeName}: compare it with the contract`,
    { metadata: { type: method.input.typeName }, cause },
  );
}
