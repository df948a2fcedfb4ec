import { describeViolations, type Violation } from "@scope-registry/client/judging";
import { RegistryError } from "./registry-error.ts";

/** The refusal of a request that breaks rules, listing all of them. */
export function invalidRequest(violations: readonly Violation[]): RegistryError {
  return new RegistryError("INVALID_REQUEST", describeViolations(violations), { violations });
}
