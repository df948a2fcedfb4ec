import type { Message } from "@bufbuild/protobuf";
import { givenUp } from "../../registry/call-deadline.ts";
import type { RegistryError } from "../../registry/registry-error.ts";
import type { MessageStream } from "../message-stream.ts";
import { readerStalled } from "../slow-reader.ts";
import { cutStalled } from "./cut-stalled.ts";
import type { HttpRequest } from "./http-call.ts";

/** What is needed to send a stream. */
export interface StreamAnswerParts {
  readonly request: HttpRequest;
  /** Aborts when the reader has left, or its deadline has passed. */
  readonly signal: AbortSignal;
  /** How long the reader may take for one message, in milliseconds. */
  readonly readTimeoutMs: number;
  /** Called once, at the end; undefined: the stream has come to its own end. */
  readonly onEnd: (refusal: RegistryError | undefined) => void;
  /** Brings what the messages throw into a form that may be shown. */
  readonly refusal: (error: unknown) => RegistryError;
}

/**
 * Messages as the library takes them from a handler: the next one when the reader has taken the one before. Throws what
 * {@link StreamAnswerParts.refusal} makes of an error.
 */
export async function* streamAnswer(
  messages: MessageStream<Message>,
  { request, signal, readTimeoutMs, onEnd, refusal }: StreamAnswerParts,
): AsyncGenerator<Message> {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const end = (why: RegistryError | undefined) => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
    onEnd(why);
    // The library abandons this generator where it stands when the reader has left.
    messages.return().catch(() => undefined);
  };
  const leave = () => end(givenUp());
  const stall = () => {
    end(readerStalled());
    cutStalled(request);
  };
  signal.addEventListener("abort", leave, { once: true });
  try {
    for await (const message of messages) {
      timer = setTimeout(stall, readTimeoutMs);
      yield message;
      clearTimeout(timer);
    }
    end(undefined);
  } catch (error) {
    const why = refusal(error);
    end(why);
    throw why;
  } finally {
    leave();
  }
}
