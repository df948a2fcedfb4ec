import type { Message } from "@bufbuild/protobuf";
import { type CallDeadline, givenUp, whyOver } from "../../registry/call-deadline.ts";
import type { RegistryError } from "../../registry/registry-error.ts";
import type { MessageStream } from "../message-stream.ts";
import { isConnectionLost } from "./connection-lost.ts";
import { whyCut } from "./cut-stalled.ts";
import type { HttpRequest } from "./http-call.ts";

/** What is needed to send a stream. */
export interface StreamAnswerParts {
  readonly request: HttpRequest;
  /** Until when the reader reads. */
  readonly deadline: CallDeadline;
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
  { request, deadline, onEnd, refusal }: StreamAnswerParts,
): AsyncGenerator<Message> {
  const { signal } = deadline;
  let ended = false;
  let refused: RegistryError | undefined;
  const end = (why: RegistryError | undefined) => {
    if (ended) return;
    ended = true;
    refused = why;
    signal.removeEventListener("abort", leave);
    onEnd(why);
    // The library abandons this generator where it stands when the reader has left.
    messages.return().catch(() => undefined);
  };
  const leave = () => end(whyCut(request) ?? whyOver(deadline) ?? givenUp());
  signal.addEventListener("abort", leave, { once: true });
  try {
    for await (const message of messages) {
      if (ended) break;
      try {
        yield message;
      } catch (error) {
        // What the library could not write.
        if (!isConnectionLost(error)) throw error;
        leave();
        break;
      }
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
