import { destination, type Logger, pino } from "pino";
import type { LogLevel } from "../config/settings-table.ts";

/** A password in a URI, and anything that looks like a JWT. */
const SECRETS: readonly [RegExp, string][] = [
  [/(:\/\/[^/\s:@]*:)[^/\s@]*@/g, "$1[redacted]@"],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "[redacted token]"],
];

/** The log of the process: JSON lines on standard error, so that standard output stays for what a person asked for. */
export function createLogger(level: LogLevel): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } },
    destination({ dest: 2, sync: false }),
  );
}

/** Makes sure that all lines are written; to be called last. */
export function flushLogger(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    logger.flush(() => resolve());
  });
}

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause?: DescribedError;
}

/** An error with its causes. Texts of libraries may quote what they were given: secrets in them are struck out. */
function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: redact(String(error)), stack: undefined };
  return {
    type: error.name,
    message: redact(error.message),
    stack: error.stack === undefined ? undefined : redact(error.stack),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

function redact(text: string): string {
  return SECRETS.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
