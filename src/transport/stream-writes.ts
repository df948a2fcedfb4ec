/** What is written to HTTP/2 streams, and when nothing holds it any more. */
import { constants, type Http2Session, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { UnreadBudget } from "./unread-budget.ts";

/** Whose a stream is, and how its answer is ended. */
export interface StreamReader {
  readonly unread: UnreadBudget;
  /** Who reads, or strangers. */
  readonly owner: string;
  /** Ends the answer. */
  readonly cut: () => void;
}

type OnTaken = (error?: Error | null) => void;

/**
 * Counts a piece that is to be written to a stream next.
 *
 * @returns what the stream is to call when it has taken the piece, or never will
 */
export function countedOnStream(
  stream: ServerHttp2Stream,
  piece: Uint8Array,
  reader: StreamReader,
  onTaken?: OnTaken,
): OnTaken | undefined {
  const { session } = stream;
  if (session === undefined || session.destroyed) return onTaken;
  const connection = socketOf(session);
  const disconnect = () => void connection.destroy();
  const release = reader.unread.hold(reader.owner, piece, { cut: reader.cut, disconnect });
  return (error) => {
    // Of a stream that was reset, it may be on its way into a connection that stands still.
    if (stream.rstCode === constants.NGHTTP2_NO_ERROR && !session.destroyed) release();
    else whenPassed(session, connection, release);
    onTaken?.(error);
  };
}

const nobody = () => undefined;

/**
 * The socket of a connection. What Node gives as such stands in front of it, and destroys the session in its place: which waits for
 * what is written already, and so for a reader who takes nothing. Other methods are the socket's own, and answer it.
 */
function socketOf(session: Http2Session): Socket {
  return session.socket.off("close", nobody);
}

/** Who waits for what has been written to a connection, while a ping is on its way behind it. */
const waiting = new WeakMap<Http2Session, (() => void)[]>();

/** Calls back when all that was written to a connection has arrived, or the connection is gone. */
function whenPassed(session: Http2Session, connection: Socket, done: () => void): void {
  if (session.destroyed) {
    connection.destroy();
    done();
    return;
  }
  const others = waiting.get(session);
  if (others === undefined) ping(session, connection, [done]);
  else others.push(done);
}

function ping(session: Http2Session, connection: Socket, passed: readonly (() => void)[]): void {
  const later: (() => void)[] = [];
  waiting.set(session, later);
  const onAnswer = () => {
    waiting.delete(session);
    if (session.destroyed) connection.destroy();
    for (const done of passed) done();
    for (const done of later) whenPassed(session, connection, done);
  };
  if (session.ping(onAnswer)) return;
  // Many are on their way, and none is answered.
  connection.destroy();
  onAnswer();
}
