/** Calls that end in the middle: what a client, a byte at a time, sees of an answer that was cut off somewhere. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { gunzipSync } from "node:zlib";
import { type DescMessage, fromBinary, fromJson, type JsonValue, type Message } from "@bufbuild/protobuf";
import { status as grpcStatusName } from "@grpc/grpc-js";

/** How a call is made, and how it is left. */
export interface InterruptedCall {
  readonly origin: string;
  readonly http: "1.1" | "2";
  /** Whether it shares a connection of HTTP/2 with others: it then leaves by a reset only. */
  readonly shared: boolean;
  readonly path: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** How much of the body is sent at first, from 0 to 1; the rest follows after {@link restAfterMs}. */
  readonly firstPart: number;
  /** Undefined: it never follows. */
  readonly restAfterMs: number | undefined;
  /** How and when the client leaves; undefined: it waits. */
  readonly leave: { readonly how: "reset" | "destroy" | "end"; readonly afterMs: number } | undefined;
  /** Before which piece of the answer, and for how long, the client reads nothing. */
  readonly stall: { readonly piece: number; readonly forMs: number } | undefined;
}

/** What came of it, as it came. */
export interface SeenAnswer {
  /** The HTTP status; 0: none came. */
  readonly http: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Whether the answer has an end, by HTTP. */
  readonly ended: boolean;
  readonly body: Buffer;
  /** The code that the server reset the stream with. */
  readonly resetWith: number | undefined;
}

/** Makes a call, and resolves with what was seen once nothing more comes. */
export function callAndLeave(call: InterruptedCall): Promise<SeenAnswer> {
  return call.http === "2" ? overHttp2(call) : overHttp1(call);
}

async function overHttp2(call: InterruptedCall): Promise<SeenAnswer> {
  const session = call.shared ? sharedSession(call.origin) : newSession(call.origin);
  const seen: Record<string, unknown> = {};
  const stream = session.request({ ":method": call.method, ":path": call.path, ...call.headers });
  stream.on("error", () => undefined);
  stream.on("response", (fields) => Object.assign(seen, fields));
  stream.on("trailers", (fields) => Object.assign(seen, fields));
  send(stream, call);
  const pieces: Buffer[] = [];
  let ended = false;
  let hasLeft = false;
  stream.once("end", () => {
    // A session that is destroyed here ends its streams, too.
    ended = !hasLeft;
  });
  read(stream, pieces, call.stall);
  const leaving = leaveLater(call, (how) => {
    hasLeft = true;
    if (how === "reset" || call.shared) stream.close(constants.NGHTTP2_CANCEL);
    else if (how === "destroy") session.destroy();
    else leaveSocket(session);
  });
  await closed(stream, session);
  clearTimeout(leaving);
  const { rstCode } = stream;
  const whole = (rstCode ?? 0) === constants.NGHTTP2_NO_ERROR && (ended || seen["grpc-status"] !== undefined);
  if (!call.shared) session.destroy();
  return {
    http: Number(seen[":status"] ?? 0),
    headers: seen,
    ended: whole,
    body: Buffer.concat(pieces),
    resetWith: rstCode,
  };
}

const sharedSessions = new Map<string, ClientHttp2Session>();

function sharedSession(origin: string): ClientHttp2Session {
  const known = sharedSessions.get(origin);
  if (known !== undefined && !known.destroyed && !known.closed) return known;
  const session = newSession(origin);
  sharedSessions.set(origin, session);
  return session;
}

function newSession(origin: string): ClientHttp2Session {
  const session = connect(origin, { maxSessionMemory: 256 });
  session.setMaxListeners(0);
  return session.on("error", () => undefined);
}

/** Ends the connections that calls have shared. */
export function closeShared(): void {
  for (const session of sharedSessions.values()) session.destroy();
  sharedSessions.clear();
}

function leaveSocket(session: ClientHttp2Session): void {
  // What a client whose process is killed leaves: the end of the connection, without a frame.
  session.socket?.destroySoon?.();
  session.destroy();
}

async function closed(stream: ClientHttp2Stream, session: ClientHttp2Session): Promise<void> {
  if (stream.closed && stream.destroyed) return;
  await Promise.race([
    new Promise((resolve) => stream.once("close", resolve)),
    new Promise((resolve) => session.once("close", resolve)),
  ]);
}

