import { checkLimit, type Violation } from "@scope-registry/client/judging";
import type { LogEntry } from "../../store/scope-log.ts";
import { invalidRequest } from "../invalid-request.ts";
import { MAX_REGISTRY_ID_LENGTH } from "../limits.ts";
import { checkEntry } from "./check-entry.ts";
import type { ImportRequest } from "./governance.ts";

/**
 * Checks what can be told of a part of an imported log without the parts before it.
 *
 * @param ownNames the names of this registry's own scopes, which nobody may own
 * @throws {RegistryError} INVALID_REQUEST with every violation
 */
export function checkImport(
  { importId, part, entries, continued, complete }: ImportRequest,
  ownNames: ReadonlySet<string>,
): void {
  const violations: Violation[] = [];
  const add = (field: string, description: string) => violations.push({ field, description });
  checkLimit(violations, "import_id", importId.length, MAX_REGISTRY_ID_LENGTH, "characters");
  if (importId === "" && part !== 0) {
    add("import_id", "Import is missing: give the id that the first part's answer named");
  }
  if (entries.length === 0 && !complete) add("entries", "No entry is given: give at least one");
  if (continued && complete) {
    add("complete", "The last entry goes on: it is complete with a part that ends it");
  }
  const requestIds = new Set<string>();
  let follows = part === 0 ? 1 : entries[0]?.revision;
  for (const [at, entry] of entries.entries()) {
    const path = `entries[${at}]`;
    if (entry.revision !== follows) {
      add(`${path}.revision`, `Revision is ${entry.revision}: ${follows} comes next`);
    }
    if (requestIds.has(entry.requestId)) {
      add(`${path}.request_id`, "Request is another entry's: each is of one of its own");
    }
    requestIds.add(entry.requestId);
    checkEntry(violations, entry, path);
    for (const name of namesTaken(entry).filter((taken) => ownNames.has(taken))) {
      add(path, `${name} is a scope of this registry's own: start it with another name for that, and import then`);
    }
    follows = entry.revision + 1;
  }
  if (violations.length > 0) throw invalidRequest(violations);
}

/** The names that somebody has by an entry. */
function namesTaken({ changes }: LogEntry): readonly string[] {
  return changes.flatMap(({ kind, after }) => {
    if (kind === "reservedName") return after?.name ?? [];
    return kind === "scope" && after !== undefined && after.owner !== "" ? [after.name, ...after.aliases] : [];
  });
}
