import type { ServerHttp2Stream } from "node:http2";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import { givenUp } from "../../registry/call-deadline.ts";
import type { RegistryError } from "../../registry/registry-error.ts";
import type { MessageStream } from "../message-stream.ts";
import { oncePer } from "../once-per.ts";
import { readerStalled, tooMuchUnread } from "../slow-reader.ts";
import { cutStalled } from "./call-stream.ts";
import { encodeMessage } from "./encode-answer.ts";
import type { GrpcAnswer } from "./grpc-answer.ts";
import type { ReadTimeouts } from "./read-timeouts.ts";

/** Readers of a stream share its messages, and their frames. */
const frames = oncePer((method: DescMethod) => oncePer((message: Message) => encodeMessage(method, message)));

/** Sends the messages of one call, as fast as its reader takes them. */
export class StreamSender {
  readonly #stream: ServerHttp2Stream;
  readonly #answer: GrpcAnswer;
  readonly #frameOf: (message: Message) => Buffer;
  /** How many messages are written that the connection has not taken, within the reader's flow control (RFC 9113 §5.2). */
  #untaken = 0;
  /** When the oldest of them was written, or the one before it taken; by `performance.now()`. */
  #since = 0;
  #onRoom: (() => void) | undefined;
  /** Why the reader was cut. */
  #cutFor: RegistryError | undefined;

  constructor(method: DescMethod, stream: ServerHttp2Stream, answer: GrpcAnswer) {
    this.#stream = stream;
    this.#answer = answer;
    this.#frameOf = frames(method);
  }

  /**
   * Sends all messages, and ends with status OK.
   *
   * @throws {RegistryError} CANCELLED, OVERLOADED, and what the messages throw
   */
  async send(messages: MessageStream<Message>, timeouts: ReadTimeouts): Promise<void> {
    timeouts.watch(this);
    const onClose = () => this.#makeRoom();
    this.#stream.once("close", onClose);
    try {
      for await (const message of messages) {
        this.#write(this.#frameOf(message));
        if (this.#stream.writableNeedDrain) await this.#room();
        if (this.#cutFor !== undefined) throw this.#cutFor;
        if (this.#stream.destroyed) throw givenUp();
      }
      this.#answer.succeed();
    } catch (error) {
      // Cutting a reader makes its messages end as those of one that has left.
      throw this.#cutFor ?? error;
    } finally {
      timeouts.forget(this);
      this.#stream.off("close", onClose);
    }
  }

  /** Whether the reader has taken nothing since a time. */
  isStalledSince(time: number): boolean {
    return this.#untaken > 0 && this.#since < time;
  }

  /** Cuts a reader that takes nothing. */
  cut(): void {
    this.#cut(readerStalled());
  }

  readonly #onTooMuch = () => this.#cut(tooMuchUnread());

  #cut(why: RegistryError): void {
    this.#cutFor ??= why;
    cutStalled(this.#stream);
    this.#makeRoom();
  }

  #write(frame: Buffer): void {
    if (this.#untaken === 0) this.#since = performance.now();
    this.#untaken += 1;
    this.#answer.write(frame, this.#onTaken, this.#onTooMuch);
  }

  readonly #onTaken = () => {
    this.#untaken -= 1;
    this.#since = performance.now();
    if (!this.#stream.writableNeedDrain) this.#makeRoom();
  };

  /** Resolves once there is room for another message, or never will be. */
  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve;
      if (this.#stream.destroyed || this.#cutFor !== undefined) resolve();
    });
  }

  #makeRoom(): void {
    this.#onRoom?.();
    this.#onRoom = undefined;
  }
}
