import { cutStalled } from "../cut-stalled.ts";
import type { HttpRequest } from "../http-call.ts";

/** How long a document may take to be read, in milliseconds. */
export const DOCUMENT_READ_MS = 60_000;

const PIECE_BYTES = 64 * 1024;

/**
 * A body that its reader has to take in time: a stranger who reads slowly holds it all the while, and in a registry that changes each
 * would hold another one. Who takes longer is cut.
 */
export async function* timedBody(bytes: Uint8Array, request: HttpRequest, ms: number): AsyncGenerator<Uint8Array> {
  const timer = setTimeout(() => cutStalled(request), ms).unref();
  try {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
  } finally {
    clearTimeout(timer);
  }
}
