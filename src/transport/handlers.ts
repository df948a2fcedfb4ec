import type { DescMethod, MessageShape } from "@bufbuild/protobuf";
import type { Caller } from "../auth/caller.ts";
import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import type { MessageStream } from "./message-stream.ts";

/** What one method does. It answers at once where nothing has to be waited for: the normal case of every read. */
export type Handler<M extends DescMethod> = (
  request: MessageShape<M["input"]>,
  caller: Caller,
  call: Call,
) => Answer<M> | Promise<Answer<M>>;

/** What a method does that answers with a stream. Each message is made when the transport takes it. */
export type StreamHandler<M extends DescMethod> = (
  request: MessageShape<M["input"]>,
  caller: Caller,
  call: Call,
) => MessageStream<MessageShape<M["output"]>>;

/**
 * Answers the bytes of a request with a gRPC frame, at once. Undefined: the request is left to the method's {@link Handler}, which
 * answers the same.
 */
export type DirectAnswer = (message: Buffer) => Buffer | undefined;

/** The methods that are built, by full name. Those that are declared and missing here answer UNIMPLEMENTED. */
export interface Handlers {
  /** Ways past messages, for methods that many wait for. */
  readonly direct?: ReadonlyMap<string, DirectAnswer>;
  readonly unary: ReadonlyMap<string, Handler<DescMethod>>;
  readonly streams: ReadonlyMap<string, StreamHandler<DescMethod>>;
}

/** The handlers of several services together. */
export function joinHandlers(...services: readonly Handlers[]): Handlers {
  return {
    direct: new Map(services.flatMap(({ direct = [] }) => [...direct])),
    unary: new Map(services.flatMap(({ unary }) => [...unary])),
    streams: new Map(services.flatMap(({ streams }) => [...streams])),
  };
}

/** The full name of a method, `scoperegistry.v1.ScopeRegistry.ListScopes` for example. */
export function fullName(method: DescMethod): string {
  return `${method.parent.typeName}.${method.name}`;
}
