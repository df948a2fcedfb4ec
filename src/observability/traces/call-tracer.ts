import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  ATTR_ERROR_TYPE,
  ATTR_RPC_METHOD,
  ATTR_RPC_STATUS_CODE,
  ATTR_RPC_SYSTEM_NAME,
  RPC_SYSTEM_NAME_VALUE_GRPC,
} from "@opentelemetry/semantic-conventions";
import type { Caller } from "../../auth/caller.ts";
import type { RegistryError } from "../../registry/registry-error.ts";
import type { Call } from "../../transport/call.ts";
import type { CallObserver } from "../../transport/call-observer.ts";
import type { CallSpan } from "../../transport/call-span.ts";
import { statusOf } from "../../transport/error-status.ts";
import { ATTR_CLIENT_ID, ATTR_PROTOCOL, ATTR_REFUSAL, ATTR_REQUEST_ID, isServerFault } from "./span-attributes.ts";
import { endWith, type SpanMaker } from "./span-maker.ts";

const SERVER = SpanKind.SERVER;

/** The systems of protocols that the semantic conventions know. Another path is plain HTTP, and no system of RPC. */
const SYSTEMS: Partial<Record<Call["protocol"], string>> = {
  grpc: RPC_SYSTEM_NAME_VALUE_GRPC,
  "grpc-web": RPC_SYSTEM_NAME_VALUE_GRPC,
  // Not among the stable names of the package yet.
  connect: "connectrpc",
};

const propagator = new W3CTraceContextPropagator();

const contextHeaders: TextMapGetter<Call> = {
  keys: () => propagator.fields(),
  get: (call, name) => (name === "traceparent" ? call.traceparent : call.tracestate),
};

interface MethodNames {
  /** `scoperegistry.v1.ScopeRegistry/ValidateScopes`. */
  readonly name: string;
  readonly attributes: Attributes;
}

/** Makes a span for each call: from when it came to when it was answered, which for a stream is its end. */
export class CallTracer implements CallObserver {
  readonly #spans: SpanMaker;
  /** By protocol and method: calls are many, and these few. */
  readonly #names = new Map<string, MethodNames>();
  /** The calls under way whose traces are sampled, by request id. */
  readonly #open = new Map<string, Span>();

  constructor(spans: SpanMaker) {
    this.#spans = spans;
  }

  /** The span of a call under way; undefined: its trace is not sampled. */
  spanOf(requestId: string): Span | undefined {
    return this.#open.get(requestId);
  }

  begun(call: Call): void {
    const { name, attributes } = this.#namesOf(call);
    const context =
      call.traceparent === undefined ? ROOT_CONTEXT : propagator.extract(ROOT_CONTEXT, call, contextHeaders);
    const span = this.#spans.begin(name, { kind: SERVER, attributes }, context);
    if (!span.isRecording()) return;
    span.setAttribute(ATTR_PROTOCOL, call.protocol);
    span.setAttribute(ATTR_REQUEST_ID, call.requestId);
    this.#open.set(call.requestId, span);
    call.span = new SampledCall(span, this.#spans);
  }

  ended(call: Call, caller: Caller | undefined, refusal: RegistryError | undefined): void {
    if (call.span === undefined) return;
    const span = this.#open.get(call.requestId);
    if (span === undefined) return;
    this.#open.delete(call.requestId);
    const status = refusal === undefined ? "OK" : statusOf(refusal.reason);
    span.setAttribute(ATTR_RPC_STATUS_CODE, status);
    if (caller !== undefined) span.setAttribute(ATTR_CLIENT_ID, caller.clientId);
    if (refusal !== undefined) {
      span.setAttribute(ATTR_REFUSAL, refusal.reason);
      if (isServerFault(refusal.reason)) {
        span.setAttribute(ATTR_ERROR_TYPE, status);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
    }
    span.end();
  }

  #namesOf({ method, protocol }: Call): MethodNames {
    const key = `${protocol} ${method}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = method.replace(/\.(?=[^.]*$)/, "/");
    const system = SYSTEMS[protocol];
    const names = { name, attributes: { [ATTR_RPC_METHOD]: name, ...(system && { [ATTR_RPC_SYSTEM_NAME]: system }) } };
    this.#names.set(key, names);
    return names;
  }
}

class SampledCall implements CallSpan {
  readonly traceId: string;
  readonly #span: Span;
  readonly #spans: SpanMaker;

  constructor(span: Span, spans: SpanMaker) {
    this.traceId = span.spanContext().traceId;
    this.#span = span;
    this.#spans = spans;
  }

  run<T>(work: () => T): T {
    return this.#spans.run(this.#span, work);
  }

  during<T>(name: string, outcome: Promise<T>): Promise<T> {
    return endWith(this.#spans.beginWithin(this.#span, name), outcome);
  }

  event(name: string): void {
    this.#span.addEvent(name);
  }
}
