import type { Http2Session, ServerHttp2Stream } from "node:http2";
import { RegistryError } from "../../registry/registry-error.ts";
import type { Arrival, ArrivalBudget } from "../arrival-budget.ts";
import { MAX_MESSAGE_BYTES } from "../call.ts";
import { messageTooLarge } from "../message-refusals.ts";
import { FrameHeads } from "./frame-heads.ts";

/** What requests that are not complete may take. */
export interface RequestLimits {
  /** How long a request may take to arrive, in milliseconds. It is looked at some times in that span. */
  readonly requestTimeoutMs: number;
  /** How many bytes a request of a method that asks for no token (health, reflection) may have. */
  readonly strangerRequestBytes: number;
}

/** The limits where nothing else is said. */
export const REQUEST_LIMITS: RequestLimits = {
  requestTimeoutMs: 30_000,
  strangerRequestBytes: 16 * 1024,
};

/** A request that arrives. */
export interface OpenRequest {
  /** So many more bytes of it have come. */
  received(bytes: number): void;
  /** Who sends it is known now. */
  belongsTo(owner: string): void;
  /** A message of it was unpacked and takes so many bytes. */
  unpacked(bytes: number): void;
  /** A message of it was handled; it has the time and the bytes for another one. */
  restart(): void;
  /** It has arrived whole, or will not. */
  complete(): void;
}

/** Looks after requests from their headers to their end, and refuses those that are too large, too slow or too many. */
export class OpenRequests {
  readonly #limits: RequestLimits;
  readonly #budget: ArrivalBudget;
  readonly #arriving = new Set<ArrivingRequest>();
  readonly #sessions = new Set<Http2Session>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;
  readonly #onComplete = (request: ArrivingRequest) => void this.#arriving.delete(request);

  constructor(limits: RequestLimits, budget: ArrivalBudget) {
    this.#limits = limits;
    this.#budget = budget;
    this.#timer = setInterval(() => this.#refuseSlow(), limits.requestTimeoutMs / 4).unref();
  }

  /**
   * Begins to look after the request of a caller. `refuse` is called once at the most, and has to answer it and reset its
   * stream. What comes of it is told by {@link OpenRequest.received}.
   */
  open(stream: ServerHttp2Stream, refuse: (refusal: RegistryError) => void): OpenRequest {
    return this.#open(stream, undefined, refuse);
  }

  /** The same of a stranger's, of which as much is read as strangers may send. */
  openStranger(stream: ServerHttp2Stream, refuse: (refusal: RegistryError) => void): OpenRequest {
    const limit = this.#limits.strangerRequestBytes;
    const request = this.#open(stream, limit, refuse);
    const heads = new FrameHeads();
    const check = (compressed: boolean, length: number) => {
      // grpc-js would refuse it too, without a reason.
      if (length > MAX_MESSAGE_BYTES) request.refuse(messageTooLarge());
      // What strangers send must not grow here.
      else if (compressed) request.refuse(compressedByStranger());
    };
    // In front of the listener of grpc-js, which is there already.
    stream.prependListener("data", (chunk: Buffer) => {
      if (request.isOver) return;
      heads.read(chunk, check);
      request.received(chunk.length);
    });
    return request;
  }

  #open(
    stream: ServerHttp2Stream,
    limit: number | undefined,
    refuse: (refusal: RegistryError) => void,
  ): ArrivingRequest {
    const request = new ArrivingRequest(limit, refuse, this.#onComplete, this.#budget);
    this.#arriving.add(request);
    const { session } = stream;
    if (session !== undefined && !this.#sessions.has(session)) {
      this.#sessions.add(session);
      session.once("close", () => this.#sessions.delete(session));
    }
    return request;
  }

  /** Whether {@link OpenRequests.close} has cut the connections. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Cuts every connection that a call came by, and looks after nothing any more. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const session of this.#sessions) session.destroy();
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
  isOver = false;
  /** How many bytes a stranger's may have; undefined: a caller sends it. */
  readonly #strangerLimit: number | undefined;
  readonly #refuse: (refusal: RegistryError) => void;
  readonly #onComplete: (request: ArrivingRequest) => void;
  readonly #arrival: Arrival;
  #bytes = 0;

  constructor(
    strangerLimit: number | undefined,
    refuse: (refusal: RegistryError) => void,
    onComplete: (request: ArrivingRequest) => void,
    budget: ArrivalBudget,
  ) {
    this.#strangerLimit = strangerLimit;
    this.#refuse = refuse;
    this.#onComplete = onComplete;
    this.#arrival = budget.open((refusal) => this.refuse(refusal));
  }

  belongsTo(owner: string): void {
    if (!this.isOver) this.#arrival.belongsTo(owner);
  }

  received(bytes: number): void {
    if (this.isOver) return;
    this.#bytes += bytes;
    if (this.#strangerLimit !== undefined && this.#bytes > this.#strangerLimit) {
      this.refuse(strangerTooLarge(this.#strangerLimit));
    } else {
      this.#arrival.add(bytes);
    }
  }

  unpacked(bytes: number): void {
    // A message that came as it is was counted when it came.
    if (bytes > this.#bytes) this.received(bytes - this.#bytes);
  }

  restart(): void {
    this.since = performance.now();
    this.#bytes = 0;
    this.#arrival.clear();
  }

  complete(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#arrival.close();
    this.#onComplete(this);
  }

  refuse(refusal: RegistryError): void {
    if (this.isOver) return;
    this.complete();
    this.#refuse(refusal);
  }
}

function tooSlow(limitMs: number): RegistryError {
  return new RegistryError("DEADLINE_EXCEEDED", `The request did not arrive within ${limitMs} ms: send it at once`, {
    metadata: { limit_ms: String(limitMs) },
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
