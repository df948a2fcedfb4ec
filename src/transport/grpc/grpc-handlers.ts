import type { DescMethod } from "@bufbuild/protobuf";
import {
  type handleUnaryCall,
  Metadata,
  type ServerUnaryCall,
  type sendUnaryData,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import type { Answer } from "../answer.ts";
import type { AdmittedRequest } from "./admission.ts";
import type { CallCounter } from "./call-counter.ts";
import { decodeRequest } from "./decode-request.ts";
import { encodeAnswer } from "./encode-answer.ts";
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

function unaryHandler(method: DescMethod, { pipeline, calls }: HandlerParts): handleUnaryCall<AdmittedRequest, Buffer> {
  return ({ request }: ServerUnaryCall<AdmittedRequest, Buffer>, callback: sendUnaryData<Buffer>) => {
    const { call, caller } = request;
    calls.begin();
    request.enter();

    const succeed = (answer: Answer<DescMethod>) => {
      const bytes = encodeAnswer(method, answer);
      const trailer = new Metadata();
      trailer.set("x-request-id", call.requestId);
      callback(null, bytes, trailer);
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
      const answer = pipeline.answer(method, decodeRequest(method, request.bytes), caller, call);
      if (answer instanceof Promise) answer.then(succeed).catch(fail);
      else succeed(answer);
    } catch (error) {
      fail(error);
    }
  };
}
