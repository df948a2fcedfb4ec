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

/** What the process is asked: to open streams, or to wait until each has received one more message of so many bytes. */
export type WatchQuestion = { readonly watch: WatchSpec } | { readonly receive: { readonly bytes: number } };

const watchers: { received: number }[] = [];
let wanted = Number.POSITIVE_INFINITY;
let missing = 0;
let onReceived: (() => void) | undefined;

answerQuestions<WatchQuestion>(
  async (question) => {
    if ("watch" in question) return open(question.watch);
    if ("receive" in question) return receive(question.receive.bytes);
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
  if (missing === 0) onReceived?.();
}

/** Seconds until every watcher has one more message of at least so many bytes: smaller ones are signs of life. */
function receive(bytes: number): Promise<object> {
  const start = performance.now();
  for (const watcher of watchers) watcher.received = 0;
  wanted = bytes;
  missing = watchers.length;
  return new Promise((resolve) => {
    onReceived = () => resolve({ seconds: (performance.now() - start) / 1_000 });
  });
}
