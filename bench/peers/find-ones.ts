/**
 * The reference for resource servers that start: one look-up by key for each of them, all at once, by the driver as it is set
 * by default. It is what the simplest implementation asks of its database, and nothing else of it.
 */
import { MongoClient } from "mongodb";
import type { ResourceServerDocument } from "../../src/store/mongodb/documents/resource-server-document.ts";
import { answerQuestions } from "../harness/answer-questions.ts";
import { runCalls } from "../load/run-calls.ts";
import { ownerName } from "../registry/registrations.ts";

/** What it is asked: to look so many resource servers up. */
export interface FindOnesQuestion {
  readonly owners?: number;
}

const client = await new MongoClient(process.argv[2] ?? "").connect();
const resourceServers = client.db().collection<ResourceServerDocument>("resource_servers");

answerQuestions<FindOnesQuestion>(
  async ({ owners }) => {
    if (owners === undefined) return undefined;
    const lookUps = Array.from({ length: owners }, (_, at) => async () => {
      const found = await resourceServers.findOne({ _id: ownerName(at, owners) });
      if (found === null) throw new Error(`${ownerName(at, owners)} is not registered`);
    });
    return runCalls(lookUps, { requests: owners });
  },
  { keepsAlive: true },
);
process.once("SIGTERM", () => process.exit(0));
process.stdout.write("ready\n");
