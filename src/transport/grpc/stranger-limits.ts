import { randomUUID } from "node:crypto";
import { ServerInterceptingCall, type ServerInterceptingCallInterface, type ServerInterceptor } from "@grpc/grpc-js";
import { resetAnswered, streamOf } from "./call-stream.ts";
import type { OpenRequests } from "./open-requests.ts";
import { grpcStatus } from "./status-metadata.ts";

/** Looks after the size and the time of the calls that grpc-js serves: health and reflection, which strangers may make. */
export function strangerLimits(requests: OpenRequests): ServerInterceptor {
  return ({ requestStream }, call) => limitedCall(call, requestStream, requests);
}

function limitedCall(
  call: ServerInterceptingCallInterface,
  streamed: boolean,
  requests: OpenRequests,
): ServerInterceptingCall {
  const stream = streamOf(call);
  let arrived = false;
  const request = requests.openStranger(stream, (refusal) => {
    call.sendStatus(grpcStatus(refusal, randomUUID()));
    resetAnswered(stream);
  });
  return new ServerInterceptingCall(call, {
    start(next) {
      next({
        onReceiveMessage(message, nextMessage) {
          if (streamed) request.restart();
          nextMessage(message);
        },
        onReceiveHalfClose(nextHalfClose) {
          arrived = true;
          request.complete();
          nextHalfClose();
        },
        onCancel() {
          request.complete();
          if (!arrived) resetAnswered(stream);
        },
      });
    },
  });
}
