/** A token issuer's process with a replica: it judges ten names of one or two APIs a request, as most token requests have them. */
import type { ScopeReplica } from "../../clients/typescript/src/replica/scope-replica.ts";
import { answerQuestions } from "../harness/answer-questions.ts";
import { timePerCall } from "../harness/time-per-call.ts";
import { benchScope, namesOfApis } from "../registry/bench-scopes.ts";
import { openFileReplica, writeReplicaFile } from "../registry/file-replica.ts";

const NAMES = 10;
/** So many that their names are not in the processor's caches, as those of a real issuer are not. */
const REQUESTS = 50_000;

/** What the process is asked: to hold so many scopes, by a file in a folder, or what judging takes, in microseconds. */
export type JudgingQuestion =
  | { readonly hold: { readonly scopes: number; readonly folder: string } }
  | { readonly judge: { readonly milliseconds: number } };

const stack = new AsyncDisposableStack();
let replica: ScopeReplica;
let requests: readonly (readonly string[])[];

answerQuestions<JudgingQuestion>(
  async (question) => {
    if ("hold" in question) return hold(question.hold.scopes, question.hold.folder);
    if ("judge" in question) return { micros: judge(question.judge.milliseconds) };
    return undefined;
  },
  { keepsAlive: true },
);

async function hold(scopes: number, folder: string): Promise<object> {
  const file = `replica-${scopes}`;
  await writeReplicaFile(
    { folder },
    file,
    Array.from({ length: scopes }, (_, at) => benchScope(at)),
  );
  replica = await openFileReplica({ folder, stack }, file, { reportUsage: false });
  requests = namesOfApis(REQUESTS, NAMES, 2, scopes);
  // As after some minutes: every name was judged before, and what starting has left behind is collected.
  for (const names of requests) replica.judge({ scopes: names });
  globalThis.gc?.();
  return {};
}

function judge(milliseconds: number): number {
  return timePerCall(requests, milliseconds, (scopes) => replica.judge({ scopes }).grantedScopes.length, NAMES);
}
