import type { DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { RegistryError } from "../../registry/registry-error.ts";
import {
  callerLeft,
  malformedMessage,
  messageTooLarge,
  notOneMessage,
  unknownCompression,
} from "../message-refusals.ts";

/**
 * Why the message of a caller that was let in could not be read, in the registry's own words.
 *
 * @param reason what the library gave the request up for
 */
export function unreadable(method: DescMethod, reason: unknown): RegistryError {
  if (reason instanceof RegistryError) return reason;
  // What is wrong with a message in a URL comes as it was thrown.
  const code = reason instanceof ConnectError ? reason.code : isAbort(reason) ? Code.Canceled : Code.InvalidArgument;
  switch (code) {
    case Code.ResourceExhausted:
      return messageTooLarge();
    case Code.DeadlineExceeded:
      return new RegistryError("DEADLINE_EXCEEDED", "The deadline has passed before the message had arrived");
    case Code.Unimplemented:
      return isUnknownCompression(reason) ? unknownCompression(reason) : notOneMessage(reason);
    case Code.InvalidArgument:
    case Code.Internal:
      return malformedMessage(method, reason);
    default:
      return callerLeft();
  }
}

/** By the text: the library has the same code for a call without a message, and with two. */
function isUnknownCompression(reason: unknown): boolean {
  return reason instanceof ConnectError && reason.rawMessage.startsWith("unknown compression");
}

function isAbort(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === "AbortError";
}
