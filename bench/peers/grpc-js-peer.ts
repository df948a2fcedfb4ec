/** What the reference servers of grpc-js have in common. */
import { promisify } from "node:util";
import type { DescMethod } from "@bufbuild/protobuf";
import { type MethodDefinition, type Server, ServerCredentials } from "@grpc/grpc-js";

/** How a server reads requests and writes answers. */
export interface ServerCodec<Request, Answer> {
  readonly decode: (bytes: Buffer) => Request;
  readonly encode: (answer: Answer) => Buffer;
}

/** A method of ours as grpc-js serves it. */
export function servedMethod<Request, Answer>(
  { parent, name, methodKind }: DescMethod,
  { decode, encode }: ServerCodec<Request, Answer>,
): MethodDefinition<Request, Answer> {
  return {
    path: `/${parent.typeName}/${name}`,
    requestStream: false,
    responseStream: methodKind === "server_streaming",
    requestDeserialize: decode,
    responseSerialize: encode,
    requestSerialize: onlyServed,
    responseDeserialize: onlyServed,
  };
}

/** Serves on a free port of the loopback, which is printed for `startPeer`, until SIGTERM. */
export async function serve(server: Server): Promise<void> {
  const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
  process.stdout.write(`listening on 127.0.0.1:${port}\n`);
  process.once("SIGTERM", () => process.exit(0));
}

/** What a client does with a definition, which servers do not. */
function onlyServed(): never {
  throw new Error("A reference server calls nobody");
}
