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
  /** Who sends it is known now. */
  belongsTo(owner: string): void;
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
  readonly #budget: ArrivalBudget;
  readonly #arriving = new Set<ArrivingRequest>();
  readonly #sessions = new Set<Http2Session>();
  readonly #timer: NodeJS.Timeout;

  constructor(limits: RequestLimits, budget: ArrivalBudget) {
    this.#limits = limits;
    this.#budget = budget;
    this.#timer = setInterval(() => this.#refuseSlow(), limits.requestTimeoutMs / 4).unref();
  }

  /** Begins to look after a request. `refuse` is called once at the most, and has to answer it and reset its stream. */
  open(stream: ServerHttp2Stream, sender: Sender, refuse: (refusal: RegistryError) => void): OpenRequest {
    const limit = sender === "caller" ? undefined : this.#limits.strangerRequestBytes;
    const onComplete = () => void this.#arriving.delete(request);
    const request: ArrivingRequest = new ArrivingRequest(limit, refuse, onComplete, (onOverload) =>
      this.#budget.open(onOverload),
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
  /** How many bytes a stranger's may have; undefined: a caller sends it. */
  readonly #strangerLimit: number | undefined;
  readonly #refuse: (refusal: RegistryError) => void;
  readonly #onComplete: () => void;
  readonly #arrival: Arrival;
  readonly #heads = new FrameHeads();
  #bytes = 0;
  #over = false;

  constructor(
    strangerLimit: number | undefined,
    refuse: (refusal: RegistryError) => void,
    onComplete: () => void,
    open: (onOverload: (refusal: RegistryError) => void) => Arrival,
  ) {
    this.#strangerLimit = strangerLimit;
    this.#refuse = refuse;
    this.#onComplete = onComplete;
    this.#arrival = open((refusal) => this.refuse(refusal));
  }

  belongsTo(owner: string): void {
    if (!this.#over) this.#arrival.belongsTo(owner);
  }

  arrived(chunk: Buffer): void {
    if (this.#over) return;
    this.#heads.read(chunk, (compressed, length) => this.#check(compressed, length));
    this.#count(chunk.length);
  }

  unpacked(bytes: number): void {
    // A message that came as it is was counted when it came.
    if (bytes > this.#bytes) this.#count(bytes - this.#bytes);
  }

  restart(): void {
    this.since = performance.now();
    this.#bytes = 0;
    this.#arrival.clear();
  }

  complete(): void {
    if (this.#over) return;
    this.#over = true;
    this.#arrival.close();
    this.#onComplete();
  }

  refuse(refusal: RegistryError): void {
    if (this.#over) return;
    this.complete();
    this.#refuse(refusal);
  }

  /** What the head of a message tells. */
  #check(compressed: boolean, length: number): void {
    // grpc-js would refuse it too, without a reason.
    if (length > MAX_MESSAGE_BYTES) this.refuse(messageTooLarge());
    // What strangers send must not grow here.
    else if (compressed && this.#strangerLimit !== undefined) this.refuse(compressedByStranger());
  }

  #count(bytes: number): void {
    if (this.#over) return;
    this.#bytes += bytes;
    if (this.#strangerLimit !== undefined && this.#bytes > this.#strangerLimit) {
      this.refuse(strangerTooLarge(this.#strangerLimit));
    } else {
      this.#arrival.add(bytes);
    }
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
