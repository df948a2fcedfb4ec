import { checkLimit, isScopeName, MAX_NAMES, type Violation } from "@scope-registry/client/judging";
import { invalidRequest } from "../invalid-request.ts";

/**
 * The names of an act, each once, in the order given.
 *
 * @param field the request's field, for the violations
 * @throws {RegistryError} INVALID_REQUEST if there are none or too many, or one is no scope name
 */
export function checkNames(field: string, names: readonly string[], violations: Violation[] = []): readonly string[] {
  if (names.length === 0) violations.push({ field, description: "No scope is named: name at least one" });
  checkLimit(violations, field, names.length, MAX_NAMES, "names");
  if (names.length <= MAX_NAMES) {
    names.forEach((name, at) => {
      if (!isScopeName(name)) {
        violations.push({ field: `${field}[${at}]`, description: "This is no scope name (RFC 6749 section 3.3)" });
      }
    });
  }
  if (violations.length > 0) throw invalidRequest(violations);
  return [...new Set(names)];
}
