import type { CommandOptions, CommandResult } from "../support/run-command.ts";
import type { CallerOptions, TestServer } from "../support/test-server.ts";
import { runCli } from "./run-cli.ts";

/** Runs commands against a server. */
export type CliOf = (words: string | readonly string[], options?: CommandOptions) => Promise<CommandResult>;

/** The command line of a caller of the test issuer. A text is words parted by spaces. */
export async function cliOf(server: TestServer, caller: CallerOptions): Promise<CliOf> {
  const env = await environmentOf(server, caller);
  return (words, options = {}) =>
    runCli(typeof words === "string" ? words.split(" ") : words, { ...options, env: { ...env, ...options.env } });
}

/** The environment that makes commands call a server as a caller. */
export async function environmentOf(server: TestServer, caller: CallerOptions): Promise<Record<string, string>> {
  return { SCOPE_REGISTRY_ADDRESS: server.grpcAddress, SCOPE_REGISTRY_TOKEN: await server.tokenFor(caller) };
}
