import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";
import type { Logger } from "pino";

/**
 * An exporter that tells once that spans cannot be sent, and once that they can again. What the collector answers and what the network's
 * errors say is not quoted: both could repeat a header.
 */
export class WatchedExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #logger: Logger;
  #failing = false;
  #silent = false;

  constructor(exporter: SpanExporter, logger: Logger) {
    this.#exporter = exporter;
    this.#logger = logger;
  }

  export(spans: ReadableSpan[], onResult: (result: ExportResult) => void): void {
    this.#exporter.export(spans, ({ code, error }) => {
      if (code === ExportResultCode.SUCCESS) this.#onSuccess();
      else this.#onFailure(error);
      // All that there is to tell is told.
      onResult({ code: ExportResultCode.SUCCESS });
    });
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  /** Tells nothing any more. */
  silence(): void {
    this.#silent = true;
  }

  #onFailure(error: Error | undefined): void {
    if (this.#failing || this.#silent) return;
    this.#failing = true;
    this.#logger.warn(
      { error_code: codeOf(error) },
      "Traces cannot be sent and are dropped: see whether the collector of OTLP_ENDPOINT takes them",
    );
  }

  #onSuccess(): void {
    if (!this.#failing || this.#silent) return;
    this.#failing = false;
    this.#logger.info("Traces are sent again");
  }
}

/** A status of HTTP, or a code of Node; undefined: there was no answer in time. */
function codeOf(error: (Error & { code?: unknown }) | undefined): string | number | undefined {
  const code = error?.code;
  return typeof code === "string" || typeof code === "number" ? code : undefined;
}
