/**
 * The reference for what gRPC itself costs: a grpc-js server that decodes each request and encodes an answer, the same messages
 * by the same library, and does nothing in between. It is told what to answer.
 */
import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { Server, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { ScopeRegistry } from "@scope-registry/client/messages";
import { answerQuestions } from "../harness/answer-questions.ts";
import { serve, servedMethod } from "./grpc-js-peer.ts";

/** What the server is asked: to answer a method with a message from now on. */
export interface NoopQuestion {
  readonly answer?: { readonly method: string; readonly message: Uint8Array };
}

const answers = new Map<string, Message>();
const server = new Server();

for (const method of ScopeRegistry.methods.filter(({ methodKind }) => methodKind === "unary")) {
  const decode = (bytes: Buffer) => fromBinary(method.input as DescMessage, bytes);
  const encode = (message: Message) => Buffer.from(toBinary(method.output as DescMessage, message));
  server.addService(
    { [method.name]: servedMethod(method, { decode, encode }) },
    {
      [method.name]: (_call: ServerUnaryCall<Message, Message>, callback: sendUnaryData<Message>) =>
        callback(null, answers.get(method.name)),
    },
  );
}

await serve(server);

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
