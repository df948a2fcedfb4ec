import { type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type Empty, EmptySchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { ScopeRegistry, type WatchScopesRequestSchema } from "../gen/scoperegistry/v1/scope_registry_pb.ts";
import { decodeFeedMessage, type FeedMessage } from "./feed-message.ts";

/** `WatchScopes`, of which the library leaves the answers as they are: it keeps what it does not know, and it knows no field of `Empty`. */
const method = { ...ScopeRegistry.method.watchScopes, output: EmptySchema };
const Feed = { ...ScopeRegistry, methods: [method], method: { watchScopes: method } };

/**
 * Follows the registry.
 *
 * @throws {ConnectError} as the call does; INTERNAL if an answer cannot be decoded
 */
export async function* watchScopes(
  transport: Transport,
  request: MessageInitShape<typeof WatchScopesRequestSchema>,
  signal: AbortSignal,
): AsyncGenerator<FeedMessage> {
  for await (const answer of createClient(Feed, transport).watchScopes(request, { signal })) yield decode(answer);
}

function decode(answer: Empty): FeedMessage {
  try {
    return decodeFeedMessage(toBinary(EmptySchema, answer));
  } catch (cause) {
    const message = `The registry's answer cannot be decoded: ${cause instanceof Error ? cause.message : cause}`;
    throw new ConnectError(message, Code.Internal, undefined, undefined, cause);
  }
}
