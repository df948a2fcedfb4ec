import { runCommand } from "./run-command.ts";
import type { ServerProcess } from "./server-process.ts";

const BUF = "node_modules/.bin/buf";
const GRPC_PORT = ["--schema", "proto", "--protocol", "grpc", "--http2-prior-knowledge"];

/** The ways in which buf calls a server: the port and the flags. */
export const BUF_CURL_WAYS = {
  "gRPC on the gRPC port": { port: "grpc", flags: GRPC_PORT },
  "gRPC on the HTTP port": { port: "http", flags: GRPC_PORT },
  "gRPC-Web": { port: "http", flags: ["--schema", "proto", "--protocol", "grpcweb"] },
  Connect: { port: "http", flags: ["--schema", "proto", "--protocol", "connect"] },
  "gRPC by server reflection": { port: "grpc", flags: ["--protocol", "grpc"] },
} as const;

/** One of {@link BUF_CURL_WAYS}. */
export type BufCurlWay = keyof typeof BUF_CURL_WAYS;

/** How a call by the command line ended. */
export interface CommandCall {
  /** The answer; undefined: the call failed. */
  readonly answer: Record<string, unknown> | undefined;
  /** The gRPC status, `PermissionDenied` for example; `OK` if it did not fail. */
  readonly status: string;
  /** What the command printed on failure, for people. */
  readonly errorText: string;
}

/** Calls a method of ScopeRegistry by `buf curl`. */
export async function bufCurl(
  way: BufCurlWay,
  server: ServerProcess,
  token: string,
  method: string,
  request: unknown,
): Promise<CommandCall> {
  const { port, flags } = BUF_CURL_WAYS[way];
  const url = port === "grpc" ? `http://${server.grpcAddress}` : server.httpUrl;
  const body = ["-H", `authorization: Bearer ${token}`, "-d", JSON.stringify(request)];
  const call = [`${url}/scoperegistry.v1.ScopeRegistry/${method}`];
  const { exitCode, stdout, stderr } = await runCommand(BUF, ["curl", ...flags, ...body, ...call]);
  if (exitCode === 0) return { answer: JSON.parse(stdout), status: "OK", errorText: "" };
  // Below 8 the command itself has failed: it was not the server that answered.
  if (exitCode === null || exitCode < 8) throw new Error(`buf curl failed with ${exitCode}: ${stderr}`);
  const { code } = JSON.parse(stderr) as { code: string };
  return { answer: undefined, status: pascalCase(code), errorText: stderr };
}

function pascalCase(snakeCase: string): string {
  return snakeCase.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
