import type { ServerHttp2Stream } from "node:http2";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import { givenUp } from "../../registry/call-deadline.ts";
import { oncePer } from "../once-per.ts";
import { readerStalled } from "../slow-reader.ts";
import { cutStalled } from "./call-stream.ts";
import { encodeMessage } from "./encode-answer.ts";
import type { GrpcAnswer } from "./grpc-answer.ts";
import type { GrpcCall } from "./grpc-call.ts";

/** Where a stream of messages goes. */
export interface StreamTarget {
  readonly stream: ServerHttp2Stream;
  readonly answer: GrpcAnswer;
  readonly call: GrpcCall;
  /** How long the reader may take for one message, in milliseconds. */
  readonly readTimeoutMs: number;
}

/** Readers of a stream share its messages, and their frames. */
const frames = oncePer((method: DescMethod) => oncePer((message: Message) => encodeMessage(method, message)));

/**
 * Sends messages to a reader, one at a time, and ends with status OK.
 *
 * @throws {RegistryError} CANCELLED, OVERLOADED, and what the messages throw
 */
export async function sendStream(
  method: DescMethod,
  messages: AsyncIterable<Message>,
  target: StreamTarget,
): Promise<void> {
  const frameOf = frames(method);
  for await (const message of messages) await send(frameOf(message), target);
  target.answer.succeed();
}

/** Resolves once the connection has taken the message: within the reader's flow control (RFC 9113 §5.2), and not before. */
async function send(frame: Buffer, { stream, answer, call, readTimeoutMs }: StreamTarget): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    cutStalled(stream);
    reject(readerStalled());
  }, readTimeoutMs);
  const leave = () => reject(givenUp());
  call.signal.addEventListener("abort", leave, { once: true });
  if (call.signal.aborted) leave();
  answer.write(frame, (error) => (error ? leave() : resolve()));
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener("abort", leave);
  }
}
