import { hash } from "node:crypto";
import { acceptedEncoding } from "../accepted-encoding.ts";
import { compressOnce } from "../compress-once.ts";
import type { HttpRequest } from "../http-call.ts";
import type { RoutedRequest } from "../http-route.ts";
import { hasTag } from "../if-none-match.ts";
import { answerTo, type HttpAnswer, methodNotAllowed } from "../json-refusal.ts";
import { DOCUMENT_READ_MS, timedBody } from "./timed-body.ts";

/** How long caches may keep a document without asking again, in seconds. */
export const MAX_AGE_SECONDS = 60;

/** The smallest body that is worth compressing, in bytes. */
const MIN_GZIP_BYTES = 1_024;

const METHODS = ["GET", "HEAD"];

/** A document in JSON that anybody may read. */
export interface PublicDocument {
  readonly body: Buffer;
  /** Weak: the compressed body has it as well. */
  readonly etag: string;
  /** The body compressed: once, for all who take it so. */
  readonly compressed: () => Promise<Buffer>;
}

/**
 * Makes a document. Its tag is of what it says, so that it holds from one process to another, and changes where a restored registry
 * has another content at a revision that there was before, or the server says the same otherwise.
 */
export function createDocument(value: object): PublicDocument {
  const body = Buffer.from(JSON.stringify(value));
  return { body, etag: `W/"${hash("sha256", body, "base64url")}"`, compressed: compressOnce(body) };
}

/** Whether a request's HTTP method gets documents; undefined: it does, else what it is answered. */
export function refuseOtherMethods(method: string): HttpAnswer | undefined {
  return METHODS.includes(method) ? undefined : methodNotAllowed(method, METHODS);
}

/**
 * A document as a request wants it (RFC 9110 §13.1.2, §12.5.3): nothing where the sender has it already, compressed where it takes
 * that. Pages of any origin may read it, as it is public.
 */
export async function documentAnswer(
  request: RoutedRequest,
  source: HttpRequest,
  document: PublicDocument,
): Promise<HttpAnswer> {
  const header = new Headers({
    etag: document.etag,
    "cache-control": `public, max-age=${MAX_AGE_SECONDS}`,
    vary: "accept-encoding",
    "access-control-allow-origin": "*",
  });
  if (hasTag(request.header.get("if-none-match"), document.etag)) return { status: 304, header };
  const offered = document.body.length < MIN_GZIP_BYTES ? [] : (["gzip"] as const);
  const encoding = acceptedEncoding(request.header.get("accept-encoding"), offered);
  const body = encoding === undefined ? document.body : await document.compressed();
  if (encoding !== undefined) header.set("content-encoding", encoding);
  header.set("content-type", "application/json");
  header.set("content-length", String(body.length));
  return answerTo(request.method, { status: 200, header, body: timedBody(body, source, DOCUMENT_READ_MS) });
}
