/**
 * The reference for what a server costs that asks its database about each caller: a grpc-js server that decodes a registration,
 * looks its resource server up by the driver as it is set by default, and answers what it was told. It verifies no token and
 * compares nothing, to its advantage.
 */
import { promisify } from "node:util";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import {
  type RegisterScopesRequest,
  RegisterScopesRequestSchema,
  type RegisterScopesResponse,
  RegisterScopesResponseSchema,
} from "@scope-registry/client/messages";
import { MongoClient } from "mongodb";
import type { ResourceServerDocument } from "../../src/store/mongodb/documents/resource-server-document.ts";
import { answerQuestions } from "../harness/answer-questions.ts";
import { REGISTER_PATH } from "../registry/registrations.ts";

/** What the server is asked: to answer with a message from now on. */
export interface FindOneServerQuestion {
  readonly answer?: { readonly message: Uint8Array };
}

let answer = create(RegisterScopesResponseSchema);
const client = await new MongoClient(process.argv[2] ?? "").connect();
const resourceServers = client.db().collection<ResourceServerDocument>("resource_servers");
const server = new Server();

server.addService(
  {
    RegisterScopes: {
      path: REGISTER_PATH,
      requestStream: false,
      responseStream: false,
      requestDeserialize: (bytes: Buffer) => fromBinary(RegisterScopesRequestSchema, bytes),
      responseSerialize: (message: RegisterScopesResponse) =>
        Buffer.from(toBinary(RegisterScopesResponseSchema, message)),
      requestSerialize: (message: RegisterScopesRequest) => Buffer.from(toBinary(RegisterScopesRequestSchema, message)),
      responseDeserialize: (bytes: Buffer) => fromBinary(RegisterScopesResponseSchema, bytes),
    },
  },
  {
    RegisterScopes: (
      { request }: ServerUnaryCall<RegisterScopesRequest, RegisterScopesResponse>,
      callback: sendUnaryData<RegisterScopesResponse>,
    ) => {
      const owner = request.scopes[0]?.name.split(":", 1)[0] ?? "";
      resourceServers.findOne({ _id: owner }).then(
        (found) => (found === null ? callback(new Error(`${owner} is not registered`)) : callback(null, answer)),
        (error: Error) => callback(error),
      );
    },
  },
);

const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
process.stdout.write(`listening on 127.0.0.1:${port}\n`);

answerQuestions<FindOneServerQuestion>(
  (question) => {
    if (question.answer === undefined) return undefined;
    answer = fromBinary(RegisterScopesResponseSchema, question.answer.message);
    return {};
  },
  { keepsAlive: true },
);
process.once("SIGTERM", () => process.exit(0));
