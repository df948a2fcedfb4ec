import { readerStalled } from "../../slow-reader.ts";
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
  const timer = setTimeout(() => cutStalled(request, readerStalled()), ms).unref();
  try {
    // Copied: what of it is still to be sent would hold all of it.
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield new Uint8Array(bytes.subarray(at, at + PIECE_BYTES));
  } finally {
    clearTimeout(timer);
  }
}
