import { DiagLogLevel, diag } from "@opentelemetry/api";
import type { Logger } from "pino";

/** Texts of the SDK that quote no secret. Others may quote a header or a URL. */
const QUOTABLE =
  /^(OTEL_TRACES_SAMPLER|Configuration: OTEL_\w+ is invalid|Dropped \d+ spans|Failed to read [\w ]+file$)/;

/** How many different problems are told. */
const MAX_PROBLEMS = 20;

/** Writes what the SDK finds wrong into the log, each text once. Returns what ends that. */
export function reportSdkProblems(logger: Logger): () => void {
  const told = new Set<string>();
  const tell = (text: string) => {
    const problem = QUOTABLE.test(text) ? text : undefined;
    const key = problem?.replaceAll(/\d+/g, "#") ?? "";
    if (told.has(key) || told.size >= MAX_PROBLEMS) return;
    told.add(key);
    logger.warn({ problem }, "OpenTelemetry has a problem: check the OTEL_ variables");
  };
  const ignore = () => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  return () => diag.disable();
}
