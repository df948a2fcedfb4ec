import { RegistryError, type Violation } from "./registry-error.ts";

/** The refusal of a request that breaks rules, listing all of them. */
export function invalidRequest(violations: readonly Violation[]): RegistryError {
  const first = violations[0];
  const more = violations.length > 1 ? `, and ${violations.length - 1} more: see the details` : "";
  return new RegistryError("INVALID_REQUEST", `${first?.field}: ${first?.description}${more}`, { violations });
}

/** Notes that something has more of something than it may. */
export function checkLimit(violations: Violation[], field: string, length: number, most: number, unit: string): void {
  if (length > most) violations.push({ field, description: `${length} ${unit} are too many: give at most ${most}` });
}
