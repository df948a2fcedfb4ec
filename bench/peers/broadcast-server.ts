/** The reference for what many streams cost: a grpc-js server that writes the same bytes to all that are open. */
import { Server, type ServerWritableStream } from "@grpc/grpc-js";
import { ScopeRegistry } from "@scope-registry/client/messages";
import { answerQuestions } from "../harness/answer-questions.ts";
import { serve, servedMethod } from "./grpc-js-peer.ts";

/** What the server is asked: to write bytes to every stream that is open. */
export interface BroadcastQuestion {
  readonly broadcast?: Uint8Array;
}

const streams = new Set<ServerWritableStream<Buffer, Buffer>>();
const server = new Server({ "grpc.max_concurrent_streams": 1_024 });
const asTheyAre = (bytes: Buffer) => bytes;
const watchScopes = servedMethod(ScopeRegistry.method.watchScopes, { decode: asTheyAre, encode: asTheyAre });
server.addService(
  { watchScopes },
  {
    watchScopes(stream: ServerWritableStream<Buffer, Buffer>) {
      streams.add(stream);
      stream.on("close", () => streams.delete(stream));
      stream.write(Buffer.alloc(1));
    },
  },
);

await serve(server);

answerQuestions<BroadcastQuestion>(
  ({ broadcast }) => {
    if (broadcast === undefined) return undefined;
    const bytes = Buffer.from(broadcast);
    for (const stream of streams) stream.write(bytes);
    return {};
  },
  { keepsAlive: true },
);
