/** The service on the HTTP port, by Connect, gRPC-Web and gRPC. It holds no rule: see `../call-pipeline.ts`. */
import { type DescMethod, type DescService, type Message, toBinary } from "@bufbuild/protobuf";
import {
  type ConnectError,
  createConnectRouter,
  createContextKey,
  createContextValues,
  type HandlerContext,
  type ServiceImpl,
} from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import type { Caller } from "../../auth/caller.ts";
import { refuseIfOver } from "../../registry/call-deadline.ts";
import type { RegistryError } from "../../registry/registry-error.ts";
import { messageOf } from "../answer.ts";
import type { ArrivalBudget } from "../arrival-budget.ts";
import { type Call, MAX_MESSAGE_BYTES } from "../call.ts";
import type { CallPipeline } from "../call-pipeline.ts";
import { callerLeft } from "../message-refusals.ts";
import { oncePer } from "../once-per.ts";
import { COUNTED_BYTES, STRANGERS } from "../unread-budget.ts";
import { boundedBody } from "./bounded-body.ts";
import { callSignal } from "./call-signal.ts";
import { CallerTurns } from "./caller-turns.ts";
import { connectError } from "./connect-error.ts";
import { fastGzip } from "./fast-gzip.ts";
import { type HttpRequest, httpCall } from "./http-call.ts";
import type { HttpRoute, HttpRoutes } from "./http-route.ts";
import { PacedStream } from "./paced-stream.ts";
import { streamAnswer } from "./stream-answer.ts";
import { takenInTime } from "./taken-in-time.ts";
import { unreadable } from "./unreadable-request.ts";

/** What is known of one request on its way through the library. */
interface Progress {
  readonly request: HttpRequest;
  context?: HandlerContext;
  call?: Call;
  caller?: Caller;
  /** Whether the message was read, so that the method has been entered. */
  entered: boolean;
  /** Set: the gate answers this in place of asking who calls. */
  refusal?: RegistryError;
}

const progressKey = createContextKey<Progress | undefined>(undefined, { description: "progress" });

/** What the routes need. */
export interface ConnectRouteParts {
  readonly services: readonly DescService[];
  readonly pipeline: CallPipeline;
  readonly budget: ArrivalBudget;
  /** How long the reader of an answer may take for a piece of it, in milliseconds. */
  readonly readTimeoutMs: number;
  /** Aborts with a refusal when the server stops and waits no longer; never, if not given. */
  readonly stop?: AbortSignal;
}

/** The routes of services, by path. */
export function connectRoutes(parts: ConnectRouteParts): HttpRoutes {
  const { services, pipeline, stop } = parts;
  const router = createConnectRouter({
    requestGate: (context) => gate(context, pipeline),
    acceptCompression: [fastGzip],
    ...(stop && { shutdownSignal: stop }),
    readMaxBytes: MAX_MESSAGE_BYTES,
    // A misspelt field or enum value would count as not given: `validateOnly` as false, REPLACE as MERGE.
    jsonOptions: { ignoreUnknownFields: false },
  });
  for (const service of services) router.service(service, implementation(service, pipeline));
  return { exact: new Map(router.handlers.map((handler) => [handler.requestPath, route(handler, parts)])) };
}

/** Before the message is read: who calls, and may they. */
async function gate(context: HandlerContext, pipeline: CallPipeline): Promise<void> {
  const progress = progressOf(context);
  const call = progress.call ?? begun(callOf(context, progress.request), pipeline);
  progress.context = context;
  progress.call = call;
  context.responseHeader.set("x-request-id", call.requestId);
  if (progress.refusal !== undefined) throw connectError(progress.refusal);
  try {
    progress.caller = await pipeline.admit(call);
  } catch (error) {
    throw refuse(error, call, undefined, pipeline);
  }
}

function callOf(context: HandlerContext, request: HttpRequest): Call {
  const { method } = context;
  const protocol = context.protocolName as Call["protocol"];
  return httpCall(request, { method, protocol, timeoutMs: context.timeoutMs(), signal: callSignal(context.signal) });
}

function begun(call: Call, pipeline: CallPipeline): Call {
  pipeline.begin(call);
  return call;
}

function implementation(service: DescService, pipeline: CallPipeline): ServiceImpl<DescService> {
  const methods = service.methods.map((method) => [
    method.localName,
    method.methodKind === "server_streaming" ? stream(method, pipeline) : unary(method, pipeline),
  ]);
  return Object.fromEntries(methods) as ServiceImpl<DescService>;
}

