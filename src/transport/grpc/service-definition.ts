import { type DescMethod, type DescService, type Message, toBinary } from "@bufbuild/protobuf";
import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { oncePer } from "../once-per.ts";

/**
 * The grpc-js definition of a service, derived from its generated descriptor. Requests stay bytes until the caller is known:
 * strangers' messages are not decoded, and a malformed one is refused in the registry's own words.
 */
export function serviceDefinition(service: DescService): ServiceDefinition {
  return Object.fromEntries(service.methods.map((method) => [method.name, methodDefinition(method)]));
}

/** Where a method is called. */
export function methodPath(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

function methodDefinition(method: DescMethod): MethodDefinition<Buffer, Message> {
  const encode = (message: Message) => asBuffer(toBinary(method.output, message));
  const responseStream = method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming";
  return {
    path: methodPath(method),
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream,
    requestSerialize: (bytes) => bytes,
    requestDeserialize: (bytes) => bytes,
    // Readers of a stream share its messages.
    responseSerialize: responseStream ? oncePer(encode) : encode,
    responseDeserialize: () => {
      throw new Error("A server does not read responses");
    },
  };
}

/** A view of the same bytes. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
