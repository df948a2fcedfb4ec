import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import type { DescMethod } from "@bufbuild/protobuf";
import type { Caller } from "../../auth/caller.ts";
import { deadlinePassed, givenUp, MAX_TIMER_MS, shuttingDown } from "../../registry/call-deadline.ts";
import type { RegistryError } from "../../registry/registry-error.ts";
import type { Answer } from "../answer.ts";
import type { CallPipeline } from "../call-pipeline.ts";
import { fullName } from "../handlers.ts";
import { callerLeft, notOneMessage } from "../message-refusals.ts";
import type { UnreadBudget } from "../unread-budget.ts";
import type { CallCounter } from "./call-counter.ts";
import { resetAnswered } from "./call-stream.ts";
import { decodeRequest } from "./decode-request.ts";
import { encodeAnswer } from "./encode-answer.ts";
import { GrpcAnswer } from "./grpc-answer.ts";
import { GrpcCall } from "./grpc-call.ts";
import type { OpenRequest, OpenRequests } from "./open-requests.ts";
import type { ReadTimeouts } from "./read-timeouts.ts";
import { RequestMessage, readTimeout, unpack } from "./request-message.ts";
import { StreamSender } from "./stream-sender.ts";

/** What calls are served with. */
export interface ServingParts {
  readonly pipeline: CallPipeline;
  readonly calls: CallCounter;
  readonly requests: OpenRequests;
  readonly timeouts: ReadTimeouts;
  readonly unread: UnreadBudget;
}

/** Within which time the reset of a stream has followed its end, in milliseconds. Only what is no call anyway waits so long. */
const RESET_FOLLOWS_MS = 100;

/**
 * One call of a method of ours, on its HTTP/2 stream: who calls is known before anything of the message is kept, and most calls are
 * answered in the turn in which their request is complete.
 */
export class ServedCall {
  readonly #method: DescMethod;
  readonly #stream: ServerHttp2Stream;
  readonly #headers: IncomingHttpHeaders;
  readonly #parts: ServingParts;
  readonly #call: GrpcCall;
  readonly #answer: GrpcAnswer;
  readonly #request: OpenRequest;
  readonly #message = new RequestMessage();
  #caller: Caller | undefined;
  /** Set while a compressed message is unpacked. */
  #unpacked: Promise<Buffer> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Whether its handler was begun, which tells of the call's end itself. */
  #entered = false;
  /** Whether it was answered or refused, or its caller has left: nothing more comes of it. */
  #over = false;
  /** What it was ended with before its handler had come to its end. */
  #cutOffBy: RegistryError | undefined;

  constructor(method: DescMethod, stream: ServerHttp2Stream, headers: IncomingHttpHeaders, parts: ServingParts) {
    this.#method = method;
    this.#stream = stream;
    this.#headers = headers;
    this.#parts = parts;
    this.#call = new GrpcCall(fullName(method), stream, headers);
    this.#answer = new GrpcAnswer(stream, this.#call.requestId, parts.timeouts, parts.unread);
    this.#request = parts.requests.open(stream, (refusal) => this.#refuse(refusal));
  }

