import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { handleServerStreamingCall, ServerWritableStream } from "@grpc/grpc-js";
import { givenUp } from "../../registry/call-deadline.ts";
import type { CallPipeline } from "../call-pipeline.ts";
import { readerStalled } from "../slow-reader.ts";
import type { AdmittedRequest } from "./admission.ts";
import { decodeRequest } from "./decode-request.ts";
import { grpcStatus } from "./status-metadata.ts";

/** What handlers of streams need. */
export interface StreamHandlerParts {
  readonly pipeline: CallPipeline;
  /** How long the reader may take for one message, in milliseconds. */
  readonly readTimeoutMs: number;
}

/** The grpc-js handler of a method that answers with a stream: one message is under way at a time. */
export function streamHandler(
  method: DescMethod,
  { pipeline, readTimeoutMs }: StreamHandlerParts,
): handleServerStreamingCall<AdmittedRequest, Message> {
  return async (stream: ServerWritableStream<AdmittedRequest, Message>) => {
    const { request } = stream;
    const { call, caller, bytes } = request;
    request.enter();
    try {
      const message = decodeRequest(method, bytes);
      for await (const answer of pipeline.stream(method, message, caller, call)) {
        await send(stream, answer, readTimeoutMs);
      }
      stream.end();
      pipeline.record(call, caller, undefined);
    } catch (error) {
      const refusal = pipeline.refusal(error, call);
      // Nobody is there to be answered once the caller has left.
      if (!stream.cancelled) stream.emit("error", grpcStatus(refusal, call.requestId));
      pipeline.record(call, caller, refusal);
    }
  };
}

/** Resolves once the connection has taken the message: within the reader's flow control (RFC 9113 §5.2), and not before. */
async function send(
  stream: ServerWritableStream<AdmittedRequest, Message>,
  message: Message,
  timeoutMs: number,
): Promise<void> {
  const { call } = stream.request;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    stream.request.cut();
    reject(readerStalled());
  }, timeoutMs);
  // grpc-js tells nothing of a message whose call was cancelled.
  const leave = () => reject(givenUp());
  call.signal.addEventListener("abort", leave, { once: true });
  if (call.signal.aborted) leave();
  stream.write(message, (error?: Error | null) => (error ? leave() : resolve()));
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener("abort", leave);
  }
}
