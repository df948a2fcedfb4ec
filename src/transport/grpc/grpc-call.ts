import { randomUUID } from "node:crypto";
import type { ServerSurfaceCall } from "@grpc/grpc-js/build/src/server-call.js";
import type { Peer } from "../../auth/caller.ts";
import type { Call } from "../call.ts";

const NO_CERTIFICATE: Peer = {};

/** A call as it came by the gRPC port. What few calls need is made when it is asked for. */
export class GrpcCall implements Call {
  readonly protocol = "grpc";
  readonly method: string;
  readonly requestId = randomUUID();
  readonly startedAt = performance.now();
  readonly #call: ServerSurfaceCall;
  #signal: AbortSignal | undefined;

  constructor(method: string, call: ServerSurfaceCall) {
    this.method = method;
    this.#call = call;
  }

  get authorization(): string | undefined {
    const [value, ...more] = this.#call.metadata.get("authorization");
    // Two tokens are no token: which of them counts would be anybody's guess.
    return typeof value === "string" && more.length === 0 ? value : undefined;
  }

  get peerAddress(): string {
    return this.#call.getPeer();
  }

  get peer(): Peer {
    const raw = this.#call.getAuthContext().sslPeerCertificate?.fingerprint256;
    if (raw === undefined) return NO_CERTIFICATE;
    return { certificateSha256: Buffer.from(raw.replaceAll(":", ""), "hex").toString("base64url") };
  }

  get expiresAt(): number | undefined {
    const deadline = this.#call.getDeadline();
    const time = deadline instanceof Date ? deadline.getTime() : deadline;
    return Number.isFinite(time) ? time : undefined;
  }

  get signal(): AbortSignal {
    if (this.#signal !== undefined) return this.#signal;
    const controller = new AbortController();
    if (this.#call.cancelled) controller.abort();
    else this.#call.once("cancelled", () => controller.abort());
    this.#signal = controller.signal;
    return this.#signal;
  }
}
