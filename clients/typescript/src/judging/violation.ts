/** One broken rule of a request: a `google.rpc.BadRequest.FieldViolation`. */
export interface Violation {
  /** The path of the field, `scopes[3].name` for example. */
  readonly field: string;
  /** What is wrong and what to do. */
  readonly description: string;
}

/** Notes that something has more of something than it may. */
export function checkLimit(violations: Violation[], field: string, length: number, most: number, unit: string): void {
  if (length > most) violations.push({ field, description: `${length} ${unit} are too many: give at most ${most}` });
}

/** The first of several violations in a sentence, and how many more there are. */
export function describeViolations(violations: readonly Violation[]): string {
  const first = violations[0];
  const more = violations.length > 1 ? `, and ${violations.length - 1} more: see the details` : "";
  return `${first?.field}: ${first?.description}${more}`;
}
