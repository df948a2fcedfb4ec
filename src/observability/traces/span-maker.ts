import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { ATTR_ERROR_TYPE } from "@opentelemetry/semantic-conventions";
import { RegistryError } from "../../registry/registry-error.ts";
import { ATTR_REFUSAL, isServerFault } from "./span-attributes.ts";

/**
 * Makes spans, and knows which one is under way. Only spans that are recorded are ever under way: whatever is done for a call whose
 * trace is not sampled makes none.
 */
export class SpanMaker {
  readonly #tracer: Tracer;
  readonly #underWay = new AsyncLocalStorage<Span>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** The span on whose behalf something is done; undefined: none that is recorded. */
  get underWay(): Span | undefined {
    return this.#underWay.getStore();
  }

  /** Begins a span in a context, which tells its parent. */
  begin(name: string, options: SpanOptions, context: Context = ROOT_CONTEXT): Span {
    return this.#tracer.startSpan(name, options, context);
  }

  /** Begins a span within another one. */
  beginWithin(parent: Span, name: string, options: SpanOptions = {}): Span {
    return this.begin(name, options, trace.setSpan(ROOT_CONTEXT, parent));
  }

  /** Does something on behalf of a span, and of what goes on from it. */
  run<T>(span: Span, work: () => T): T {
    return this.#underWay.run(span, work);
  }

  /** Makes a span of some work, where one is under way: else it is only done. */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const parent = this.underWay;
    if (parent === undefined) return work();
    const span = this.beginWithin(parent, name);
    return endWith(span, this.run(span, work));
  }
}

/** Ends a span when a promise is settled, with what it rejected with. */
export async function endWith<T>(span: Span, outcome: Promise<T>): Promise<T> {
  try {
    return await outcome;
  } catch (error) {
    markFailed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Notes what went wrong: never its text, which may quote what a caller sent. A caller's mistake is no error of the server's. */
function markFailed(span: Span, error: unknown): void {
  if (error instanceof RegistryError) {
    span.setAttribute(ATTR_REFUSAL, error.reason);
    if (!isServerFault(error.reason)) return;
  }
  span.setAttribute(ATTR_ERROR_TYPE, error instanceof RegistryError ? error.reason : nameOf(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
