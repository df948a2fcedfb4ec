import { createHash } from "node:crypto";
import { acceptedEncoding } from "../accepted-encoding.ts";
import type { RoutedRequest } from "../http-route.ts";
import { hasTag } from "../if-none-match.ts";
import { type HttpAnswer, methodNotAllowed } from "../json-refusal.ts";
import { onePiece } from "../one-piece.ts";

/** The content codings that files may lie ready in, the best first. */
export const STORED_ENCODINGS = ["br", "gzip"] as const;

/** One of {@link STORED_ENCODINGS}. */
export type StoredEncoding = (typeof STORED_ENCODINGS)[number];

/** A file that is served as it is, out of memory. */
export interface StaticFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  /** The same, compressed. */
  readonly encoded: ReadonlyMap<StoredEncoding, Buffer>;
  /** Tells what it holds from anything else, without quotes. */
  readonly tag: string;
}

/** Makes a file of what it holds. */
export function staticFile(contentType: string, bytes: Buffer, encoded: StaticFile["encoded"]): StaticFile {
  return { contentType, bytes, encoded, tag: createHash("sha256").update(bytes).digest("base64url").slice(0, 22) };
}

/** Answers GET and HEAD with a file: compressed as the caller likes it best, or 304 where it has that already (RFC 9110 §13.1.2). */
export function answerFile(file: StaticFile, { method, header }: RoutedRequest, headers: Headers): HttpAnswer {
  if (method !== "GET" && method !== "HEAD") return methodNotAllowed(method, ["GET", "HEAD"]);
  const encoding = acceptedEncoding(header.get("accept-encoding"), [...file.encoded.keys()]);
  const bytes = (encoding && file.encoded.get(encoding)) ?? file.bytes;
  const etag = `"${encoding === undefined ? file.tag : `${file.tag}-${encoding}`}"`;
  headers.set("etag", etag);
  if (file.encoded.size > 0) headers.set("vary", "accept-encoding");
  if (hasTag(header.get("if-none-match"), etag)) return { status: 304, header: headers };
  headers.set("content-type", file.contentType);
  headers.set("content-length", String(bytes.length));
  if (encoding !== undefined) headers.set("content-encoding", encoding);
  return { status: 200, header: headers, ...(method === "GET" && { body: onePiece(bytes) }) };
}
