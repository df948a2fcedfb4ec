import type { DescMethod, Message } from "@bufbuild/protobuf";
import {
  type handleUnaryCall,
  Metadata,
  type ServerUnaryCall,
  type sendUnaryData,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import type { AdmittedRequest } from "./admission.ts";
import type { CallCounter } from "./call-counter.ts";
import { decodeRequest } from "./decode-request.ts";
import { grpcStatus } from "./status-metadata.ts";
import { type StreamHandlerParts, streamHandler } from "./stream-handler.ts";

/** What handlers need. */
export interface HandlerParts extends StreamHandlerParts {
  readonly calls: CallCounter;
}

/**
 * The grpc-js handler of a method, which is entered by callers that were let in. It waits only where the pipeline does:
 * most calls are answered in one turn.
 */
export function grpcHandler(method: DescMethod, parts: HandlerParts): UntypedHandleCall {
  return method.methodKind === "server_streaming" ? streamHandler(method, parts) : unaryHandler(method, parts);
}

function unaryHandler(
  method: DescMethod,
  { pipeline, calls }: HandlerParts,
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
      const response = pipeline.answer(method, decodeRequest(method, request.bytes), caller, call);
      if (response instanceof Promise) response.then(succeed, fail);
      else succeed(response);
    } catch (error) {
      fail(error);
    }
  };
}
