/** A scope file cannot be used. The message holds every problem, one a line, with its place in the file. */
export class ScopeFileError extends Error {
  override readonly name = "ScopeFileError";
  readonly path: string;
  /** Each problem, as a sentence that says what to do. */
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[]) {
    super([`Scope file ${path} cannot be used`, ...problems].join("\n"));
    this.path = path;
    this.problems = problems;
  }
}
