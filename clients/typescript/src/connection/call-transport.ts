import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ScopeRegistry } from "../gen/scoperegistry/v1/scope_registry_pb.ts";
import { type CallDeadline, startDeadline } from "./call-deadline.ts";
import { explainFailure } from "./call-failure.ts";
import { addToken, callWithToken, isTokenRefused } from "./call-token.ts";
import type { RegistrySession } from "./registry-session.ts";
import { repeatWhileUnavailable } from "./repeat-calls.ts";
import type { TokenSource } from "./token-source.ts";
import { abortError } from "./wait.ts";

const DEFAULT_TIMEOUT_MS = 5_000;
const REGISTER_TIMEOUT_MS = 10_000;

/** What the calls of a connection are made with. */
export interface CallTransportOptions {
  readonly origin: string;
  readonly session: RegistrySession;
  /** Whether the session shows a certificate of the client's. */
  readonly hasCertificate: boolean;
  readonly tokens: TokenSource;
  /** How long a call may take that does not say; undefined: the usual times. */
  readonly timeoutMs: number | undefined;
  /** Aborts when the connection is closed. */
  readonly closing: AbortSignal;
}

/**
 * Makes the transport of a connection: gRPC, with the token, readable failures, and, for calls that are answered once, a
 * deadline and repetition. A stream is not repeated: where it should resume, its reader knows.
 */
export function createCallTransport(options: CallTransportOptions): Transport {
  const { origin, session, hasCertificate, tokens, timeoutMs, closing } = options;
  const grpc = createGrpcTransport({ baseUrl: origin, sessionManager: session });
  const timeoutError = () =>
    new ConnectError(`The registry at ${origin} has not answered within the deadline`, Code.DeadlineExceeded);

  async function explain(error: unknown, { signal }: CallDeadline, isStream: boolean): Promise<never> {
    if (!signal.aborted) {
      const context = { origin, hasSpoken: session.hasSpoken, hasCertificate, isStream, signal };
      const failure = await explainFailure(error, context);
      if (!signal.aborted) throw failure;
    }
    throw abortError(signal);
  }

  return {
    async unary(method, signal, callTimeoutMs, header, input, values) {
      const isRegistering = method.name === ScopeRegistry.method.registerScopes.name;
      const usualMs = timeoutMs ?? (isRegistering ? REGISTER_TIMEOUT_MS : DEFAULT_TIMEOUT_MS);
      const deadline = startDeadline(callTimeoutMs ?? usualMs, [signal, closing], timeoutError);
      try {
        return await callWithToken(tokens, deadline.signal, new Headers(header), (headers) =>
          repeatWhileUnavailable(method, deadline, () =>
            grpc
              .unary(method, deadline.signal, deadline.left(), headers, input, values)
              .catch((error: unknown) => explain(error, deadline, false)),
          ),
        );
      } finally {
        deadline.end();
      }
    },

    async stream(method, signal, callTimeoutMs, header, input, values) {
      const headers = new Headers(header);
      const deadline = startDeadline(callTimeoutMs, [signal, closing], timeoutError);
      const token = await addToken(tokens, deadline.signal, headers).finally(() => deadline.end());
      const fail = (error: unknown) => {
        if (token !== undefined && isTokenRefused(error)) tokens.drop(token);
        const explaining = startDeadline(deadline.left(), [signal, closing], timeoutError);
        return explain(error, explaining, true).finally(() => explaining.end());
      };
      const response = await grpc.stream(method, signal, deadline.left(), headers, input, values).catch(fail);
      return { ...response, message: withFailures(response.message, fail) };
    },
  };
}

async function* withFailures<T>(messages: AsyncIterable<T>, fail: (error: unknown) => Promise<never>) {
  try {
    yield* messages;
  } catch (error) {
    await fail(error);
  }
}
