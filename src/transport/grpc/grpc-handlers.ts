import { type DescMethod, fromBinary, type Message } from "@bufbuild/protobuf";
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import type { Caller } from "../../auth/caller.ts";
import { MAX_MESSAGE_BYTES } from "../call.ts";
import type { CallPipeline } from "../call-pipeline.ts";
import { malformedMessage, messageTooLarge } from "../message-refusals.ts";
import type { CallCounter } from "./call-counter.ts";
import { GrpcCall } from "./grpc-call.ts";
import { grpcStatus } from "./status-metadata.ts";

/** The grpc-js handler of a method. It waits only where the pipeline does: most calls are answered in one turn. */
export function grpcHandler(method: DescMethod, pipeline: CallPipeline, calls: CallCounter): UntypedHandleCall {
  return method.methodKind === "server_streaming"
    ? streamHandler(method, pipeline)
    : unaryHandler(method, pipeline, calls);
}

function unaryHandler(
  method: DescMethod,
  pipeline: CallPipeline,
  calls: CallCounter,
): handleUnaryCall<Buffer, Message> {
  const name = `${method.parent.typeName}.${method.name}`;
  return (call: ServerUnaryCall<Buffer, Message>, callback: sendUnaryData<Message>) => {
    const described = new GrpcCall(name, call);
    let caller: Caller | undefined;
    calls.begin();

    const succeed = (response: Message) => {
      const trailer = new Metadata();
      trailer.set("x-request-id", described.requestId);
      callback(null, response, trailer);
      calls.end();
      pipeline.record(described, caller, undefined);
    };
    const fail = (error: unknown) => {
      const refusal = pipeline.refusal(error, described);
      callback(grpcStatus(refusal, described.requestId));
      calls.end();
      pipeline.record(described, caller, refusal);
    };
    const proceed = (admitted: Caller) => {
      caller = admitted;
      const response = pipeline.answer(method, decode(method, call.request), admitted, described);
      if (response instanceof Promise) response.then(succeed, fail);
      else succeed(response);
    };

    try {
      const admitted = pipeline.admit(described);
      if (admitted instanceof Promise) admitted.then(proceed).catch(fail);
      else proceed(admitted);
    } catch (error) {
      fail(error);
    }
  };
}

function streamHandler(method: DescMethod, pipeline: CallPipeline): handleServerStreamingCall<Buffer, Message> {
  const name = `${method.parent.typeName}.${method.name}`;
  return async (call: ServerWritableStream<Buffer, Message>) => {
    const described = new GrpcCall(name, call);
    let caller: Caller | undefined;
    try {
      caller = await pipeline.admit(described);
      call.write(await pipeline.answer(method, decode(method, call.request), caller, described));
      call.end();
      pipeline.record(described, caller, undefined);
    } catch (error) {
      const refusal = pipeline.refusal(error, described);
      call.emit("error", grpcStatus(refusal, described.requestId));
      pipeline.record(described, caller, refusal);
    }
  };
}

function decode(method: DescMethod, bytes: Buffer): Message {
  if (bytes.length > MAX_MESSAGE_BYTES) throw messageTooLarge();
  try {
    return fromBinary(method.input, bytes);
  } catch (cause) {
    throw malformedMessage(method, cause);
  }
}
