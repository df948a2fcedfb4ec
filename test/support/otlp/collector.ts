/** A collector on loopback that takes OTLP over HTTP, and fails at will. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { waitUntil } from "../wait-until.ts";
import { type ReceivedSpan, readSpans } from "./otlp-messages.ts";

/** What a collector does with what it is sent: takes it, refuses it, or never answers. */
export type Mood = "takes" | "refuses" | "hangs";

/** A running collector. */
export interface Collector extends AsyncDisposable {
  readonly url: string;
  /** All that it has taken. */
  spans(): readonly ReceivedSpan[];
  /** The bytes of all requests and their headers, as text to search in. */
  bytes(): string;
  /** How many requests have come, whatever became of them. */
  requests(): number;
  /** The headers of the last request. */
  headers(): IncomingMessage["headers"];
  /** Waits for so many spans that pass. */
  received(passes: (span: ReceivedSpan) => boolean, count?: number): Promise<readonly ReceivedSpan[]>;
  become(mood: Mood): void;
}

/** Starts a collector. */
export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const bodies: Buffer[] = [];
  let mood: Mood = "takes";
  let requests = 0;
  let headers: IncomingMessage["headers"] = {};

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests += 1;
    headers = request.headers;
    bodies.push(Buffer.from(JSON.stringify(request.headers)), ...chunks);
    if (mood === "hangs") return;
    if (mood === "refuses" || request.method !== "POST" || request.url !== "/v1/traces") {
      response.writeHead(400).end(`no: ${request.headers.authorization}`);
      return;
    }
    spans.push(...readSpans(Buffer.concat(chunks)));
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  }

  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    bytes: () => Buffer.concat(bodies).toString("latin1"),
    requests: () => requests,
    headers: () => headers,
    async received(passes, count = 1) {
      await waitUntil("the collector has the spans", () => spans.filter(passes).length >= count);
      return spans.filter(passes);
    },
    become(next) {
      mood = next;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
