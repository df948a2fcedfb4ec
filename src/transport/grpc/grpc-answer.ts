import type { OutgoingHttpHeaders, ServerHttp2Stream, ServerStreamResponseOptions } from "node:http2";
import type { RegistryError } from "../../registry/registry-error.ts";
import { grpcStatus } from "./status-metadata.ts";

const HEADERS: OutgoingHttpHeaders = {
  ":status": 200,
  "content-type": "application/grpc+proto",
  "grpc-accept-encoding": "identity,deflate,gzip",
};
const WITH_TRAILERS: ServerStreamResponseOptions = { waitForTrailers: true };
const ALONE: ServerStreamResponseOptions = { endStream: true };

/** The answer to a call, as it is written to its HTTP/2 stream: messages, and the status behind them. */
export class GrpcAnswer {
  readonly #stream: ServerHttp2Stream;
  readonly #requestId: string;
  #begun = false;
  #ended = false;

  constructor(stream: ServerHttp2Stream, requestId: string) {
    this.#stream = stream;
    this.#requestId = requestId;
  }

  /** Writes a message. `onTaken` is called when the connection has taken it, or never will. */
  write(frame: Buffer, onTaken?: (error: Error | null | undefined) => void): void {
    if (this.#isClosed()) return;
    this.#begin();
    this.#stream.write(frame, onTaken);
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
    else this.#stream.respond({ ...HEADERS, ...status }, ALONE);
    this.#ended = true;
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#stream.respond(HEADERS, WITH_TRAILERS);
  }

  #end(trailers: OutgoingHttpHeaders, frame?: Buffer): void {
    const stream = this.#stream;
    this.#ended = true;
    stream.once("wantTrailers", () => stream.sendTrailers(trailers));
    if (frame === undefined) stream.end();
    else stream.end(frame);
  }

  #isClosed(): boolean {
    return this.#ended || this.#stream.destroyed || this.#stream.closed;
  }
}
