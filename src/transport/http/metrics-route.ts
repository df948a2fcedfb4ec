import type { Authenticator } from "../../auth/authenticator.ts";
import type { Caller } from "../../auth/caller.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import { acceptedEncoding } from "./accepted-encoding.ts";
import { compressOnce } from "./compress-once.ts";
import { authorizationOf, type HttpRequest, peerOf } from "./http-call.ts";
import type { HttpRoute, HttpRoutes } from "./http-route.ts";
import { answerTo, type HttpAnswer, jsonRefusal, jsonResponse, methodNotAllowed } from "./json-refusal.ts";
import { onePiece } from "./one-piece.ts";

/** Where Prometheus looks for metrics if nothing else is said. */
export const METRICS_PATH = "/metrics";

/** Metrics as they are sent. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** What tells who may read metrics. */
export interface MetricsReaders {
  readonly authenticator: Authenticator;
  /** The scope that their tokens need. */
  readonly scope: string;
}

/** What the route needs. */
export interface MetricsRouteParts {
  /** Undefined: the figures cannot be had at the moment. */
  readonly expose: () => Promise<Exposition | undefined>;
  /** Undefined: anybody may read them. */
  readonly readers: MetricsReaders | undefined;
}

/** Metrics in Prometheus' text format, for GET and HEAD, compressed where the reader takes that. */
export function metricsRoutes({ expose, readers }: MetricsRouteParts): HttpRoutes {
  const exposed = sharedAnswers();
  const route: HttpRoute = async ({ method, header }, source) => {
    if (method !== "GET" && method !== "HEAD") return methodNotAllowed(method, ["GET", "HEAD"]);
    const reader = readers && (await readerOf(source, readers));
    const isRefused = reader instanceof RegistryError;
    const answer = isRefused ? jsonRefusal(reader, []) : await exposed(await expose(), header);
    answer.header.set("cache-control", "no-store");
    return { ...answerTo(method, answer), ...(!isRefused && { owner: reader?.owner }) };
  };
  return { exact: new Map([[METRICS_PATH, route]]) };
}

/** Who reads, or why it may not. */
async function readerOf(
  source: HttpRequest,
  { authenticator, scope }: MetricsReaders,
): Promise<Caller | RegistryError> {
  try {
    const caller = await authenticator.authenticate(authorizationOf(source), peerOf(source));
    if (caller.scopes.has(scope)) return caller;
    return new RegistryError("SCOPE_MISSING", `Metrics are for who has a token with the scope "${scope}"`, {
      metadata: { scope },
    });
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
}

/** How metrics are sent: made once of an exposition that many readers share. */
function sharedAnswers(): (exposition: Exposition | undefined, accepted: Headers) => Promise<HttpAnswer> {
  let shared:
    | { readonly of: Exposition; readonly body: Buffer; readonly compressed: () => Promise<Buffer> }
    | undefined;
  return async (exposition, accepted) => {
    if (exposition === undefined) return unavailable();
    if (shared?.of !== exposition) {
      const body = Buffer.from(exposition.text);
      shared = { of: exposition, body, compressed: compressOnce(body) };
    }
    const encoding = acceptedEncoding(accepted.get("accept-encoding"), ["gzip"]);
    const body = encoding === undefined ? shared.body : await shared.compressed();
    const header = new Headers({ "content-type": exposition.contentType, vary: "accept-encoding" });
    if (encoding !== undefined) header.set("content-encoding", encoding);
    header.set("content-length", String(body.length));
    return { status: 200, header, body: onePiece(body) };
  };
}

function unavailable(): HttpAnswer {
  const error_description = "The figures of all processes cannot be had at the moment: try again later";
  return jsonResponse(503, { error: "unavailable", error_description });
}
