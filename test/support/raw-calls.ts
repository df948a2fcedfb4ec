/** Calls made of bytes and headers that no client library would send. */

import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { connect } from "node:http2";
import { fromBinary } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { status } from "@grpc/grpc-js";
import { ErrorInfoSchema, StatusSchema } from "@scope-registry/client";

/** How long an answer may take before the call counts as unanswered, in milliseconds. */
const PATIENCE_MS = 8_000;

/** What came back for bytes. */
export interface RawAnswer {
  /** The HTTP status; 0: none came. */
  readonly http: number;
  /** The gRPC or Connect status by its gRPC name; empty: none came. */
  readonly code: string;
  readonly message: string;
  /** The reason of the ErrorInfo; empty: there is none. */
  readonly reason: string;
  /** How the stream ended where that was not in order: the code of the reset, or of the connection's end. */
  readonly broken: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** One message as gRPC frames it. `length` lies where it is given. */
export function grpcFrame(message: Uint8Array, length = message.length, flag = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

/** Sends a request on a new HTTP/2 connection. */
export async function callHttp2(
  origin: string,
  path: string,
  { headers = {}, body, method = "POST" }: RawRequest,
): Promise<RawAnswer> {
  const session = connect(origin, { maxSessionMemory: 64, settings: { enablePush: false } });
  const seen: Record<string, unknown> = {};
  const chunks: Buffer[] = [];
  let broken = "";
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const breakOff = (why: string) => {
    broken ||= why;
    resolve();
  };
  session.once("error", (error: NodeJS.ErrnoException) => breakOff(error.code ?? error.message));
  session.once("close", () => resolve());
  const timer = setTimeout(() => breakOff("unanswered"), PATIENCE_MS);
  try {
    const given = { ":method": method, ":path": path, "content-type": "application/grpc", te: "trailers", ...headers };
    const stream = session.request(given, { endStream: body === undefined });
    stream.on("response", (fields) => Object.assign(seen, fields));
    stream.on("trailers", (fields) => Object.assign(seen, fields));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.once("error", (error: NodeJS.ErrnoException) => breakOff(error.message));
    stream.once("close", () => resolve());
    if (body !== undefined) stream.end(body);
    await ended;
  } finally {
    clearTimeout(timer);
    session.destroy();
  }
  return {
    http: Number(seen[":status"] ?? 0),
    broken,
    body: Buffer.concat(chunks),
    headers: seen,
    ...grpcStatusOf(seen),
  };
}

/** Sends a request on a new HTTP/1.1 connection. Headers with several values are sent as so many lines. */
export function callHttp1(
  origin: string,
  path: string,
  { headers = {}, body, method = "POST" }: RawRequest,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) =>
      resolve({
        http: 0,
        code: "",
        message: "",
        reason: "",
        broken: error.code ?? error.message,
        body: Buffer.alloc(0),
        headers: {},
      });
    const request = httpRequest(
      origin,
      // As it stands: a URL made of it would lose what leads elsewhere.
      { path, method, agent: false, headers: headers as OutgoingHttpHeaders, signal: AbortSignal.timeout(PATIENCE_MS) },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const answer = Buffer.concat(chunks);
        resolve({
          http: response.statusCode ?? 0,
          broken: "",
          body: answer,
          headers: response.headers,
          ...connectStatusOf(answer),
        });
      },
    );
    request.once("error", fail);
    request.end(body ?? "");
  });
}

/** What to send. */
export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Uint8Array | string;
}

interface RawStatus {
  readonly code: string;
  readonly message: string;
  readonly reason: string;
}

function grpcStatusOf(headers: Record<string, unknown>): RawStatus {
  const code = headers["grpc-status"] === undefined ? "" : (status[Number(headers["grpc-status"])] ?? "?");
  const message = decodeURIComponent(String(headers["grpc-message"] ?? ""));
  const details = headers["grpc-status-details-bin"];
  if (typeof details !== "string") return { code, message, reason: "" };
  const { details: any } = fromBinary(StatusSchema, Buffer.from(details, "base64"));
  const reason = any.map((detail) => anyUnpack(detail, ErrorInfoSchema)?.reason).find((found) => found !== undefined);
  return { code, message, reason: reason ?? "" };
}

function connectStatusOf(body: Buffer): RawStatus {
  const {
    code,
    message = "",
    details = [],
  } = parseObject(body.toString()) as {
    code?: string;
    message?: string;
    details?: { type: string; value: string }[];
  };
  const info = details.find(({ type }) => type === ErrorInfoSchema.typeName);
  return {
    code: code?.toUpperCase() ?? "",
    message,
    reason: info === undefined ? "" : fromBinary(ErrorInfoSchema, Buffer.from(info.value, "base64")).reason,
  };
}

function parseObject(text: string): object {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
