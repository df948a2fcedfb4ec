import type { Http2Session, ServerHttp2Stream } from "node:http2";
import { RegistryError } from "../../registry/registry-error.ts";
import { MAX_MESSAGE_BYTES } from "../call.ts";
import { messageTooLarge } from "../message-refusals.ts";

/** The bytes in front of a gRPC message: a flag for compression, and its length. */
const FRAME_HEAD_BYTES = 5;

/** What requests that are not complete may take. */
export interface RequestLimits {
  /** How long a request may take to arrive, in milliseconds. It is looked at some times in that span. */
  readonly requestTimeoutMs: number;
  /** How many bytes requests that have not arrived whole may hold, all connections together. */
  readonly openRequestBytes: number;
  /** How many bytes a request of a method that asks for no token (health, reflection) may have. */
  readonly strangerRequestBytes: number;
}

/** The limits where nothing else is said. */
export const REQUEST_LIMITS: RequestLimits = {
  requestTimeoutMs: 30_000,
  openRequestBytes: 128 * 1024 * 1024,
  strangerRequestBytes: 16 * 1024,
};

/** A request that arrives. */
export interface OpenRequest {
  /** A message of it was unpacked and takes so many bytes. */
  unpacked(bytes: number): void;
  /** A message of it was handled; it has the time and the bytes for another one. */
  restart(): void;
  /** It has arrived whole, or will not. */
  complete(): void;
}

/** Who sends a request. */
export type Sender = "caller" | "stranger";

/** Looks after requests from their headers to their end, and refuses those that are too large, too slow or too many. */
export class OpenRequests {
  readonly #limits: RequestLimits;
  readonly #arriving = new Set<ArrivingRequest>();
  readonly #sessions = new Set<Http2Session>();
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;

  constructor(limits: RequestLimits) {
    this.#limits = limits;
    this.#timer = setInterval(() => this.#refuseSlow(), limits.requestTimeoutMs / 4).unref();
  }

  /** Begins to look after a request. `refuse` is called once at the most, and has to answer it and reset its stream. */
  open(stream: ServerHttp2Stream, sender: Sender, refuse: (refusal: RegistryError) => void): OpenRequest {
    const limit = sender === "caller" ? Number.POSITIVE_INFINITY : this.#limits.strangerRequestBytes;
    const request = new ArrivingRequest(
      limit,
      refuse,
      (bytes) => this.#take(bytes),
      () => this.#arriving.delete(request),
    );
    this.#arriving.add(request);
    // In front of the listener of grpc-js, which is there already.
    stream.prependListener("data", (chunk: Buffer) => request.arrived(chunk));
    const { session } = stream;
    if (session !== undefined && !this.#sessions.has(session)) {
      this.#sessions.add(session);
      session.once("close", () => this.#sessions.delete(session));
    }
    return request;
  }

  /** Cuts every connection that a call came by, and looks after nothing any more. */
  close(): void {
    clearInterval(this.#timer);
    for (const session of this.#sessions) session.destroy();
  }

  #take(bytes: number): boolean {
    this.#bytes += bytes;
    return this.#bytes <= this.#limits.openRequestBytes;
  }

  #refuseSlow(): void {
    const latest = performance.now() - this.#limits.requestTimeoutMs;
    for (const request of this.#arriving) {
      if (request.since <= latest) request.refuse(tooSlow(this.#limits.requestTimeoutMs));
    }
  }
}

class ArrivingRequest implements OpenRequest {
  /** By `performance.now()`. */
  since = performance.now();
  readonly #limit: number;
  readonly #refuse: (refusal: RegistryError) => void;
  /** Takes bytes from the budget of all, or gives them back; false: it is overdrawn. */
  readonly #take: (bytes: number) => boolean;
  readonly #onComplete: () => void;
  #begun = false;
  #bytes = 0;
  #over = false;

  constructor(
    limit: number,
    refuse: (refusal: RegistryError) => void,
    take: (bytes: number) => boolean,
    onComplete: () => void,
  ) {
    this.#limit = limit;
    this.#refuse = refuse;
    this.#take = take;
    this.#onComplete = onComplete;
  }

  arrived(chunk: Buffer): void {
    if (this.#over) return;
    const refusal = this.#begun || chunk.length < FRAME_HEAD_BYTES ? undefined : this.#refusalOf(chunk);
    this.#begun = true;
    if (refusal === undefined) this.#count(chunk.length);
    else this.refuse(refusal);
  }

  unpacked(bytes: number): void {
    // A message that came as it is was counted when it came.
    if (!this.#over && bytes > this.#bytes) this.#count(bytes - this.#bytes);
  }

  restart(): void {
    this.since = performance.now();
    this.#giveBack();
  }

  complete(): void {
    if (this.#over) return;
    this.#over = true;
    this.#giveBack();
    this.#onComplete();
  }

  refuse(refusal: RegistryError): void {
    this.complete();
    this.#refuse(refusal);
  }

  /** What the head of the first message tells. */
  #refusalOf(head: Buffer): RegistryError | undefined {
    // grpc-js would refuse it too, without a reason.
    if (head.readUInt32BE(1) > MAX_MESSAGE_BYTES) return messageTooLarge();
    // What strangers send must not grow here.
    return head[0] !== 0 && Number.isFinite(this.#limit) ? compressedByStranger() : undefined;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    const fits = this.#take(bytes);
    if (this.#bytes > this.#limit) this.refuse(strangerTooLarge(this.#limit));
    else if (!fits) this.refuse(overloaded());
  }

  #giveBack(): void {
    this.#take(-this.#bytes);
    this.#bytes = 0;
  }
}

function tooSlow(limitMs: number): RegistryError {
  return new RegistryError("DEADLINE_EXCEEDED", `The request did not arrive within ${limitMs} ms: send it at once`, {
    metadata: { limit_ms: String(limitMs) },
  });
}

function overloaded(): RegistryError {
  return new RegistryError("OVERLOADED", "Too many large requests arrive at once: try again later", {
    retryAfterMs: 1_000,
  });
}

function strangerTooLarge(limit: number): RegistryError {
  return new RegistryError("MESSAGE_TOO_LARGE", `A request without a token has at most ${limit} bytes here`, {
    metadata: { limit: String(limit) },
  });
}

function compressedByStranger(): RegistryError {
  return new RegistryError("MALFORMED_MESSAGE", "A request of this method is taken uncompressed only: send it so");
}
