import { randomUUID } from "node:crypto";
import type { DescMethod } from "@bufbuild/protobuf";
import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from "@grpc/grpc-js";
import type { Caller } from "../../auth/caller.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import type { CallPipeline } from "../call-pipeline.ts";
import { fullName } from "../handlers.ts";
import type { CallCounter } from "./call-counter.ts";
import { cutStalled, resetAnswered, streamOf } from "./call-stream.ts";
import { GrpcCall } from "./grpc-call.ts";
import type { OpenRequest, OpenRequests } from "./open-requests.ts";
import { grpcStatus } from "./status-metadata.ts";

/** The request of a call that was let in: what the handlers are given as the message. */
export interface AdmittedRequest {
  readonly call: GrpcCall;
  readonly caller: Caller;
  /** The message, not decoded yet. */
  readonly bytes: Buffer;
  /** The handler begins to answer, and counts the call itself from now on. */
  enter(): void;
  /** Cuts a stream whose reader takes nothing. */
  cut(): void;
}

/** What the interceptor needs. */
export interface AdmissionParts {
  /** The methods that need a token, by path. All others (health, reflection) are open to strangers. */
  readonly methods: ReadonlyMap<string, DescMethod>;
  readonly pipeline: CallPipeline;
  readonly calls: CallCounter;
  readonly requests: OpenRequests;
}

/** Lets callers in before their message is read, so that strangers cannot make the server hold what they send. */
export function admissionInterceptor(parts: AdmissionParts): ServerInterceptor {
  return ({ path, requestStream }, call) => {
    const method = parts.methods.get(path);
    return method === undefined ? openCall(call, requestStream, parts) : guardedCall(method, call, parts);
  };
}

const NO_BYTES = Buffer.alloc(0);

type Listener = Parameters<ServerInterceptingCallInterface["start"]>[0];

/** A call that a stranger may make: only its size and its time are looked after. */
function openCall(
  call: ServerInterceptingCallInterface,
  streamed: boolean,
  { requests }: AdmissionParts,
): ServerInterceptingCall {
  const stream = streamOf(call);
  let arrived = false;
  const request = requests.open(stream, "stranger", (refusal) => {
    call.sendStatus(grpcStatus(refusal, randomUUID()));
    resetAnswered(stream);
  });
  return new DirectCall(call, (listener) => ({
    onReceiveMetadata: (metadata) => listener.onReceiveMetadata(metadata),
    onReceiveMessage(message) {
      if (streamed) request.restart();
      listener.onReceiveMessage(message);
    },
    onReceiveHalfClose() {
      arrived = true;
      request.complete();
      listener.onReceiveHalfClose();
    },
    onCancel() {
      request.complete();
      if (!arrived) resetAnswered(stream);
      listener.onCancel();
    },
  }));
}

function guardedCall(
  method: DescMethod,
  call: ServerInterceptingCallInterface,
  parts: AdmissionParts,
): ServerInterceptingCall {
  return new DirectCall(call, (listener) => new Guard(method, call, listener, parts));
}

/** An interceptor's call that leaves the way of the answer as it is, at no cost: it passes the listener's place on alone. */
class DirectCall extends ServerInterceptingCall {
  readonly #call: ServerInterceptingCallInterface;
  readonly #wrap: (listener: Listener) => Listener;

  constructor(call: ServerInterceptingCallInterface, wrap: (listener: Listener) => Listener) {
    super(call);
    this.#call = call;
    this.#wrap = wrap;
  }

  override start(listener: Listener): void {
    this.#call.start(this.#wrap(listener));
  }

  override sendMetadata(metadata: Metadata): void {
    this.#call.sendMetadata(metadata);
  }

  override sendMessage(message: unknown, callback: () => void): void {
    this.#call.sendMessage(message, callback);
  }

  override sendStatus(status: Parameters<ServerInterceptingCallInterface["sendStatus"]>[0]): void {
    this.#call.sendStatus(status);
  }
}

