import type { ClientRecord } from "@scope-registry/client/judging";
import type { LogEntry, RecordChange } from "../../store/scope-log.ts";
import { ownerOfName } from "../name-holders.ts";
import type { RegistryView } from "../registry-view.ts";

/**
 * What an owner is shown of an entry: the changes of scopes and names that it owned before or after, of its own settings, and
 * of the grants of scopes that it owns now. Undefined: there is nothing of the kind in it.
 */
export function narrowEntry(entry: LogEntry, owner: string, view: RegistryView): LogEntry | undefined {
  const changes = entry.changes.flatMap((change) => narrowChange(change, owner, view));
  return changes.length > 0 ? { ...entry, changes } : undefined;
}

function narrowChange(change: RecordChange, owner: string, view: RegistryView): readonly RecordChange[] {
  switch (change.kind) {
    case "scope":
    case "reservedName":
      return change.before?.owner === owner || change.after?.owner === owner ? [change] : [];
    case "resourceServer":
      return change.name === owner ? [change] : [];
    case "client": {
      const before = ownGrants(change.before, owner, view);
      const after = ownGrants(change.after, owner, view);
      return sameGrants(before, after) ? [] : [{ ...change, before, after }];
    }
    case "registryPolicy":
      return [];
  }
}

/** What an owner is shown of a client: the grants of scopes that it owns, without the client's policy. */
export function narrowClient(client: ClientRecord, owner: string, view: RegistryView): ClientRecord {
  const grantedScopes = client.grantedScopes.filter((name) => ownerOfName(view, name) === owner);
  return { ...client, allowedScopes: [], defaultScopes: [], grantedScopes };
}

/** The same; undefined if there is no such grant, as if there were no record. */
function ownGrants(client: ClientRecord | undefined, owner: string, view: RegistryView): ClientRecord | undefined {
  const narrowed = client && narrowClient(client, owner, view);
  return narrowed?.grantedScopes.length === 0 ? undefined : narrowed;
}

function sameGrants(a: ClientRecord | undefined, b: ClientRecord | undefined): boolean {
  const left = a?.grantedScopes ?? [];
  const right = b?.grantedScopes ?? [];
  return left.length === right.length && left.every((name, at) => name === right[at]);
}
