/**
 * The process of many watchers: streams of one gRPC method by bare `node:http2`, on few connections. It counts messages, and
 * looks into none.
 */
import { once } from "node:events";
import { connect } from "node:http2";
import { frameMessage } from "../../src/transport/grpc/grpc-frame.ts";
import { answerQuestions } from "../harness/answer-questions.ts";
import { MessageLengths } from "./message-lengths.ts";

/** Streams to open. */
export interface WatchSpec {
  readonly address: string;
  readonly path: string;
  /** One connection takes one of them, in turn. */
  readonly headers: readonly Readonly<Record<string, string>>[];
  readonly message: Uint8Array;
  readonly connections: number;
  readonly streamsEach: number;
}

/**
 * What the process is asked: to open streams, to count from now on which of them receive one more message of so many bytes, or to wait
 * until all have. What comes before it is asked to count is not counted.
 */
export type WatchQuestion =
  | { readonly watch: WatchSpec }
  | { readonly count: { readonly bytes: number } }
  | { readonly receive: true };

const watchers: { received: number }[] = [];
let wanted = Number.POSITIVE_INFINITY;
let missing = 0;
let begunAt = 0;
let received = Promise.withResolvers<object>();

answerQuestions<WatchQuestion>(
  async (question) => {
    if ("watch" in question) return open(question.watch);
    if ("count" in question) return count(question.count.bytes);
    if ("receive" in question) return received.promise;
    return undefined;
  },
  { keepsAlive: true },
);

async function open({ address, path, headers, message, connections, streamsEach }: WatchSpec): Promise<object> {
  const frame = frameMessage(message);
  for (let at = 0; at < connections; at++) {
    const session = connect(`http://${address}`);
    await once(session, "connect");
    const answered = Array.from({ length: streamsEach }, () => {
      const stream = session.request({
        ":method": "POST",
        ":path": path,
        "content-type": "application/grpc",
        te: "trailers",
        ...headers[at % headers.length],
      });
      const lengths = new MessageLengths();
      const watcher = { received: 0 };
      watchers.push(watcher);
      stream.on("data", (piece: Buffer) => lengths.read(piece, (length) => note(watcher, length)));
      stream.end(frame);
      return once(stream, "response");
    });
    await Promise.all(answered);
  }
  return {};
}

function note(watcher: { received: number }, length: number): void {
  if (length < wanted || watcher.received > 0) return;
  watcher.received = 1;
  missing -= 1;
  if (missing === 0) received.resolve({ seconds: (performance.now() - begunAt) / 1_000 });
}

/** Counts who has one more message of at least so many bytes: smaller ones are signs of life. */
function count(bytes: number): object {
  for (const watcher of watchers) watcher.received = 0;
  wanted = bytes;
  missing = watchers.length;
  received = Promise.withResolvers();
  begunAt = performance.now();
  return {};
}
