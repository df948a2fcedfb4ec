import type { OutgoingHttpHeaders, ServerHttp2Stream, ServerStreamResponseOptions } from "node:http2";
import type { RegistryError } from "../../registry/registry-error.ts";
import { countedOnStream } from "../stream-writes.ts";
import { COUNTED_BYTES, STRANGERS, type UnreadBudget } from "../unread-budget.ts";
import { cutStalled } from "./call-stream.ts";
import type { ReadTimeouts, TimedSender } from "./read-timeouts.ts";
import { grpcStatus } from "./status-metadata.ts";

const HEADERS: OutgoingHttpHeaders = {
  ":status": 200,
  "content-type": "application/grpc+proto",
  "grpc-accept-encoding": "identity,deflate,gzip",
};
const WITH_TRAILERS: ServerStreamResponseOptions = { waitForTrailers: true };
const ALONE: ServerStreamResponseOptions = { endStream: true };

/** The answer to a call, as it is written to its HTTP/2 stream: messages, and the status behind them. */
export class GrpcAnswer implements TimedSender {
  readonly #stream: ServerHttp2Stream;
  readonly #requestId: string;
  readonly #timeouts: ReadTimeouts;
  readonly #unread: UnreadBudget;
  #owner = STRANGERS;
  #begun = false;
  #ended = false;
  /** By `performance.now()`. */
  #endedAt = 0;

  constructor(stream: ServerHttp2Stream, requestId: string, timeouts: ReadTimeouts, unread: UnreadBudget) {
    this.#stream = stream;
    this.#requestId = requestId;
    this.#timeouts = timeouts;
    this.#unread = unread;
  }

  /** It is known now who reads it. */
  belongsTo(owner: string): void {
    this.#owner = owner;
  }

  /** Whether the end of the answer has been waiting for its reader since a time: what is not taken is held for it. */
  isStalledSince(time: number): boolean {
    return this.#endedAt < time;
  }

  cut(): void {
    cutStalled(this.#stream);
  }

  /** The stream is gone. */
  onClosed(): void {
    this.#timeouts.forget(this);
  }

  /**
   * Writes a message.
   *
   * @param onTaken is called when the connection has taken it, or with an error if it never will; not at all where the answer has
   *   ended already
   * @param cut ends the answer where too much is not read
   */
  write(frame: Buffer, onTaken: () => void, cut: () => void): void {
    if (this.#isClosed()) return;
    this.#begin();
    this.#stream.write(frame, frame.length < COUNTED_BYTES ? onTaken : this.#counted(frame, cut, onTaken));
  }

  /** Ends with status OK, behind a last message if there is one. */
  succeed(frame?: Buffer): void {
    if (this.#isClosed()) return;
    this.#begin();
    this.#end({ "grpc-status": "0", "x-request-id": this.#requestId }, frame);
  }

  /** Ends with the status of a refusal. */
  refuse(refusal: RegistryError): void {
    if (this.#isClosed()) return;
    const { code, details, metadata } = grpcStatus(refusal, this.#requestId);
    const status = {
      "grpc-status": String(code),
      "grpc-message": encodeURI(details.toWellFormed()),
      ...metadata?.toHttp2Headers(),
    };
    if (this.#begun) this.#end(status);
    else {
      this.#stream.respond({ ...HEADERS, ...status }, ALONE);
      this.#markEnded();
    }
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#stream.respond(HEADERS, WITH_TRAILERS);
  }

  #end(trailers: OutgoingHttpHeaders, frame?: Buffer): void {
    const stream = this.#stream;
    this.#markEnded();
    stream.once("wantTrailers", () => stream.sendTrailers(trailers));
    if (frame === undefined) stream.end();
    else if (frame.length < COUNTED_BYTES) stream.end(frame);
    else {
      const onTaken = this.#counted(frame, () => this.cut());
      stream.write(frame, onTaken);
      stream.end();
    }
  }

  #counted(frame: Buffer, cut: () => void, onTaken?: () => void): ((error?: Error | null) => void) | undefined {
    return countedOnStream(this.#stream, frame, { unread: this.#unread, owner: this.#owner, cut }, onTaken);
  }

  #markEnded(): void {
    this.#ended = true;
    this.#endedAt = performance.now();
    this.#timeouts.watch(this);
  }

  #isClosed(): boolean {
    return this.#ended || this.#stream.destroyed || this.#stream.closed;
  }
}
