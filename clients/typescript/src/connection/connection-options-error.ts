/** The options of a connection cannot be used. The message holds every problem, one a line, without secrets. */
export class ConnectionOptionsError extends Error {
  override readonly name = "ConnectionOptionsError";
  /** Each problem, as a sentence that says what to do. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}
