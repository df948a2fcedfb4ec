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
import { MAX_MESSAGE_BYTES } from "../call.ts";
import type { CallPipeline } from "../call-pipeline.ts";
import { malformedMessage, messageTooLarge } from "../message-refusals.ts";
import type { AdmittedRequest } from "./admission.ts";
import type { CallCounter } from "./call-counter.ts";
import { grpcStatus } from "./status-metadata.ts";

/**
 * The grpc-js handler of a method, which is entered by callers that were let in. It waits only where the pipeline does:
 * most calls are answered in one turn.
 */
export function grpcHandler(method: DescMethod, pipeline: CallPipeline, calls: CallCounter): UntypedHandleCall {
  return method.methodKind === "server_streaming"
    ? streamHandler(method, pipeline)
    : unaryHandler(method, pipeline, calls);
}

function unaryHandler(
  method: DescMethod,
  pipeline: CallPipeline,
  calls: CallCounter,
): handleUnaryCall<AdmittedRequest, Message> {
  return ({ request }: ServerUnaryCall<AdmittedRequest, Message>, callback: sendUnaryData<Message>) => {
    const { call, caller } = request;
    calls.begin();
    request.enter();

    const succeed = (response: Message) => {
      const trailer = new Metadata();
      trailer.set("x-request-id", call.requestId);
      callback(null, response, trailer);
      calls.end();
      pipeline.record(call, caller, undefined);
    };
    const fail = (error: unknown) => {
      const refusal = pipeline.refusal(error, call);
      callback(grpcStatus(refusal, call.requestId));
      calls.end();
      pipeline.record(call, caller, refusal);
    };

    try {
      const response = pipeline.answer(method, decode(method, request.bytes), caller, call);
      if (response instanceof Promise) response.then(succeed, fail);
      else succeed(response);
    } catch (error) {
      fail(error);
    }
  };
}

function streamHandler(
  method: DescMethod,
  pipeline: CallPipeline,
): handleServerStreamingCall<AdmittedRequest, Message> {
  return async (stream: ServerWritableStream<AdmittedRequest, Message>) => {
    const { call, caller, bytes } = stream.request;
    stream.request.enter();
    try {
      stream.write(await pipeline.answer(method, decode(method, bytes), caller, call));
      stream.end();
      pipeline.record(call, caller, undefined);
    } catch (error) {
      const refusal = pipeline.refusal(error, call);
      stream.emit("error", grpcStatus(refusal, call.requestId));
      pipeline.record(call, caller, refusal);
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
