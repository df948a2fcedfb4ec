import type { DescMethod, DescService, Message } from "@bufbuild/protobuf";
import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { oncePer } from "../once-per.ts";
import { encodeMessage } from "./encode-answer.ts";

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

function methodDefinition(method: DescMethod): MethodDefinition<Buffer, Message | Buffer> {
  const responseStream = method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming";
  return {
    path: methodPath(method),
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream,
    requestSerialize: (bytes) => bytes,
    requestDeserialize: (bytes) => bytes,
    // Readers of a stream share its messages. Other answers are bytes already.
    responseSerialize: responseStream ? oncePer((message) => encodeMessage(method, message as Message)) : asBytes,
    responseDeserialize: () => {
      throw new Error("A server does not read responses");
    },
  };
}

function asBytes(answer: Message | Buffer): Buffer {
  if (!Buffer.isBuffer(answer)) throw new Error("An answer comes as bytes");
  return answer;
}
