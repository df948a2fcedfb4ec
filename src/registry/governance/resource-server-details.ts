import { formatContentHash } from "../content-hash.ts";
import { RegistryError } from "../registry-error.ts";
import type { RegistryState } from "../registry-state.ts";
import type { ResourceServerDetails } from "./governance.ts";

/**
 * A resource server and its scopes.
 *
 * @throws {RegistryError} NOT_FOUND if the registry does not know it
 */
export function resourceServerDetails(state: RegistryState, name: string): ResourceServerDetails {
  const record = state.resourceServer(name);
  if (record === undefined) {
    throw new RegistryError("NOT_FOUND", `The registry knows no resource server ${name}: look at ListResourceServers`, {
      metadata: { names: name },
    });
  }
  const revision = Math.max(record.revision, state.lastChangeOf(name));
  return {
    record,
    updateTime: state.scopesOf(name).reduce((latest, scope) => Math.max(latest, scope.updateTime), record.updateTime),
    revision,
    scopeCount: state.scopeCountOf(name),
    contentHash: formatContentHash(state.contentDigestOf(name)),
  };
}

/** The names of all resource servers, in order. */
export function resourceServerNames(state: RegistryState): readonly string[] {
  return [...state.resourceServers()].map(({ name }) => name).sort();
}
