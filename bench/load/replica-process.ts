/** A token issuer's process that connects and follows the registry until it can judge, as often as it is asked to. */
import { connectScopeRegistry } from "../../clients/typescript/src/connection/connect-scope-registry.ts";
import { createScopeReplica } from "../../clients/typescript/src/replica/create-scope-replica.ts";
import { answerQuestions } from "../harness/answer-questions.ts";

/** What the process is asked: to start a replica. It answers what that took, and stops it. */
export interface ReplicaQuestion {
  readonly start?: { readonly address: string; readonly token: string };
}

answerQuestions<ReplicaQuestion>(
  async ({ start }) => {
    if (start === undefined) return undefined;
    globalThis.gc?.();
    const begun = performance.now();
    const before = process.cpuUsage();
    const connection = connectScopeRegistry({ address: start.address, credentials: { token: start.token } });
    const replica = createScopeReplica({ connection, reportUsage: false });
    await replica.ready;
    const { user, system } = process.cpuUsage(before);
    const answer = { cpuMicros: user + system, seconds: (performance.now() - begun) / 1_000, size: replica.size };
    await replica.close();
    await connection.close();
    return answer;
  },
  { keepsAlive: true },
);
process.once("SIGTERM", () => process.exit(0));
