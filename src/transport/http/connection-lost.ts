/** What Node says where there is nobody at the other end of a connection, or of a stream, any more. */
const LOST = new Set([
  "ECONNABORTED",
  "ECONNRESET",
  "EPIPE",
  "ERR_HTTP2_INVALID_STREAM",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_WRITE_AFTER_END",
  "ETIMEDOUT",
]);

/** Whether an error tells that a client has left in the middle of its request, or of the answer: that is no fault. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return LOST.has((error as NodeJS.ErrnoException).code ?? "") || isConnectionLost(error.cause);
}
