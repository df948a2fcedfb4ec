import type { CommandCall } from "./buf-curl.ts";
import { hasCommand } from "./has-command.ts";
import { type CommandResult, runCommand } from "./run-command.ts";
import type { ServerProcess } from "./server-process.ts";

/** Whether grpcurl is on the PATH. */
export const HAS_GRPCURL = hasCommand("grpcurl");

// Reporters pass over the titles of skipped tests.
if (!HAS_GRPCURL) process.stdout.write("Stories with grpcurl are NOT RUN: it is not on the PATH, install it\n");

/** A title that says, where grpcurl is missing, why what it names is not run. */
export function withGrpcurl(title: string): string {
  return HAS_GRPCURL ? title : `${title} (NOT RUN: grpcurl is not on the PATH, install it)`;
}

/** Runs grpcurl without TLS; `words` are the address and what follows it. */
export function grpcurl(words: readonly string[], flags: readonly string[] = []): Promise<CommandResult> {
  return runCommand("grpcurl", ["-plaintext", ...flags, ...words]);
}

/** Calls a method of ScopeRegistry by grpcurl, which learns the contract by server reflection. */
export async function grpcurlCall(
  server: ServerProcess,
  token: string,
  method: string,
  request: unknown,
): Promise<CommandCall> {
  const { exitCode, stdout, stderr } = await grpcurl(
    [server.grpcAddress, `scoperegistry.v1.ScopeRegistry/${method}`],
    ["-H", `authorization: Bearer ${token}`, "-d", JSON.stringify(request)],
  );
  if (exitCode === 0) return { answer: JSON.parse(stdout), status: "OK", errorText: "" };
  const status = /Code: (\w+)/.exec(stderr)?.[1];
  if (status === undefined) throw new Error(`grpcurl failed with ${exitCode}: ${stderr}`);
  return { answer: undefined, status, errorText: stderr };
}
