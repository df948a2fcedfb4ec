/**
 * The way of every call, whatever its transport: who calls, may they, the handler, and those who are told of it. What fails on
 * the way leaves as a RegistryError; anything else is a fault, logged and answered as INTERNAL.
 */

import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { Logger } from "pino";
import type { Authenticator } from "../auth/authenticator.ts";
import type { Caller } from "../auth/caller.ts";
import { requirePermission } from "../auth/method-permissions.ts";
import { isIssuerUnavailable } from "../auth/refusals.ts";
import type { RegistryScopeNames } from "../config/registry-scope-names.ts";
import { untilExpiry } from "../registry/call-deadline.ts";
import { RegistryError } from "../registry/registry-error.ts";
import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import type { CallObserver } from "./call-observer.ts";
import { fullName, type Handlers } from "./handlers.ts";
import { CheckedStream, type MessageStream } from "./message-stream.ts";

/** How often it is asked whether a caller who follows a stream still may, in milliseconds. */
const RECHECK_AFTER_MS = 10_000;

/** The steps of a call that transports take. */
export interface CallPipeline {
  /** Tells that a call has come: once of each call, first of all. */
  begin(call: Call): void;

  /** Who calls, if they may call this method. At once where the token is remembered. Throws or rejects with RegistryError. */
  admit(call: Call): Caller | Promise<Caller>;

  /** What the method answers. At once where nothing has to be waited for. Throws or rejects with RegistryError. */
  answer(
    method: DescMethod,
    request: Message,
    caller: Caller,
    call: Call,
  ): Answer<DescMethod> | Promise<Answer<DescMethod>>;

  /** The gRPC frame that answers the bytes of a message, where that can be told without reading it. */
  answerDirectly(call: Call, message: Buffer): Buffer | undefined;

  /**
   * What a method that answers with a stream sends, until the caller gives up or its token is no longer valid. Throws or rejects
   * with RegistryError.
   */
  stream(method: DescMethod, request: Message, caller: Caller, call: Call): MessageStream<Message>;

  /** Brings what was thrown on the way of a call into a form that may be shown to the caller. */
  refusal(error: unknown, call: Call): RegistryError;

  /** Tells that a call has ended: once of each call. */
  record(call: Call, caller: Caller | undefined, refusal: RegistryError | undefined): void;
}

/** What the pipeline is made of. */
export interface CallPipelineParts {
  readonly authenticator: Authenticator;
  readonly scopeNames: RegistryScopeNames;
  readonly handlers: Handlers;
  /** For faults. */
  readonly logger: Logger;
  /** Who is told of each call, in this order. */
  readonly observers: readonly CallObserver[];
}

/** Makes the pipeline. */
export function createCallPipeline(parts: CallPipelineParts): CallPipeline {
  const { authenticator, scopeNames, handlers, logger, observers } = parts;
  const hearBegins = observers.filter(({ begun }) => begun !== undefined);
  /** Who was not let in although it is known who they are: for the observers. */
  const turnedAway = new WeakMap<Call, Caller>();

  function permit(caller: Caller, call: Call): Caller {
    try {
      requirePermission(caller, call.method, scopeNames, call.protocol);
    } catch (refusal) {
      turnedAway.set(call, caller);
      throw refusal;
    }
    return caller;
  }

  function admit(call: Call): Caller | Promise<Caller> {
    const caller = onBehalfOf(call, () => authenticator.authenticate(call.authorization, call.peer));
    if (!(caller instanceof Promise)) return permit(caller, call);
    return untilExpiry(caller, call).then((known) => permit(known, call));
  }

  /**
   * Whether a caller who was let in still may all that it might then: its token may have expired, been revoked or lost scopes.
   * An issuer that is away changes nothing.
   */
  async function admitAgain(caller: Caller, call: Call): Promise<void> {
    try {
      const { scopes } = await admit(call);
      if ([...caller.scopes].some((scope) => !scopes.has(scope))) throw tokenSaysLess();
    } catch (error) {
      if (!isIssuerUnavailable(error)) throw error;
    }
  }

  return {
    begin(call) {
      for (let at = 0; at < hearBegins.length; at++) hearBegins[at]?.begun?.(call);
    },

    admit,

    answer(method, request, caller, call) {
      const handler = handlers.unary.get(call.method);
      if (handler === undefined) throw notImplemented(method);
      const answer = onBehalfOf(call, () => handler(request, caller, call));
      return answer instanceof Promise ? untilExpiry(answer, call) : answer;
    },

    answerDirectly: (call, message) => handlers.direct?.get(call.method)?.(message),

    stream(method, request, caller, call) {
      const handler = handlers.streams.get(call.method);
      if (handler === undefined) throw notImplemented(method);
      // Messages come at a steady beat, so that it is asked again in time.
      return new CheckedStream(handler(request, caller, call), () => admitAgain(caller, call), RECHECK_AFTER_MS);
    },

    refusal(error, call) {
      if (error instanceof RegistryError) return error;
      const ids = { request_id: call.requestId, trace_id: call.span?.traceId };
      logger.error({ err: error, ...ids, method: call.method }, "Call failed by a fault");
      return new RegistryError("INTERNAL", `The registry failed: look for request ${call.requestId} in its log`, {
        metadata: { request_id: call.requestId },
      });
    },

    record(call, caller, refusal) {
      const known = caller ?? turnedAway.get(call);
      for (const observer of observers) observer.ended(call, known, refusal);
    },
  };
}

/** Does what a call needs, as a part of its trace where that is sampled. */
function onBehalfOf<T>({ span }: Call, work: () => T): T {
  return span === undefined ? work() : span.run(work);
}

function tokenSaysLess(): RegistryError {
  return new RegistryError("TOKEN_INVALID", "The token has lost scopes that it had when the call began: call again");
}

function notImplemented(method: DescMethod): RegistryError {
  return new RegistryError("NOT_IMPLEMENTED", `${method.name} is declared and not built yet: call a newer server`, {
    metadata: { method: fullName(method) },
  });
}
