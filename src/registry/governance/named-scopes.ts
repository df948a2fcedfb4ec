import type { ScopeRecord } from "@scope-registry/client/judging";
import { namesInMessage, namesInMetadata } from "../listed-names.ts";
import { holderOfName } from "../name-holders.ts";
import { RegistryError } from "../registry-error.ts";
import type { RegistryView } from "../registry-view.ts";

/**
 * The scopes that are registered under these names.
 *
 * @throws {RegistryError} NOT_FOUND with every name under which none is
 */
export function namedScopes(view: RegistryView, names: readonly string[]): readonly ScopeRecord[] {
  const missing = names.filter((name) => view.scope(name) === undefined);
  if (missing.length > 0) throw noSuchScope(view, missing);
  return names.map((name) => view.scope(name) as ScopeRecord);
}

/** No scope is registered under these names. Says it where one is the alias of a scope. */
export function noSuchScope(view: RegistryView, names: readonly string[]): RegistryError {
  const renamed = names.map((name) => holderOfName(view, name)?.scope?.name).find((name) => name !== undefined);
  const advice = renamed === undefined ? "look at what ListScopes answers" : `one is an alias, its scope is ${renamed}`;
  return new RegistryError("NOT_FOUND", `No scope is registered under ${namesInMessage(names)}: ${advice}`, {
    metadata: namesInMetadata("names", names),
  });
}

/**
 * Refuses to act on what has changed since it was read.
 *
 * @param what what has changed, for the message
 * @throws {RegistryError} REVISION_MISMATCH
 */
export function refuseChangedSince(what: string, revision: number, expected: number | undefined): void {
  if (expected === undefined || revision <= expected) return;
  throw new RegistryError(
    "REVISION_MISMATCH",
    `${what} has changed at revision ${revision}, after the expected revision ${expected}: read it and try again`,
    { metadata: { revision: String(revision) } },
  );
}

/** Scopes are in a state in which an act makes no sense, or which is not the caller's to leave. */
export function wrongState(names: readonly string[], why: string): RegistryError {
  return new RegistryError("WRONG_STATE", `${namesInMessage(names)} ${why}`, {
    metadata: namesInMetadata("scopes", names),
  });
}
