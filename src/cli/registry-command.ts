/** What all commands that call the registry have in common: their flags, and the connection that they are run with. */
import type { ScopeRegistryConnection } from "@scope-registry/client";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type ConnectionFlags, connect } from "./connection.ts";
import { type Needs, readCredentials } from "./credentials.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { createOutput, type Output } from "./output/output.ts";
import { withAskedScopes } from "./refused-token.ts";

/** What a command is run with. */
export interface Session extends Pick<ScopeRegistryConnection, "registry" | "admin"> {
  readonly output: Output;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Where a server listens that was not told. */
const USUAL_ADDRESS = "127.0.0.1:50051";

const CONNECTION = "Connection:";
const OUTPUT = "Output:";

const OPTIONS: readonly (() => Option)[] = [
  () => new Option("--json", "JSON, for programs").helpGroup(OUTPUT),
  () => new Option("--no-color", "no colours, as with NO_COLOR").helpGroup(OUTPUT),
  () =>
    new Option(
      "--address <host:port>",
      "the registry's gRPC port, or an https:// URL of it; TLS unless it is this machine's",
    )
      .default(process.env["SCOPE_REGISTRY_ADDRESS"] || USUAL_ADDRESS, `SCOPE_REGISTRY_ADDRESS, or ${USUAL_ADDRESS}`)
      .helpGroup(CONNECTION),
  () => new Option("--token-file <path>", "a file that holds the token to send and nothing else").helpGroup(CONNECTION),
  () => new Option("--dev", "make a token for a server in dev mode on this machine").helpGroup(CONNECTION),
  () =>
    new Option(
      "--as <client>",
      "whose token --dev makes, with what an owner may do; if not given, of operator, an administrator",
    ).helpGroup(CONNECTION),
  () => new Option("--data-dir <path>", "the data folder of that server, where the key is").helpGroup(CONNECTION),
  () =>
    new Option("--ca <path>", "the authorities that the registry's certificate is checked against (PEM)").helpGroup(
      CONNECTION,
    ),
  () => new Option("--cert <path>", "the certificate to show the registry (PEM, mTLS)").helpGroup(CONNECTION),
  () => new Option("--key <path>", "the private key of --cert (PEM)").helpGroup(CONNECTION),
  () =>
    new Option("--server-name <name>", "the name in the registry's certificate, if not the host's").helpGroup(
      CONNECTION,
    ),
  () => new Option("--plaintext", "no TLS, where a mesh or proxy encrypts").helpGroup(CONNECTION),
];

/** Adds the flags of the connection and the output to a command, and answers it. */
// biome-ignore lint/suspicious/noExplicitAny: whatever arguments and options the command has, it keeps them.
export function connected<C extends { addOption(option: Option): any }>(command: C): C {
  for (const option of OPTIONS) command.addOption(option());
  return command;
}

/** What a command does: answers how it ended. Nothing said means well. */
export type Act<A extends unknown[]> = (session: Session, ...args: A) => Promise<ExitCode | undefined>;

/**
 * The action of a command that calls the registry.
 *
 * @param needs the registry's own scopes that a token for it must have, to ask an authorization server for one. Of what an
 *   owner may do on its own scopes and an administrator on all, it is what the owner needs
 */
export function calling<A extends unknown[]>(needs: Needs, act: Act<A>): (...args: A) => Promise<void> {
  return (...args) => callRegistry(args.at(-1) as Command, needs, (session) => act(session, ...args));
}

/** Runs a command with a connection, which is closed when it ends. */
export async function callRegistry(command: { opts(): object }, needs: Needs, act: Act<[]>): Promise<void> {
  const flags = command.opts() as ConnectionFlags & { json?: true; color: boolean };
  const output = createOutput({ json: flags.json === true, color: flags.color });
  const credentials = await readCredentials(flags, needs, process.env);
  const connection = await connect(flags, credentials);
  const interrupted = new AbortController();
  const interrupt = () => {
    interrupted.abort();
    // Ends the calls that are under way.
    void connection.close();
  };
  process.once("SIGINT", interrupt);
  try {
    process.exitCode = (await act({ ...connection, output, signal: interrupted.signal })) ?? EXIT.ok;
  } catch (error) {
    output.progress("");
    if (!interrupted.signal.aborted) throw withAskedScopes(error, credentials);
    process.exitCode = EXIT.interrupted;
  } finally {
    process.off("SIGINT", interrupt);
    await connection.close();
  }
}

/** Reads an option's whole number of at least `least`. */
export function wholeNumber(least = 0): (text: string) => number {
  return (text) => {
    const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && Number.isSafeInteger(number)) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} on.`);
  };
}

/** Examples for the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return ["", lines.length === 1 ? "Example:" : "Examples:", ...lines.map((line) => `  $ scope-registry ${line}`)].join(
    "\n",
  );
}
