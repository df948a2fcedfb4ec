import { describeViolations, type Violation } from "../judging/violation.ts";

/** A request to judge breaks rules: where the ValidateScopes RPC answers INVALID_ARGUMENT. */
export class InvalidRequestError extends Error {
  override readonly name = "InvalidRequestError";
  /** Every broken rule. */
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(describeViolations(violations));
    this.violations = violations;
  }
}
