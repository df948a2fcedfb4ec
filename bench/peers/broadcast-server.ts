/** The reference for what many streams cost: a grpc-js server that writes the same bytes to all that are open. */
import { promisify } from "node:util";
import { Server, ServerCredentials, type ServerWritableStream, type ServiceDefinition } from "@grpc/grpc-js";
import { ScopeRegistry } from "@scope-registry/client/messages";
import { answerQuestions } from "../harness/answer-questions.ts";

/** What the server is asked: to write bytes to every stream that is open. */
export interface BroadcastQuestion {
  readonly broadcast?: Uint8Array;
}

const streams = new Set<ServerWritableStream<Buffer, Buffer>>();
const asTheyAre = (bytes: Buffer) => bytes;
const server = new Server({ "grpc.max_concurrent_streams": 1_024 });
const definition = {
  watchScopes: {
    path: `/${ScopeRegistry.typeName}/WatchScopes`,
    requestStream: false,
    responseStream: true,
    requestDeserialize: asTheyAre,
    responseSerialize: asTheyAre,
    requestSerialize: asTheyAre,
    responseDeserialize: asTheyAre,
  },
} satisfies ServiceDefinition;
server.addService(definition, {
  watchScopes(stream: ServerWritableStream<Buffer, Buffer>) {
    streams.add(stream);
    stream.on("close", () => streams.delete(stream));
    stream.write(Buffer.alloc(1));
  },
});

const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
process.stdout.write(`listening on 127.0.0.1:${port}\n`);

answerQuestions<BroadcastQuestion>(
  ({ broadcast }) => {
    if (broadcast === undefined) return undefined;
    const bytes = Buffer.from(broadcast);
    for (const stream of streams) stream.write(bytes);
    return {};
  },
  { keepsAlive: true },
);
process.once("SIGTERM", () => process.exit(0));
