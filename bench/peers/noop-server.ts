/**
 * The reference for what gRPC itself costs: a grpc-js server that decodes each request and encodes an answer, the same messages
 * by the same library, and does nothing in between. It is told what to answer.
 */
import { promisify } from "node:util";
import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { ScopeRegistry } from "@scope-registry/client/messages";
import { answerQuestions } from "../harness/answer-questions.ts";

/** What the server is asked: to answer a method with a message from now on. */
export interface NoopQuestion {
  readonly answer?: { readonly method: string; readonly message: Uint8Array };
}

const answers = new Map<string, Message>();
const server = new Server();

for (const method of ScopeRegistry.methods.filter(({ methodKind }) => methodKind === "unary")) {
  const decode = (bytes: Buffer) => fromBinary(method.input as DescMessage, bytes);
  const encode = (message: Message) => Buffer.from(toBinary(method.output as DescMessage, message));
  const definition = {
    [method.name]: {
      path: `/${ScopeRegistry.typeName}/${method.name}`,
      requestStream: false,
      responseStream: false,
      requestDeserialize: decode,
      responseSerialize: encode,
      requestSerialize: (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => bytes,
    },
  };
  server.addService(definition as unknown as ServiceDefinition, {
    [method.name]: (_call: ServerUnaryCall<Message, Message>, callback: sendUnaryData<Message>) =>
      callback(null, answers.get(method.name)),
  });
}

const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
process.stdout.write(`listening on 127.0.0.1:${port}\n`);

answerQuestions<NoopQuestion>(
  ({ answer }) => {
    if (answer === undefined) return undefined;
    const method = ScopeRegistry.methods.find(({ name }) => name === answer.method);
    if (method === undefined) throw new Error(`There is no method ${answer.method}`);
    answers.set(method.name, fromBinary(method.output as DescMessage, answer.message));
    return {};
  },
  { keepsAlive: true },
);
process.once("SIGTERM", () => process.exit(0));