function overHttp1(call: InterruptedCall): Promise<SeenAnswer> {
  return new Promise((resolve) => {
    const request = httpRequest(call.origin, {
      path: call.path,
      method: call.method,
      agent: false,
      headers: { ...call.headers },
    });
    const pieces: Buffer[] = [];
    let response: IncomingMessage | undefined;
    let settled = false;
    const settle = () => {
      if (settled) return;
      settled = true;
      clearTimeout(leaving);
      request.destroy();
      resolve({
        http: response?.statusCode ?? 0,
        headers: response?.headers ?? {},
        // Node itself answers what is no request, without a word.
        ended: response?.complete === true && response.headers["date"] !== undefined,
        body: Buffer.concat(pieces),
        resetWith: undefined,
      });
    };
    const leaving = leaveLater(call, (how) => {
      if (how === "end") request.socket?.end();
      else request.destroy();
    });
    request.on("error", settle);
    request.once("close", () => {
      if (response === undefined) settle();
    });
    request.once("response", (came: IncomingMessage) => {
      response = came;
      came.on("error", () => undefined);
      came.once("close", settle);
      read(came, pieces, call.stall);
    });
    send(request, call);
  });
}

function send(request: ClientRequest | ClientHttp2Stream, { body, firstPart, restAfterMs }: InterruptedCall): void {
  const first = Math.floor(body.length * firstPart);
  if (first === body.length) {
    if (first === 0) request.end();
    else request.end(body);
    return;
  }
  request.write(body.subarray(0, first));
  if (restAfterMs === undefined) return;
  setTimeout(() => {
    if (!request.destroyed) request.end(body.subarray(first));
  }, restAfterMs);
}

function leaveLater(
  { leave }: InterruptedCall,
  now: (how: "reset" | "destroy" | "end") => void,
): NodeJS.Timeout | undefined {
  if (leave === undefined) return undefined;
  return setTimeout(() => now(leave.how), leave.afterMs);
}

function read(source: ClientHttp2Stream | IncomingMessage, pieces: Buffer[], stall: InterruptedCall["stall"]): void {
  source.on("data", (piece: Buffer) => {
    pieces.push(piece);
    if (stall === undefined || pieces.length !== stall.piece) return;
    source.pause();
    setTimeout(() => source.resume(), stall.forMs);
  });
}

/** What an answer says, by its protocol. */
export interface AnswerRead {
  /** The gRPC name of its status; undefined: it says none, as it is not whole. */
  readonly status: string | undefined;
  readonly messages: readonly Message[];
}

type Framing = "grpc" | "grpc-web" | "connect-stream" | "connect-json" | "connect-proto" | "plain";

const CODES: Readonly<Record<number, string>> = {
  200: "OK",
  201: "OK",
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** Reads an answer. Throws where it is malformed, or ends in the middle although HTTP tells that it is whole. */
export function readAnswer(seen: SeenAnswer, framing: Framing, output: DescMessage): AnswerRead {
  if (!seen.ended) return { status: undefined, messages: [] };
  const body = seen.headers["content-encoding"] === "gzip" ? gunzipSync(seen.body) : seen.body;
  if (framing === "plain") return { status: CODES[seen.http] ?? `HTTP ${seen.http}`, messages: [] };
  if (framing === "connect-json" || framing === "connect-proto") {
    if (seen.http !== 200) return { status: String(JSON.parse(body.toString()).code).toUpperCase(), messages: [] };
    const message =
      framing === "connect-proto"
        ? fromBinary(output, body)
        : fromJson(output, JSON.parse(body.toString()) as JsonValue);
    return { status: "OK", messages: [message] };
  }
  const frames = [...framesOf(body)];
  const messages = frames.filter(({ flag }) => flag === 0).map(({ data }) => fromBinary(output, data));
  if (framing === "grpc") return { status: grpcName(seen.headers["grpc-status"]), messages };
  const end = frames.at(-1);
  if (framing === "grpc-web") {
    // An answer of the status alone has it in its headers.
    if (end === undefined || end.flag !== 0x80) throw new Error("A gRPC-Web answer without its trailers");
    return { status: grpcName(/grpc-status: *(\d+)/i.exec(end.data.toString())?.[1]), messages };
  }
  if (end === undefined || end.flag !== 2) throw new Error("A Connect stream without its end");
  const { error } = JSON.parse(end.data.toString()) as { error?: { code: string } };
  return { status: error === undefined ? "OK" : error.code.toUpperCase(), messages };
}

function grpcName(code: unknown): string {
  if (code === undefined) throw new Error("A gRPC answer without a status");
  return (grpcStatusName[Number(code)] ?? String(code)).replace("CANCELED", "CANCELLED");
}

function* framesOf(body: Buffer): Generator<{ readonly flag: number; readonly data: Buffer }> {
  for (let at = 0; at < body.length; ) {
    if (body.length - at < 5) throw new Error("An answer that ends in the head of a message");
    const length = body.readUInt32BE(at + 1);
    if (body.length - at - 5 < length) throw new Error("An answer that ends in the middle of a message");
    yield { flag: body[at] ?? 0, data: body.subarray(at + 5, at + 5 + length) };
    at += 5 + length;
  }
}
