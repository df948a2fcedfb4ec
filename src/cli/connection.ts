/** How a command reaches the registry: from its flags and the environment to a connection of the client's. */
import { readFile } from "node:fs/promises";
import {
  type Credentials,
  connectScopeRegistry,
  type ScopeRegistryConnection,
  type TlsOptions,
} from "@scope-registry/client";
import { CommandError } from "./command-error.ts";
import type { CallerFlags } from "./credentials.ts";
import { EXIT } from "./exit-code.ts";

/** The flags of a command that calls the registry, beside its own. */
export interface ConnectionFlags extends CallerFlags {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  /** No TLS, with whatever host. */
  readonly plaintext?: true;
}

/**
 * Makes the connection that a command's flags describe.
 *
 * @throws {CommandError} if a file cannot be read
 * @throws {ConnectionOptionsError} if what is given cannot be used
 */
export async function connect(flags: ConnectionFlags, credentials: Credentials): Promise<ScopeRegistryConnection> {
  const tls = await readTls(flags);
  return connectScopeRegistry({
    address: flags.address,
    ...(tls === undefined ? {} : { tls }),
    credentials,
  });
}

async function readTls({
  ca,
  cert,
  key,
  serverName,
  plaintext,
}: ConnectionFlags): Promise<false | TlsOptions | undefined> {
  const isTold = [ca, cert, key, serverName].some((flag) => flag !== undefined);
  if (plaintext && isTold) {
    throw new CommandError(
      "--plaintext goes with none of --ca, --cert, --key and --server-name: leave one of them out",
      EXIT.badInput,
    );
  }
  if (plaintext) return false;
  if (!isTold) return undefined;
  return {
    ca: await readPem("--ca", ca),
    cert: await readPem("--cert", cert),
    key: await readPem("--key", key),
    serverName,
  };
}

async function readPem(flag: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${flag} ${path} cannot be read (${error.code}): give a PEM file`, EXIT.badInput);
  });
}