  /** Asks who calls, reads the message, and answers. */
  begin(): void {
    // What goes wrong with a stream is told by its end.
    this.#stream.once("error", () => undefined);
    this.#stream.once("close", () => this.#onClose());
    if (this.#method.methodKind === "unary") this.#parts.calls.begin();
    this.#parts.pipeline.begin(this.#call);
    try {
      this.#setDeadline(readTimeout(this.#headers["grpc-timeout"] as string | undefined));
      const caller = this.#parts.pipeline.admit(this.#call);
      if (caller instanceof Promise) caller.then((known) => this.#read(known)).catch((error) => this.#refuse(error));
      else this.#read(caller);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #setDeadline(timeoutMs: number | undefined): void {
    if (timeoutMs === undefined) return;
    this.#call.expiresAt = Date.now() + timeoutMs;
    if (timeoutMs <= MAX_TIMER_MS) this.#timer = setTimeout(() => this.#onDeadline(), timeoutMs);
  }

  /** Begins to read the message: until then it waits on the connection, within its flow control. */
  #read(caller: Caller): void {
    this.#caller = caller;
    if (this.#over) return;
    this.#request.belongsTo(caller.owner);
    this.#answer.belongsTo(caller.owner);
    this.#stream.on("data", (piece: Buffer) => this.#onData(piece));
    this.#stream.once("end", () => this.#onEnd());
  }

  #onData(piece: Buffer): void {
    if (this.#over) return;
    try {
      this.#message.add(piece);
      this.#request.received(piece.length);
      if (this.#message.isWhole && this.#message.isCompressed) this.#unpack();
    } catch (error) {
      this.#refuse(error);
    }
  }

  #unpack(): void {
    const encoding = this.#headers["grpc-encoding"] as string | undefined;
    this.#unpacked = unpack(this.#method, this.#message.bytes, encoding).then((bytes) => {
      this.#request.unpacked(bytes.length);
      return bytes;
    });
    this.#unpacked.catch((error: unknown) => this.#refuse(error));
  }

  #onEnd(): void {
    if (this.#over) return;
    if (!this.#message.isWhole) this.#refuseUnlessReset();
    else if (this.#unpacked === undefined) this.#enter(this.#message.bytes);
    else this.#unpacked.then((bytes) => this.#enter(bytes)).catch((error: unknown) => this.#refuse(error));
  }

  /** Node's client ends a request that it gives up in the middle, and resets the stream then. */
  async #refuseUnlessReset(): Promise<void> {
    this.#request.complete();
    await sleep(RESET_FOLLOWS_MS);
    this.#refuse(notOneMessage());
  }

  #enter(bytes: Buffer): void {
    const caller = this.#caller;
    if (this.#over || caller === undefined) return;
    this.#request.complete();
    this.#entered = true;
    if (this.#method.methodKind === "unary") this.#answerOnce(bytes, caller);
    else this.#answerWithStream(bytes, caller);
  }

  #answerOnce(bytes: Buffer, caller: Caller): void {
    try {
      const frame = this.#parts.pipeline.answerDirectly(this.#call, bytes);
      if (frame !== undefined) {
        this.#answer.succeed(frame);
        this.#settle(undefined);
        return;
      }
      const request = decodeRequest(this.#method, bytes);
      const answer = this.#parts.pipeline.answer(this.#method, request, caller, this.#call);
      if (answer instanceof Promise) {
        answer.then((found) => this.#succeed(found)).catch((error: unknown) => this.#fail(error));
      } else this.#succeed(answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  #answerWithStream(bytes: Buffer, caller: Caller): void {
    try {
      const request = decodeRequest(this.#method, bytes);
      const messages = this.#parts.pipeline.stream(this.#method, request, caller, this.#call);
      new StreamSender(this.#method, this.#stream, this.#answer).send(messages, this.#parts.timeouts).then(
        () => this.#settle(undefined),
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  #succeed(answer: Answer<DescMethod>): void {
    const frame = encodeAnswer(this.#method, answer);
    if (!this.#over) this.#answer.succeed(frame);
    this.#settle(undefined);
  }

  #fail(error: unknown): void {
    const refusal = this.#parts.pipeline.refusal(error, this.#call);
    if (!this.#over) this.#answer.refuse(refusal);
    this.#settle(refusal);
  }

  /** The handler has come to its end: what the caller was told meanwhile counts, whatever that is. */
  #settle(refusal: RegistryError | undefined): void {
    this.#finish();
    this.#parts.pipeline.record(this.#call, this.#caller, this.#cutOffBy ?? refusal);
  }

  /** Refuses a call whose handler was not begun. */
  #refuse(error: unknown): void {
    if (this.#over || this.#entered) return;
    const refusal = this.#parts.pipeline.refusal(error, this.#call);
    this.#answer.refuse(refusal);
    resetAnswered(this.#stream);
    this.#settle(refusal);
  }

  #onDeadline(): void {
    if (this.#over) return;
    if (!this.#entered) {
      this.#refuse(deadlinePassed());
      return;
    }
    this.#cutOffBy = deadlinePassed();
    this.#answer.refuse(this.#cutOffBy);
    this.#finish();
    this.#call.cancel(this.#cutOffBy);
  }

  #onClose(): void {
    this.#answer.onClosed();
    if (this.#over) return;
    this.#finish();
    if (this.#parts.requests.isClosed) this.#cutOffBy = shuttingDown();
    this.#call.cancel(this.#cutOffBy);
    if (!this.#entered) this.#settle(this.#caller ? callerLeft() : givenUp());
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#request.complete();
    clearTimeout(this.#timer);
    if (this.#method.methodKind === "unary") this.#parts.calls.end();
  }
}
