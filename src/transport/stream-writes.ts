/** What is written to HTTP/2 streams, and when nothing holds it any more. */
import type { Http2Session, ServerHttp2Stream } from "node:http2";
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
    // Of a stream that is closed it may be on its way into a connection that stands still, whatever it was closed with.
    if (stream.closed || session.destroyed) whenPassed(session, connection, release);
    else release();
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

/** Who waits for what has been written to a connection, while a ping is on its way behind it, or its end. */
const waiting = new WeakMap<Http2Session, (() => void)[]>();

/** Calls back when all that was written to a connection has arrived, or the connection is gone. */
function whenPassed(session: Http2Session, connection: Socket, done: () => void): void {
  const others = waiting.get(session);
  if (others === undefined) allWhenPassed(session, connection, [done]);
  else others.push(done);
}

function allWhenPassed(session: Http2Session, connection: Socket, all: readonly (() => void)[]): void {
  const later: (() => void)[] = [];
  waiting.set(session, later);
  const onPassed = () => {
    for (const done of all) done();
    waiting.delete(session);
    if (later.length > 0) allWhenPassed(session, connection, later);
  };
  if (session.destroyed) whenEnded(session, connection, onPassed);
  else ping(session, connection, onPassed);
}

function ping(session: Http2Session, connection: Socket, onPassed: () => void): void {
  const onAnswer = () => {
    if (session.destroyed) whenEnded(session, connection, onPassed);
    else onPassed();
  };
  if (session.ping(onAnswer)) return;
  // Many are on their way, and none is answered.
  connection.destroy();
  whenClosed(connection, onPassed);
}

/** What a session leaves behind that was closed is still for its reader; of one that was broken off nobody waits for it. */
function whenEnded(session: Http2Session, connection: Socket, onEnd: () => void): void {
  if (!session.closed) connection.destroy();
  whenClosed(connection, onEnd);
}

function whenClosed(connection: Socket, onClose: () => void): void {
  if (connection.closed) onClose();
  else connection.once("close", onClose);
}
