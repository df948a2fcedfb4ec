import { once } from "node:events";
import { destination, type Logger, pino } from "pino";
import type { LogLevel } from "../config/settings-table.ts";
import { firstWithin } from "../first-within.ts";

/** A password in a URI, and anything that looks like a JWT. */
const SECRETS: readonly [RegExp, string][] = [
  [/(:\/\/[^/\s:@]*:)[^/\s@]*@/g, "$1[redacted]@"],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "[redacted token]"],
];

/** How many bytes POSIX promises to write to a pipe in one piece, at the least that systems of today promise. */
const PIPE_BUF = 4_096;

/** How long writing the last lines may take, in milliseconds. */
const MOST_FLUSH_MS = 1_000;

/** Where each log goes. */
const streams = new WeakMap<Logger, ReturnType<typeof destination>>();

/** Who else writes to the same standard error. */
export interface LoggerOptions {
  /** Other processes of this server do: lines say by which they are (`pid`), and are written whole. */
  readonly shared?: boolean;
}

/** The log of the process: JSON lines on standard error, so that standard output stays for what a person asked for. */
export function createLogger(level: LogLevel, { shared = false }: LoggerOptions = {}): Logger {
  const base = shared ? { pid: process.pid } : null;
  const atOnce = shared ? { maxWrite: PIPE_BUF } : {};
  const stream = destination({ dest: 2, sync: false, ...atOnce });
  const logger = pino(
    { level, base, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } },
    stream,
  );
  streams.set(logger, stream);
  return logger;
}

/**
 * Waits until all lines are written, if anybody reads them; to be called last. The library's own `flush` waits for nothing here,
 * and what it then writes as the process ends it would write for ever into a pipe that nobody reads.
 */
export async function flushLogger(logger: Logger): Promise<void> {
  const stream = streams.get(logger);
  if (stream === undefined) return;
  const written = once(stream, "drain");
  // There may be no line that is still to be written: this one of no characters is, and comes last.
  stream.write("");
  await firstWithin(MOST_FLUSH_MS, written).catch(() => undefined);
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
