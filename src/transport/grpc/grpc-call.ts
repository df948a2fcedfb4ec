import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { TLSSocket } from "node:tls";
import type { Peer } from "../../auth/caller.ts";
import type { RegistryError } from "../../registry/registry-error.ts";
import type { Call } from "../call.ts";
import type { CallSpan } from "../call-span.ts";

const NO_CERTIFICATE: Peer = {};

/** A call as it came by the gRPC port. What few calls need is made when it is asked for. */
export class GrpcCall implements Call {
  readonly protocol = "grpc";
  readonly method: string;
  readonly requestId = randomUUID();
  readonly startedAt = performance.now();
  readonly authorization: string | undefined;
  /** Set once it is known how long the caller waits. */
  expiresAt: number | undefined;
  span: CallSpan | undefined;
  readonly #stream: ServerHttp2Stream;
  readonly #headers: IncomingHttpHeaders;
  #cancelled = false;
  #cancelledBy: RegistryError | undefined;
  #controller: AbortController | undefined;

  constructor(method: string, stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.method = method;
    this.#stream = stream;
    this.#headers = headers;
    this.authorization = headers.authorization;
  }

  get traceparent(): string | undefined {
    return textOf(this.#headers["traceparent"]);
  }

  get tracestate(): string | undefined {
    return textOf(this.#headers["tracestate"]);
  }

  get peerAddress(): string {
    const socket = this.#stream.session?.socket;
    return socket?.remoteAddress === undefined ? "unknown" : `${socket.remoteAddress}:${socket.remotePort}`;
  }

  get peer(): Peer {
    const socket = this.#stream.session?.socket;
    if (!(socket instanceof TLSSocket) || !socket.authorized) return NO_CERTIFICATE;
    const raw = socket.getPeerCertificate().fingerprint256;
    if (raw === undefined) return NO_CERTIFICATE;
    return { certificateSha256: Buffer.from(raw.replaceAll(":", ""), "hex").toString("base64url") };
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelled) this.#controller.abort(this.#cancelledBy);
    }
    return this.#controller.signal;
  }

  /**
   * Tells those who wait for the call that nobody waits for its answer any more.
   *
   * @param why what its caller was told; undefined: it has left by itself
   */
  cancel(why: RegistryError | undefined): void {
    this.#cancelled = true;
    this.#cancelledBy = why;
    this.#controller?.abort(why);
  }
}

function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
