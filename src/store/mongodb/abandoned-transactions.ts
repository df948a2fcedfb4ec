import type { MongoClient } from "mongodb";

/** By what MongoDB's own lists tell the registry's connections from others. */
export const APP_NAME = "scope-registry";

/** For how long a transaction must have been idle, in milliseconds: a live process goes on within a few. */
const IDLE_MS = 500;

/**
 * Ends the transactions that a killed registry process left open. MongoDB itself would keep them, and with them all
 * writes, for `transactionLifetimeLimitSeconds`, a minute by default. Harmless to a process that is only slow: the
 * transaction then ends without a trace, and that process tries again. Needs no rights beyond one's own sessions.
 */
export async function killAbandonedTransactions(client: MongoClient): Promise<void> {
  const admin = client.db("admin");
  const idle = await admin
    .aggregate<{ lsid: { id: unknown } }>([
      { $currentOp: { allUsers: false, idleSessions: true } },
      {
        $match: {
          type: "idleSession",
          appName: APP_NAME,
          "transaction.timeInactiveMicros": { $gte: IDLE_MS * 1000 },
        },
      },
      { $project: { lsid: 1 } },
    ])
    .toArray();
  if (idle.length > 0) {
    await admin.command({ killSessions: idle.map(({ lsid }) => ({ id: lsid.id })) });
  }
}
