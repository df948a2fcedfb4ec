import { randomUUID } from "node:crypto";
import type { Metadata, ServerInterceptingCallInterface } from "@grpc/grpc-js";
import type { Peer } from "../../auth/caller.ts";
import type { Call } from "../call.ts";

const NO_CERTIFICATE: Peer = {};

/** A call as it came by the gRPC port. What few calls need is made when it is asked for. */
export class GrpcCall implements Call {
  readonly protocol = "grpc";
  readonly method: string;
  readonly requestId = randomUUID();
  readonly startedAt = performance.now();
  readonly #call: ServerInterceptingCallInterface;
  readonly #metadata: Metadata;
  #cancelled = false;
  #controller: AbortController | undefined;

  constructor(method: string, call: ServerInterceptingCallInterface, metadata: Metadata) {
    this.method = method;
    this.#call = call;
    this.#metadata = metadata;
  }

  get authorization(): string | undefined {
    const [value, ...more] = this.#metadata.get("authorization");
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
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelled) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** Tells those who wait for the call that nobody waits for its answer any more. */
  cancel(): void {
    this.#cancelled = true;
    this.#controller?.abort();
  }
}
