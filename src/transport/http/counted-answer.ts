import type { ServerResponse } from "node:http";
import { Http2ServerResponse } from "node:http2";
import { tooMuchUnread } from "../slow-reader.ts";
import { countedOnStream } from "../stream-writes.ts";
import { COUNTED_BYTES, type UnreadBudget } from "../unread-budget.ts";
import { cutStalled } from "./cut-stalled.ts";
import type { HttpRequest } from "./http-call.ts";

type OnTaken = (error?: Error | null) => void;
type Write = (piece: Uint8Array, encoding: BufferEncoding, onTaken: OnTaken) => boolean;

/** Counts what is written to an answer from now on, until its reader has taken it. The library that writes it tells of no such thing. */
export function countAnswer(
  request: HttpRequest,
  response: ServerResponse | Http2ServerResponse,
  unread: UnreadBudget,
  owner: string,
): void {
  const write = response.write.bind(response) as Write;
  const cut = () => cutStalled(request, tooMuchUnread());

  function counted(piece: Uint8Array, onTaken: OnTaken): OnTaken {
    if (response instanceof Http2ServerResponse) {
      // Who writes to a stream that is gone is not called back.
      const { stream } = response;
      if (stream === undefined || stream.destroyed || stream.closed) return onTaken;
      return countedOnStream(stream, piece, { unread, owner, cut }, onTaken) ?? onTaken;
    }
    if (response.destroyed) return onTaken;
    const release = unread.hold(owner, piece, { cut, disconnect: cut });
    // What waits for an earlier answer of the same connection is never written where that ends.
    response.once("close", release);
    return (error) => {
      response.off("close", release);
      release();
      onTaken(error);
    };
  }

  const countedWrite: Write = (piece, encoding, onTaken) =>
    write(piece, encoding, piece.length < COUNTED_BYTES ? onTaken : counted(piece, onTaken));
  response.write = countedWrite as typeof response.write;
}