/** Stands before the listener of grpc-js, which asks for no message before it is given the metadata. */
class Guard implements Listener, AdmittedRequest {
  bytes: Buffer = NO_BYTES;
  readonly #method: DescMethod;
  readonly #intercepted: ServerInterceptingCallInterface;
  readonly #listener: Listener;
  readonly #parts: AdmissionParts;
  readonly #request: OpenRequest;
  #call: GrpcCall | undefined;
  #caller: Caller | undefined;
  #counted = false;
  #entered = false;
  #arrived = false;
  /** Whether the caller gave it up, or it was refused: nothing more comes of it. */
  #over = false;

  constructor(
    method: DescMethod,
    intercepted: ServerInterceptingCallInterface,
    listener: Listener,
    parts: AdmissionParts,
  ) {
    this.#method = method;
    this.#intercepted = intercepted;
    this.#listener = listener;
    this.#parts = parts;
    this.#request = parts.requests.open(streamOf(intercepted), "caller", (refusal) => this.#refuse(refusal));
  }

  get call(): GrpcCall {
    if (this.#call === undefined) throw new Error("The headers of the call have not come");
    return this.#call;
  }

  get caller(): Caller {
    if (this.#caller === undefined) throw new Error("The call was not let in");
    return this.#caller;
  }

  enter(): void {
    this.#entered = true;
    this.#uncount();
  }

  cut(): void {
    cutStalled(streamOf(this.#intercepted));
  }

  onReceiveMetadata(metadata: Metadata): void {
    const call = new GrpcCall(fullName(this.#method), this.#intercepted, metadata);
    this.#call = call;
    if (this.#method.methodKind === "unary") {
      this.#counted = true;
      this.#parts.calls.begin();
    }
    try {
      const caller = this.#parts.pipeline.admit(call);
      if (caller instanceof Promise) {
        caller.then((known) => this.#admit(known, metadata)).catch((error: unknown) => this.#refuse(error));
      } else this.#admit(caller, metadata);
    } catch (error) {
      this.#refuse(error);
    }
  }

  onReceiveMessage(message: Buffer): void {
    this.#request.unpacked(message.length);
    this.bytes = message;
    if (!this.#over) this.#listener.onReceiveMessage(this);
  }

  onReceiveHalfClose(): void {
    this.#arrived = true;
    this.#request.complete();
    if (!this.#over) this.#listener.onReceiveHalfClose();
  }

  onCancel(): void {
    this.#request.complete();
    // grpc-js has answered by itself, for example when the caller's deadline passed.
    if (!this.#arrived) resetAnswered(streamOf(this.#intercepted));
    this.#uncount();
    this.#call?.cancel();
    // A handler that was entered writes the call's line itself.
    if (!this.#over && !this.#entered && this.#call !== undefined) {
      const refusal = new RegistryError("CANCELLED", "The caller gave the call up before it was let in");
      this.#parts.pipeline.record(this.#call, this.#caller, refusal);
    }
    this.#over = true;
    this.#listener.onCancel();
  }

  #uncount(): void {
    if (this.#counted) this.#parts.calls.end();
    this.#counted = false;
  }

  #admit(caller: Caller, metadata: Metadata): void {
    this.#caller = caller;
    this.#request.belongsTo(caller.owner);
    if (!this.#over) this.#listener.onReceiveMetadata(metadata);
  }

  #refuse(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    // Nothing has come of it but the stream.
    if (this.#call === undefined) {
      resetAnswered(streamOf(this.#intercepted));
      return;
    }
    const { pipeline } = this.#parts;
    const refusal = pipeline.refusal(error, this.call);
    this.#request.complete();
    this.#intercepted.sendStatus(grpcStatus(refusal, this.call.requestId));
    this.#uncount();
    resetAnswered(streamOf(this.#intercepted));
    pipeline.record(this.call, this.#caller, refusal);
  }
}
