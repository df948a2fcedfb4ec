/**
 * The load generator's process: gRPC calls by bare `node:http2`, so that what is measured is the server, and the same for every
 * server. A call that is not answered with status 0 ends the run.
 */
import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { frameMessage } from "../../src/transport/grpc/grpc-frame.ts";
import { answerQuestions } from "../harness/answer-questions.ts";
import type { LoadExtent, LoadQuestion, LoadResult, LoadSpec } from "./load-result.ts";
import { runCalls } from "./run-calls.ts";

let load: {
  readonly spec: LoadSpec;
  readonly frames: readonly Buffer[];
  readonly sessions: readonly ClientHttp2Session[];
};
let next = 0;

answerQuestions<LoadQuestion>(
  async (question) => {
    if ("open" in question) return open(question.open);
    if ("run" in question) return run(question.run);
    return undefined;
  },
  { keepsAlive: true },
);

async function open(spec: LoadSpec): Promise<object> {
  const sessions = await Promise.all(
    Array.from({ length: spec.connections }, async () => {
      const session = connect(`http://${spec.address}`);
      await once(session, "connect");
      return session;
    }),
  );
  load = { spec, frames: spec.messages.map(frameMessage), sessions };
  return {};
}

function run(extent: LoadExtent): Promise<LoadResult> {
  const { spec, sessions } = load;
  const callers = sessions.flatMap((session) => Array.from({ length: spec.inFlight }, () => () => call(session)));
  return runCalls(callers, extent);
}

function call(session: ClientHttp2Session): Promise<void> {
  const { spec, frames } = load;
  const at = next++;
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": "POST",
      ":path": spec.path,
      "content-type": "application/grpc",
      te: "trailers",
      ...spec.headers[at % spec.headers.length],
    });
    let status: unknown;
    const look = (headers: Readonly<Record<string, unknown>>) => {
      status ??= headers["grpc-status"];
      if (status !== undefined && status !== "0") reject(new Error(`Answered ${status}: ${headers["grpc-message"]}`));
    };
    stream.on("response", look);
    stream.on("trailers", look);
    stream.on("error", reject);
    stream.on("close", () => (status === "0" ? resolve() : reject(new Error("Not answered"))));
    stream.resume();
    stream.end(frames[at % frames.length]);
  });
}
