import type { Span } from "@opentelemetry/api";
import type { LogEntry, ScopeLog } from "../../store/scope-log.ts";
import type { CallTracer } from "./call-tracer.ts";
import { ATTR_COMMIT_CALLS, ATTR_COMMIT_CHANGES, ATTR_REVISION } from "./span-attributes.ts";
import { endWith, type SpanMaker } from "./span-maker.ts";

/**
 * A log that makes a span for each commit of what traced calls have changed. A commit serves many calls: its span is a child of the first
 * traced one, and linked with all of them, both ways.
 */
export function tracedLog(log: ScopeLog, spans: SpanMaker, calls: CallTracer): ScopeLog {
  return {
    get registryId() {
      return log.registryId;
    },
    description: log.description,
    imports: log.imports,
    usage: log.usage,
    load: () => log.load(),
    head: () => log.head(),
    proveHead: () => log.proveHead(),
    read: (after, limit, maxBytes) => log.read(after, limit, maxBytes),
    follow: (after, signal) => log.follow(after, signal),
    search: (query, limit, maxBytes) => log.search(query, limit, maxBytes),
    close: () => log.close(),
    commit(entries) {
      const traced = entries.flatMap(({ requestId }) => calls.spanOf(requestId) ?? []);
      const [first, ...others] = traced;
      if (first === undefined) return log.commit(entries);
      const span = spans.beginWithin(first, "commit", { attributes: attributesOf(entries), links: traced.map(linkTo) });
      for (const other of others) other.addLink(linkTo(span));
      return endWith(span, log.commit(entries));
    },
  };
}

function linkTo(span: Span) {
  return { context: span.spanContext() };
}

function attributesOf(entries: readonly LogEntry[]) {
  return {
    [ATTR_COMMIT_CALLS]: entries.length,
    [ATTR_COMMIT_CHANGES]: entries.reduce((sum, { changes }) => sum + changes.length, 0),
    [ATTR_REVISION]: entries.at(-1)?.revision ?? 0,
  };
}