function unary(method: DescMethod, pipeline: CallPipeline) {
  return async (request: Message, context: HandlerContext): Promise<Message> => {
    const { call, caller } = enter(context);
    try {
      refuseIfOver(call);
      const response = messageOf(await pipeline.answer(method, request, caller, call));
      pipeline.record(call, caller, undefined);
      return response;
    } catch (error) {
      throw refuse(error, call, caller, pipeline);
    }
  };
}

function stream(method: DescMethod, pipeline: CallPipeline) {
  const turns = new CallerTurns();
  const lengthOf = oncePer((message: Message) => toBinary(method.output, message).length);
  return async function* (request: Message, context: HandlerContext): AsyncGenerator<Message> {
    const { call, caller } = enter(context);
    const messages = follow(method, request, { call, caller }, pipeline);
    // Strangers, who are one caller, would have each other wait.
    const turnFor = (message: Message) =>
      lengthOf(message) < COUNTED_BYTES ? undefined : turns.take(caller.owner, call.signal);
    const paced = caller.owner === STRANGERS ? messages : new PacedStream(messages, turnFor);
    try {
      yield* streamAnswer(paced, {
        request: progressOf(context).request,
        deadline: call,
        refusal: (error) => pipeline.refusal(error, call),
        onEnd: (refusal) => pipeline.record(call, caller, refusal),
      });
    } catch (error) {
      throw connectError(pipeline.refusal(error, call));
    }
  };
}

/** Begins a stream. Where that fails, nothing else tells of the call's end. */
function follow(method: DescMethod, request: Message, { call, caller }: EnteredCall, pipeline: CallPipeline) {
  try {
    return pipeline.stream(method, request, caller, call);
  } catch (error) {
    throw refuse(error, call, caller, pipeline);
  }
}

interface EnteredCall {
  readonly call: Call;
  readonly caller: Caller;
}

function enter(context: HandlerContext): EnteredCall {
  const progress = progressOf(context);
  const { call, caller } = progress;
  if (call === undefined || caller === undefined) throw new Error("A method was entered without passing the gate");
  progress.entered = true;
  return { call, caller };
}

function refuse(error: unknown, call: Call, caller: Caller | undefined, pipeline: CallPipeline): ConnectError {
  const refusal = pipeline.refusal(error, call);
  pipeline.record(call, caller, refusal);
  return connectError(refusal);
}

/** A handler of the library as a route, whose answers have to be taken in time. */
function route(handler: UniversalHandler, { pipeline, budget, readTimeoutMs }: ConnectRouteParts): HttpRoute {
  const answer = answering(handler, pipeline, budget);
  return async (request, source) => {
    const response = await answer(request, source);
    if (response.body === undefined) return response;
    return { ...response, body: takenInTime(response.body, source, request.signal, readTimeoutMs) };
  };
}

/**
 * Runs a handler of the library. Where it could not read the message of a caller that was let in, the answer is made anew,
 * in the registry's own words and as every transport gives it: the same handler runs once more on nothing, and its gate
 * refuses.
 */
function answering(handler: UniversalHandler, pipeline: CallPipeline, budget: ArrivalBudget): HttpRoute {
  return async (request, source) => {
    const progress: Progress = { request: source, entered: false };
    const contextValues = createContextValues().set(progressKey, progress);
    // Read only after the gate, so that it is known by then whose it is.
    const open = (refuse: (refusal: RegistryError) => void) => {
      const arrival = budget.open(refuse);
      if (progress.caller !== undefined) arrival.belongsTo(progress.caller.owner);
      return arrival;
    };
    const body = boundedBody(request.body, source, open, () => progress.call);
    const response = await handler({ ...request, body, contextValues });
    const { call, caller, entered, context } = progress;
    const answer = { ...response, owner: caller?.owner };
    if (entered || call === undefined || caller === undefined || !context?.signal.aborted) return answer;
    const { reason } = context.signal;
    const refusal =
      request.signal.aborted && request.signal.reason === reason ? callerLeft() : unreadable(handler.method, reason);
    pipeline.record(call, caller, refusal);
    if (refusal.reason === "CANCELLED") return answer;
    progress.refusal = refusal;
    return handler({ ...request, contextValues, body: nothing() });
  };
}

function progressOf(context: HandlerContext): Progress {
  const progress = context.values.get(progressKey);
  if (progress === undefined) throw new Error("A request came without its progress");
  return progress;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
