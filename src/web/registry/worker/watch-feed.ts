import { type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { createClient, type Transport } from "@connectrpc/connect";
import { ScopeRegistry, type WatchScopesRequestSchema } from "@scope-registry/client/messages";
import { type FeedMessage, readFeedMessage } from "./read-feed-message.ts";

/** `WatchScopes`, of which the library leaves the answers as they are: it keeps what it does not know, and it knows no field of `Empty`. */
const method = { ...ScopeRegistry.method.watchScopes, output: EmptySchema };
const Feed = { ...ScopeRegistry, methods: [method], method: { watchScopes: method } };

/** Follows the registry. @throws {ConnectError} as the call does @throws {Error} if an answer cannot be decoded */
export async function* watchFeed(
  transport: Transport,
  request: MessageInitShape<typeof WatchScopesRequestSchema>,
  signal: AbortSignal,
): AsyncGenerator<FeedMessage> {
  for await (const answer of createClient(Feed, transport).watchScopes(request, { signal })) {
    yield readFeedMessage(toBinary(EmptySchema, answer));
  }
}
