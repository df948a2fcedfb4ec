/**
 * Traces of calls, sent to an OpenTelemetry collector by OTLP over HTTP. The only folder that knows OpenTelemetry: calls hear of it as a
 * `CallObserver` and a `CallSpan`, and the rest is put around what is there (a store's log, a token resolver, `fetch`). It is loaded only
 * where traces are switched on. May be imported by `src/app.ts`.
 */
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import type { Fetch } from "@scope-registry/client/tokens";
import type { Logger } from "pino";
import type { TokenResolver } from "../../auth/token-resolver.ts";
import { firstWithin } from "../../first-within.ts";
import type { ScopeLog } from "../../store/scope-log.ts";
import type { CallObserver } from "../../transport/call-observer.ts";
import { CallTracer } from "./call-tracer.ts";
import { reportSdkProblems } from "./sdk-problems.ts";
import { SpanMaker } from "./span-maker.ts";
import { tracedFetch } from "./traced-fetch.ts";
import { tracedLog } from "./traced-log.ts";
import { describeProcess } from "./traced-process.ts";
import { tracedResolver } from "./traced-resolver.ts";
import { WatchedExporter } from "./watched-exporter.ts";

/** How long the last spans have to leave when the server stops, in milliseconds: a collector that hangs must not hold it up. */
const FLUSH_MS = 2_000;

/** What makes spans, once for each thing that is traced. */
export interface Traces {
  /** Makes the spans of calls. */
  readonly calls: CallObserver;
  /** Asks issuers, with a span for each request that a traced call waits for. */
  readonly fetch: Fetch;
  /** A resolver that makes a span for each token that a traced call has resolved. */
  resolver(resolver: TokenResolver): TokenResolver;
  /** A log that makes a span for each commit of what traced calls have changed. */
  log(log: ScopeLog): ScopeLog;
  /** Sends what is left, for a bounded time, and makes no more spans. */
  close(): Promise<void>;
}

/** Where spans go. */
export interface TracesOptions {
  /** The collector's base URL; `/v1/traces` comes behind it. */
  readonly endpoint: string;
  readonly logger: Logger;
}

/** Switches traces on. All that is not given here the SDK reads from `OTEL_*` variables: sampling, headers, limits, resource. */
export function startTraces({ endpoint, logger }: TracesOptions): Traces {
  const silence = reportSdkProblems(logger);
  const exporter = new WatchedExporter(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }), logger);
  const provider = new NodeTracerProvider({
    resource: describeProcess(),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const spans = new SpanMaker(provider.getTracer("scope-registry"));
  const calls = new CallTracer(spans);
  return {
    calls,
    fetch: tracedFetch(globalThis.fetch, spans),
    resolver: (resolver) => tracedResolver(resolver, spans),
    log: (log) => tracedLog(log, spans, calls),
    async close() {
      await firstWithin(
        FLUSH_MS,
        provider.shutdown().catch(() => undefined),
      );
      exporter.silence();
      silence();
    },
  };
}
