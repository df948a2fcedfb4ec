/** The reference for what HTTP/2 itself costs: bare `node:http2` that answers each request with the frame that it was told. */
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { frameMessage } from "../../src/transport/grpc/grpc-frame.ts";
import { answerQuestions } from "../harness/answer-questions.ts";

/** What the server is asked: to answer with a message from now on. */
export interface FixedFrameQuestion {
  readonly answer?: { readonly message: Uint8Array };
}

let frame = frameMessage(new Uint8Array());

const server = createServer();
server.on("stream", (stream: ServerHttp2Stream) => {
  // It is a gRPC server's part to read the request to its end.
  stream.resume();
  stream.on("end", () => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(frame);
  });
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`listening on 127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

answerQuestions<FixedFrameQuestion>(
  ({ answer }) => {
    if (answer === undefined) return undefined;
    frame = frameMessage(answer.message);
    return {};
  },
  { keepsAlive: true },
);
process.once("SIGTERM", () => process.exit(0));
