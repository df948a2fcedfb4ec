import { Code, ConnectError } from "@connectrpc/connect";
import { errorCode } from "../tokens/error-code.ts";
import { speaksTls } from "./speaks-tls.ts";

/** Node's codes for a certificate that is not believed, or TLS that does not come about. */
const TLS_CODE = /^ERR_SSL_|^ERR_TLS_|CERT|SIGNATURE|^HOSTNAME_MISMATCH$|^EPROTO$/;

/** Node's codes for a connection that could not be made or was lost. */
const NETWORK_CODE = /^E[A-Z]+$|^EAI_|^ERR_HTTP2_|^ERR_STREAM_/;

/** What Node says of a stream that the other side has cut, because too little was read of it. */
const CUT = /NGHTTP2_ENHANCE_YOUR_CALM/;

/** Node's codes for a server that is not content with the client's certificate, or that there is none. */
const CLIENT_REFUSED = /ALERT_(CERTIFICATE|BAD_CERTIFICATE|UNKNOWN_CA)|ALERT_HANDSHAKE/;

const UNTRUSTED = "it may not trust the certificate in tls.cert";

const TLS_REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST|^EPROTO$/,
    "it does not speak TLS: check the port, or say tls: false",
  ],
  [/NO_APPLICATION_PROTOCOL/, "it does not offer HTTP/2: check that this is the gRPC port"],
  [/ALTNAME|HOSTNAME/, "its certificate is for another name: connect by that name, or set tls.serverName"],
  [/EXPIRED|NOT_YET_VALID/, "its certificate is not valid at this time: have it renewed, and check the clock"],
  [
    /SIGNED|UNABLE_TO|CERT/,
    "its certificate is of an authority that is not trusted: set tls.ca to the authority's certificate",
  ],
];

/** What is known of the connection that a call failed on. */
export interface FailureContext {
  readonly origin: string;
  /** Whether the other side has shown that it speaks HTTP/2. */
  readonly hasSpoken: boolean;
  /** Whether the connection shows a certificate of the client's. */
  readonly hasCertificate: boolean;
  /** Whether the call reads a stream. */
  readonly isStream: boolean;
  /** Ends looking into the failure, when nobody waits for the call any more. */
  readonly signal: AbortSignal;
}

/**
 * Makes a failure of the connection readable. What the registry itself has answered stays as it is.
 *
 * UNAVAILABLE means that trying again may help; FAILED_PRECONDITION, that the two sides do not agree on TLS or HTTP/2, and
 * that it does not; RESOURCE_EXHAUSTED, that a stream was read too slowly.
 */
export async function explainFailure(error: unknown, context: FailureContext): Promise<ConnectError> {
  const { origin, hasSpoken, isStream } = context;
  const failure = ConnectError.from(error);
  if (failure.details.length > 0) return failure;
  if (failure.code === Code.DeadlineExceeded) {
    return fail(Code.DeadlineExceeded, `The registry at ${origin} has not answered within the deadline`, error);
  }
  const code = failure.cause instanceof Error ? errorCode(failure.cause) : undefined;
  if (code !== undefined && TLS_CODE.test(code)) {
    const message = `No TLS with the registry at ${origin} (${code}): ${tlsRemedy(code, context)}`;
    return fail(Code.FailedPrecondition, message, error);
  }
  if (isStream && CUT.test(failure.rawMessage)) {
    const message = `The registry at ${origin} has cut the stream, as too little was read of it: read it sooner, and resume it with since_revision`;
    return fail(Code.ResourceExhausted, message, error);
  }
  // A stream that nobody cancelled ends as CANCELLED when its connection is lost.
  const lost = failure.code === Code.Canceled || (code !== undefined && NETWORK_CODE.test(code));
  if (!lost) return failure;
  return hasSpoken ? cannotBeReached(origin, code, error) : explainSilence(context, code, error);
}

function tlsRemedy(code: string, { hasCertificate }: FailureContext): string {
  if (CLIENT_REFUSED.test(code)) {
    return `it refuses the client's certificate: ${hasCertificate ? UNTRUSTED : "set tls.cert and tls.key"}`;
  }
  return TLS_REMEDIES.find(([pattern]) => pattern.test(code))?.[1] ?? "check the tls options";
}

/** The connection was made, and ended before the other side had spoken HTTP/2, or could not be made. */
async function explainSilence(
  { origin, hasCertificate, signal }: FailureContext,
  code: string | undefined,
  error: unknown,
): Promise<ConnectError> {
  if (origin.startsWith("http:") && !isConnectCode(code)) {
    if (await speaksTls(origin, signal)) {
      const message = `The registry at ${origin} speaks TLS, and the connection does not: set tls, or give an https:// address`;
      return fail(Code.FailedPrecondition, message, error);
    }
    if (code === "ERR_HTTP2_ERROR") {
      const message = `The server at ${origin} does not speak HTTP/2: check that this is the registry's gRPC port`;
      return fail(Code.FailedPrecondition, message, error);
    }
  }
  if (origin.startsWith("https:") && !isConnectCode(code)) {
    const remedy = hasCertificate ? UNTRUSTED : "if it wants a certificate of the client, set tls.cert and tls.key";
    const message = `The registry at ${origin} has ended the connection after TLS began: ${remedy}`;
    return fail(Code.Unavailable, message, error);
  }
  return cannotBeReached(origin, code, error);
}

function isConnectCode(code: string | undefined): boolean {
  return code !== undefined && code !== "ECONNRESET" && !code.startsWith("ERR_");
}

function cannotBeReached(origin: string, code: string | undefined, error: unknown): ConnectError {
  const message =
    code !== undefined && isConnectCode(code)
      ? `The registry at ${origin} cannot be reached (${code}): check the address, and that it runs`
      : `The connection to the registry at ${origin} was lost before the call was answered`;
  return fail(Code.Unavailable, message, error);
}

function fail(code: Code, message: string, cause: unknown): ConnectError {
  return new ConnectError(message, code, undefined, undefined, cause);
}
