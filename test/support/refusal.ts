import { type Code, ConnectError } from "@connectrpc/connect";
import { status } from "@grpc/grpc-js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "@scope-registry/client";
import { expect } from "vitest";

/** How the registry refused a call. */
export interface Refusal {
  /** The gRPC status, `INVALID_ARGUMENT` for example. */
  readonly code: string;
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** The broken rules: each field with its description. */
  readonly violations: readonly { readonly field: string; readonly description: string }[];
  /** The fields of the broken rules. */
  readonly fields: readonly string[];
  /** After how many milliseconds it is worth trying again. */
  readonly retryAfterMs: number | undefined;
}

/** What must not reach a caller: stacks, paths, and the words of libraries, drivers and runtimes. */
const LEAKS = [
  /\bat .+:\d+/,
  /node_modules|\.[jt]s\b|file:\/\//,
  /\/(home|usr|tmp|var|work|root)\//,
  /premature EOF|parse binary|decode message|cannot decode|invalid wire type|illegal tag|JSON\.parse|in JSON at/i,
  /protobuf|connect-?error|TypeError|RangeError|SyntaxError|undefined|\[object|sqlite|mongo|jose|zod|nghttp|ERR_/i,
];

/** Checks that a text for a caller is written as the project writes them. */
export function expectReadable(text: string): void {
  expect(text.length).toBeGreaterThan(10);
  expect(text).not.toMatch(/\.$/);
  for (const leak of LEAKS) expect(text).not.toMatch(leak);
}

/** Waits for a call to be refused, and checks what every refusal has in common (AIP-193). */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => new Error("The call was answered"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectError)) throw error;
  const infos = error.findDetails(ErrorInfoSchema);
  expect(infos, `details of "${error.message}"`).toHaveLength(1);
  const { reason = "", domain, metadata = {} } = infos[0] ?? {};
  expect(domain).toBe("scoperegistry.v1");
  const bad = error.findDetails(BadRequestSchema);
  expect(bad.length).toBeLessThanOrEqual(1);
  const violations = (bad[0]?.fieldViolations ?? []).map(({ field, description }) => ({ field, description }));
  for (const text of [error.rawMessage, ...violations.map(({ description }) => description)]) expectReadable(text);
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return {
    code: statusName(error.code),
    reason,
    message: error.rawMessage,
    metadata,
    violations,
    fields: violations.map(({ field }) => field),
    retryAfterMs: delay && Number(delay.seconds) * 1_000 + delay.nanos / 1e6,
  };
}

/** The gRPC name of a code. Connect has the same numbers. */
export function statusName(code: Code): string {
  return status[code as number] ?? `code ${code}`;
}
