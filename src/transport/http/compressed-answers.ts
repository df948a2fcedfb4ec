import { acceptedEncoding } from "./accepted-encoding.ts";
import { gzipStream } from "./gzip-stream.ts";
import { type HttpRoute, type HttpRoutes, mapRoutes } from "./http-route.ts";

/** Streams of Connect, and all of gRPC-Web: browsers cannot agree with them on compressing messages. */
const FRAMED = /^application\/(connect\+|grpc-web)/;

/** What tells that messages are compressed, as a caller has agreed on that is no browser. */
const MESSAGE_ENCODINGS = ["connect-content-encoding", "grpc-encoding"];

/** Compresses bodies as a whole by gzip, for who accepts it, where messages would otherwise be sent as they are. */
export function compressAnswers(routes: HttpRoutes): HttpRoutes {
  return mapRoutes(routes, compressed);
}

function compressed(route: HttpRoute): HttpRoute {
  return async (request, source) => {
    const answer = await route(request, source);
    if (answer.body === undefined || answer.header === undefined || !hasPlainMessages(answer.header)) return answer;
    const header = new Headers(answer.header);
    header.append("vary", "Accept-Encoding");
    if (acceptedEncoding(request.header.get("accept-encoding"), ["gzip"]) === undefined) return { ...answer, header };
    header.set("content-encoding", "gzip");
    return { ...answer, header, body: gzipStream(answer.body, request.signal) };
  };
}

function hasPlainMessages(header: Headers): boolean {
  return FRAMED.test(header.get("content-type") ?? "") && !MESSAGE_ENCODINGS.some((name) => header.has(name));
}
