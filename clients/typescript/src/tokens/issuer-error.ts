/**
 * What is wrong with an issuer: `away`, it does not answer; `passing`, its answer may be a better one later; `lasting`, trying
 * again does not help, as what it publishes and what is set do not fit.
 */
export type IssuerProblem = "away" | "passing" | "lasting";

/** What an issuer publishes cannot be used. The message is for the log. */
export class IssuerError extends Error {
  override readonly name = "IssuerError";
  readonly problem: IssuerProblem;

  constructor(message: string, { problem, cause }: { problem: IssuerProblem; cause?: unknown }) {
    super(message, { cause });
    this.problem = problem;
  }
}

/** Whether a status of HTTP is a client's error that another attempt will meet too. */
export function isLastingStatus(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status);
}
