import { Long, MongoError } from "mongodb";
import { anotherEntry, progressWith, repeatedRequest, unknownImport } from "../import-progress.ts";
import type { ImportPart } from "../log-imports.ts";
import { resourceServersOf } from "../log-query.ts";
import type { LogEntry } from "../scope-log.ts";
import { type Collections, REGISTRY_ID } from "./collections.ts";
import { DUPLICATE_KEY } from "./commit-entries.ts";
import { encodeChange, encodeEntry } from "./documents/entry-document.ts";
import type { Transaction } from "./run-transaction.ts";
import { writeRecords } from "./write-records.ts";

/** Adds a part of an import: see `LogImports.append`. */
export async function appendPart(
  collections: Collections,
  importId: string,
  part: ImportPart,
  transaction: Transaction,
): Promise<number> {
  const { registry } = collections;
  const { session, step } = transaction;
  const found = await step(registry.findOne({ _id: REGISTRY_ID }, { session }));
  if (found?.registry_id === importId) return Number(found.revision);
  const importing = found?.importing;
  if (importing?.id !== importId) throw unknownImport();
  const before = { part: importing.part, revision: Number(importing.revision), continued: importing.continued };
  const progress = progressWith(before, part);
  if (progress === undefined) return before.revision;
  await step(
    registry.updateOne(
      { _id: REGISTRY_ID },
      [
        {
          $set: {
            "importing.part": progress.part,
            "importing.revision": Long.fromNumber(progress.revision),
            "importing.continued": progress.continued,
            "importing.touched_at": "$$NOW",
          },
        },
      ],
      { session },
    ),
  );
  const [first] = part.entries;
  const goesOn = before.continued && first !== undefined;
  if (goesOn) await goOnWith(collections, first, transaction);
  const whole = part.entries.slice(goesOn ? 1 : 0);
  if (whole.length > 0) await insert(collections, importId, part.part, whole, transaction);
  // The log that is imported says what was before, and nobody has checked that.
  await writeRecords(collections, part.entries, transaction, { beforeIsStored: false });
  return progress.revision;
}

async function goOnWith({ changes }: Collections, entry: LogEntry, { session, step }: Transaction): Promise<void> {
  const { matchedCount } = await step(
    changes.updateOne(
      { _id: Long.fromNumber(entry.revision), request_id: entry.requestId },
      {
        $push: { changes: { $each: entry.changes.map(encodeChange) } },
        $addToSet: { resource_servers: { $each: [...resourceServersOf(entry)] } },
      },
      { session },
    ),
  );
  if (matchedCount === 0) throw anotherEntry(entry.revision);
}

async function insert(
  { changes }: Collections,
  importId: string,
  part: number,
  entries: readonly LogEntry[],
  { session, step }: Transaction,
): Promise<void> {
  // Whoever still follows the registry that was there before tells by the import's id that these are another one's.
  const documents = entries.map((entry) => ({ ...encodeEntry(entry), import_id: importId }));
  try {
    await step(changes.insertMany(documents, { session }));
  } catch (error) {
    throw error instanceof MongoError && error.code === DUPLICATE_KEY ? repeatedRequest(part, error) : error;
  }
}
