/**
 * The reference for what a server costs that asks its database about each caller: a grpc-js server that decodes a registration,
 * looks its resource server up by the driver as it is set by default, and answers what it was told. It verifies no token and
 * compares nothing, to its advantage.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Server, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import {
  type RegisterScopesRequest,
  RegisterScopesRequestSchema,
  type RegisterScopesResponse,
  RegisterScopesResponseSchema,
  ScopeRegistry,
} from "@scope-registry/client/messages";
import { MongoClient } from "mongodb";
import type { ResourceServerDocument } from "../../src/store/mongodb/documents/resource-server-document.ts";
import { answerQuestions } from "../harness/answer-questions.ts";
import { serve, servedMethod } from "./grpc-js-peer.ts";

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
    RegisterScopes: servedMethod(ScopeRegistry.method.registerScopes, {
      decode: (bytes) => fromBinary(RegisterScopesRequestSchema, bytes),
      encode: (message: RegisterScopesResponse) => Buffer.from(toBinary(RegisterScopesResponseSchema, message)),
    }),
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

await serve(server);

answerQuestions<FindOneServerQuestion>(
  (question) => {
    if (question.answer === undefined) return undefined;
    answer = fromBinary(RegisterScopesResponseSchema, question.answer.message);
    return {};
  },
  { keepsAlive: true },
);
