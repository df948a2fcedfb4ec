/**
 * The reference for registering: what registries usually do, a transaction for each registration by the driver's own
 * `withTransaction`. It writes what the registry writes for one, in the same form and as durably: ten scopes, and the entry of
 * the log under the next number of a counter. It takes the number first, which is the order by which it is fastest: one that
 * loses a race has not done much in vain.
 */
import { randomUUID } from "node:crypto";
import { type ClientSession, MongoClient } from "mongodb";
import { type EntryDocument, encodeEntry } from "../../src/store/mongodb/documents/entry-document.ts";
import { encodeRecord } from "../../src/store/mongodb/documents/record-documents.ts";
import type { ScopeDocument } from "../../src/store/mongodb/documents/scope-document.ts";
import { answerQuestions } from "../harness/answer-questions.ts";
import { runCalls } from "../load/run-calls.ts";
import { ownerName, registeredScopes } from "../registry/registrations.ts";

/** What it is asked: to register, by so many callers at a time, for so long. */
export interface TransactionsQuestion {
  readonly callers?: number;
  readonly milliseconds?: number;
}

const client = await new MongoClient(process.argv[2] ?? "").connect();
const db = client.db();
const scopes = db.collection<ScopeDocument>("scopes");
const changes = db.collection<EntryDocument>("changes");
const counters = db.collection<{ _id: string; value: number }>("counters");
await changes.createIndex({ request_id: 1 }, { unique: true });
await counters.insertOne({ _id: "revision", value: 0 });
let registrations = 0;

answerQuestions<TransactionsQuestion>(
  async ({ callers, milliseconds }) => {
    if (callers === undefined || milliseconds === undefined) return undefined;
    const caller = () => register(registrations++, callers);
    return runCalls(Array<typeof caller>(callers).fill(caller), { milliseconds });
  },
  { keepsAlive: true },
);
process.once("SIGTERM", () => process.exit(0));
process.stdout.write("ready\n");

function register(registration: number, owners: number): Promise<void> {
  return client.withSession((session) =>
    session.withTransaction(() => attempt(session, registration, owners), {
      readConcern: { level: "snapshot" },
      writeConcern: { w: "majority", journal: true },
    }),
  );
}

async function attempt(session: ClientSession, registration: number, owners: number): Promise<void> {
  const owner = ownerName(registration, owners);
  const wanted = registeredScopes(registration, owners);
  const names = wanted.map(({ name }) => name);
  const counter = await counters.findOneAndUpdate(
    { _id: "revision" },
    { $inc: { value: 1 } },
    { session, returnDocument: "after" },
  );
  const revision = counter?.value ?? 0;
  const held = await scopes.find({ _id: { $in: names }, owner: { $ne: owner } }, { session }).toArray();
  if (held.length > 0) throw new Error(`${held[0]?._id} belongs to another resource server`);
  const stored = wanted.map((scope) => ({ ...scope, revision }));
  await scopes.insertMany(
    stored.map((scope) => encodeRecord("scope", scope)),
    { session },
  );
  const entry = encodeEntry({
    revision,
    time: Date.now(),
    actor: owner,
    resourceServer: owner,
    kind: "REGISTRATION",
    requestId: randomUUID(),
    changes: stored.map((scope) => ({ kind: "scope", name: scope.name, before: undefined, after: scope })),
  });
  await changes.insertOne(entry, { session });
}
