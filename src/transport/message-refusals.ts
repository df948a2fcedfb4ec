import type { DescMethod } from "@bufbuild/protobuf";
import { RegistryError } from "../registry/registry-error.ts";
import { MAX_MESSAGE_BYTES } from "./call.ts";

/** How the library names, in the text of its error, what it stumbled over: a stray key, or a field or enum of the contract. */
const NAMED_FIELD = /\bkey "(\w{1,64})" is unknown|\b(?:field|enum) ([\w.]{1,200})/;

/** The refusal of a message that is too large. */
export function messageTooLarge(): RegistryError {
  return new RegistryError(
    "MESSAGE_TOO_LARGE",
    `The message is larger than ${MAX_MESSAGE_BYTES} bytes: send it in parts`,
    { metadata: { limit: String(MAX_MESSAGE_BYTES) } },
  );
}

/**
 * The refusal of a call whose answer would be larger than clients take.
 *
 * @param advice what to do about it
 */
export function answerTooLarge(advice: string): RegistryError {
  return new RegistryError(
    "MESSAGE_TOO_LARGE",
    `The answer would be larger than ${MAX_MESSAGE_BYTES} bytes: ${advice}`,
    { metadata: { limit: String(MAX_MESSAGE_BYTES) } },
  );
}

/** The refusal of bytes that are no message of the method's input type. It says where, and never what stands there. */
export function malformedMessage(method: DescMethod, cause: unknown): RegistryError {
  const type = method.input.typeName;
  const [, key, path] = NAMED_FIELD.exec(cause instanceof Error ? cause.message : "") ?? [];
  const field = key ?? path;
  return field === undefined
    ? new RegistryError("MALFORMED_MESSAGE", `The request is no valid ${type}: compare it with the contract`, {
        metadata: { type },
        cause,
      })
    : new RegistryError("MALFORMED_MESSAGE", `The request is no valid ${type}: correct or leave out ${field}`, {
        metadata: { type, field },
        cause,
      });
}

/** The refusal of a call with no message, or with more than one. */
export function notOneMessage(cause?: unknown): RegistryError {
  return new RegistryError("NOT_IMPLEMENTED", "The method takes one message: send exactly one", { cause });
}

/** The refusal of a message that is compressed in a way that is not known here. */
export function unknownCompression(cause?: unknown): RegistryError {
  return new RegistryError("NOT_IMPLEMENTED", "The compression is unknown: use gzip, or none", { cause });
}

/** The caller gave its request up before it had arrived whole. */
export function callerLeft(): RegistryError {
  return new RegistryError("CANCELLED", "The caller left before the message had arrived");
}
