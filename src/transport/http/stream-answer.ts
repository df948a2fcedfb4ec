import type { Message } from "@bufbuild/protobuf";
import { type CallDeadline, givenUp, whyOver } from "../../registry/call-deadline.ts";
import type { RegistryError } from "../../registry/registry-error.ts";
import type { MessageStream } from "../message-stream.ts";
import { readerStalled } from "../slow-reader.ts";
import { cutStalled } from "./cut-stalled.ts";
import type { HttpRequest } from "./http-call.ts";

/** What is needed to send a stream. */
export interface StreamAnswerParts {
  readonly request: HttpRequest;
  /** Until when the reader reads. */
  readonly deadline: CallDeadline;
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
  { request, deadline, readTimeoutMs, onEnd, refusal }: StreamAnswerParts,
): AsyncGenerator<Message> {
  const { signal } = deadline;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let refused: RegistryError | undefined;
  const end = (why: RegistryError | undefined) => {
    if (ended) return;
    ended = true;
    refused = why;
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
    onEnd(why);
    // The library abandons this generator where it stands when the reader has left.
    messages.return().catch(() => undefined);
  };
  const leave = () => end(whyOver(deadline) ?? givenUp());
  const stall = () => {
    end(readerStalled());
    cutStalled(request);
  };
  signal.addEventListener("abort", leave, { once: true });
  try {
    for await (const message of messages) {
      if (ended) break;
      timer = setTimeout(stall, readTimeoutMs);
      yield message;
      clearTimeout(timer);
    }
    end(undefined);
  } catch (error) {
    end(refusal(error));
  } finally {
    leave();
  }
  // Of messages that were left in the middle, the end looks as if there were no more.
  if (refused !== undefined) throw refused;
}
