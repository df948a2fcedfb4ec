import type { ScopeLog } from "../../store/scope-log.ts";
import { ImportUnderWayError, ImportUnknownError, RevisionTakenError } from "../../store/store-errors.ts";
import { RegistryError } from "../registry-error.ts";
import type { RegistryState } from "../registry-state.ts";
import { type Actor, refuseUnlessAdmin } from "./authority.ts";
import { checkImport } from "./check-import.ts";
import type { ImportAnswer, ImportRequest } from "./governance.ts";
import { storeRefusal } from "./store-refusal.ts";

/** After how long to try again while another import is under way, in milliseconds. */
const RETRY_AFTER_MS = 10_000;

/**
 * Brings a part of an exported log into an empty registry, and makes what has come the registry with the last one. A part that
 * is repeated changes nothing.
 *
 * @param state what is in memory of the log
 * @param ownNames the names of this registry's own scopes
 * @param afterComplete loads the imported registry, and answers the revision that it is at then
 * @throws {RegistryError} SCOPE_NOT_OWNED, INVALID_REQUEST, REGISTRY_NOT_EMPTY, IMPORT_UNDER_WAY, IMPORT_UNKNOWN,
 *   STORE_UNAVAILABLE
 */
export async function importLog(
  log: ScopeLog,
  state: RegistryState,
  actor: Actor,
  request: ImportRequest,
  ownNames: ReadonlySet<string>,
  afterComplete: () => Promise<number>,
): Promise<ImportAnswer> {
  refuseUnlessAdmin(actor);
  checkImport(request, ownNames);
  try {
    const importId = request.importId === "" ? await begin(log, state) : request.importId;
    const revision = await log.imports.append(importId, request);
    if (!request.complete) return { importId, revision, registryId: "" };
    const registryId = await log.imports.complete(importId);
    return { importId, revision: await afterComplete(), registryId };
  } catch (error) {
    throw importRefusal(error);
  }
}

function begin(log: ScopeLog, state: RegistryState): Promise<string> {
  if (!hasOnlyOwnScopes(state)) throw notEmpty();
  return log.imports.begin(log.registryId, state.revision);
}

/** Whether the registry's own scopes, which every registry has from the start, are all that there is. */
function hasOnlyOwnScopes(state: RegistryState): boolean {
  const hasNone = (records: Iterable<unknown>) => records[Symbol.iterator]().next().done === true;
  return (
    state.namesOf().length === state.scopeCountOf("") &&
    state.policy === undefined &&
    [state.resourceServers(), state.clientRecords(), state.reservedNames()].every(hasNone)
  );
}

function importRefusal(error: unknown): unknown {
  if (error instanceof RevisionTakenError) return notEmpty(error);
  if (error instanceof ImportUnderWayError) {
    return new RegistryError(
      "IMPORT_UNDER_WAY",
      "Another import is under way: wait for it or, if it was given up, for a minute",
      { retryAfterMs: RETRY_AFTER_MS, cause: error },
    );
  }
  if (error instanceof ImportUnknownError) return new RegistryError("IMPORT_UNKNOWN", error.message, { cause: error });
  return storeRefusal(error, "nothing can be imported");
}

function notEmpty(cause?: unknown): RegistryError {
  return new RegistryError(
    "REGISTRY_NOT_EMPTY",
    "Something has been registered, or is right now, that an import would take the place of: import into a new registry",
    { cause },
  );
}
