import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Authenticator } from "../../auth/authenticator.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import { acceptedEncoding } from "./accepted-encoding.ts";
import { authorizationOf, type HttpRequest, peerOf } from "./http-call.ts";
import type { HttpRoute, HttpRoutes } from "./http-route.ts";
import { answerTo, type HttpAnswer, jsonRefusal, jsonResponse, methodNotAllowed } from "./json-refusal.ts";
import { onePiece } from "./one-piece.ts";
import { UnreadAnswers } from "./unread-answers.ts";

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
  const unread = new UnreadAnswers();
  const route: HttpRoute = async ({ method, header, signal }, source) => {
    if (method !== "GET" && method !== "HEAD") return methodNotAllowed(method, ["GET", "HEAD"]);
    const refusal = readers && (await refusalOf(source, readers));
    const answer = refusal === undefined ? await exposed(await expose(), header) : jsonRefusal(refusal, []);
    answer.header.set("cache-control", "no-store");
    const body = answer.body && unread.counted(answer.body, source, signal);
    return answerTo(method, { ...answer, ...(body && { body }) });
  };
  return { exact: new Map([[METRICS_PATH, route]]) };
}

/** Why a caller may not read metrics; undefined: it may. */
async function refusalOf(source: HttpRequest, readers: MetricsReaders): Promise<RegistryError | undefined> {
  const { authenticator, scope } = readers;
  try {
    const caller = await authenticator.authenticate(authorizationOf(source), peerOf(source));
    if (caller.scopes.has(scope)) return undefined;
    return new RegistryError("SCOPE_MISSING", `Metrics are for who has a token with the scope "${scope}"`, {
      metadata: { scope },
    });
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
}

async function exposed(exposition: Exposition | undefined, accepted: Headers): Promise<HttpAnswer> {
  if (exposition === undefined) {
    const error_description = "The figures of all processes cannot be had at the moment: try again later";
    return jsonResponse(503, { error: "unavailable", error_description });
  }
  const { contentType, text } = exposition;
  const header = new Headers({ "content-type": contentType, vary: "accept-encoding" });
  let body: Buffer = Buffer.from(text);
  if (acceptedEncoding(accepted.get("accept-encoding"), ["gzip"]) === "gzip") {
    body = await promisify(gzip)(body, { level: constants.Z_BEST_SPEED });
    header.set("content-encoding", "gzip");
  }
  header.set("content-length", String(body.length));
  return { status: 200, header, body: onePiece(body) };
}
