import { unwatchFile, watchFile } from "node:fs";
import type { Logger } from "pino";
import { parseIntrospectionClients, readClientsFile } from "../../config/introspection-clients.ts";
import type { RegistryScopeNames } from "../../config/registry-scope-names.ts";
import { SettingsError } from "../../config/settings-error.ts";
import { type ClientVerifier, createClientVerifier } from "./client-verifier.ts";

/** How often it is looked whether the file has changed, in milliseconds. */
const LOOK_EVERY_MS = 2_000;

/** The introspection clients of a file, as it is now. */
export interface WatchedClients {
  readonly verifier: ClientVerifier;
  /** Looks no more. */
  close(): void;
}

/** What {@link watchClients} needs. */
export interface WatchedClientsOptions {
  readonly file: string;
  readonly scopeNames: RegistryScopeNames;
  readonly logger: Logger;
}

/**
 * Reads a file of introspection clients, and again whenever it has changed: a client that was taken out, or a secret, is refused from
 * then on. One that cannot be used changes nothing, and is told of in the log.
 *
 * @throws {SettingsError} if it cannot be used at first
 */
export function watchClients({ file, scopeNames, logger }: WatchedClientsOptions): WatchedClients {
  let text = readClientsFile(file);
  let verifier = createClientVerifier(parseIntrospectionClients(file, text), scopeNames);

  function look(): void {
    try {
      const changed = readClientsFile(file);
      if (changed === text) return;
      const clients = parseIntrospectionClients(file, changed);
      verifier = createClientVerifier(clients, scopeNames);
      text = changed;
      logger.info({ file, clients: clients.length }, "Introspection clients have changed");
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      logger.error(
        { problems: error.problems },
        "Introspection clients have changed and cannot be used, the ones before stay",
      );
    }
  }

  // It asks for the file's times: a folder that is replaced as a whole, as Kubernetes does, is seen as well.
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, look);
  return {
    get verifier() {
      return verifier;
    },
    close: () => unwatchFile(file, look),
  };
}
