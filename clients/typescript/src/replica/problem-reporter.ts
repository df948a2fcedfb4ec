import { tell } from "../tell.ts";
import type { ReplicaOptions, ReplicaProblem } from "./replica-options.ts";

const WARNING = "ScopeReplicaWarning";

/** What can have a problem of its own. */
export type ReplicaPart = "feed" | "file" | "listener" | "usage";

/** Tells of problems. */
export interface ProblemReporter {
  report(part: ReplicaPart, problem: ReplicaProblem): void;
  /** The part is well again. */
  over(part: ReplicaPart): void;
}

/** Reports every problem to whoever wants to hear; else the first one of each part until that is well again, as a warning. */
export function createProblemReporter(onProblem: ReplicaOptions["onProblem"]): ProblemReporter {
  const warned = new Set<ReplicaPart>();
  return {
    report(part, problem) {
      if (onProblem === undefined && !warned.has(part)) process.emitWarning(problem.message, WARNING);
      warned.add(part);
      tell(onProblem, problem, (error) =>
        process.emitWarning(`The replica's onProblem failed: ${describeCause(error)}`, WARNING),
      );
    },
    over: (part) => void warned.delete(part),
  };
}

/** What was thrown, in words. */
export function describeCause(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
