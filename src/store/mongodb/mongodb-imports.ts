import { Long, type MongoClient } from "mongodb";
import { tornEntry, unknownImport } from "../import-progress.ts";
import type { LogImports } from "../log-imports.ts";
import { ImportUnderWayError, RevisionTakenError } from "../store-errors.ts";
import { appendPart } from "./append-part.ts";
import { type Collections, REGISTRY_ID } from "./collections.ts";
import { completeImport, isImporting, markImport } from "./import-marker.ts";
import { anotherRegistry } from "./read-head.ts";
import { runTransaction } from "./run-transaction.ts";
import { withinStoreTimeout } from "./store-deadline.ts";

/** Bringing another registry's log into a database: see `LogImports`. */
export function createMongodbImports(client: MongoClient, collections: Collections): LogImports {
  const { registry } = collections;
  const readRegistry = () =>
    withinStoreTimeout("reading how far an import is", () => registry.findOne({ _id: REGISTRY_ID }));
  return {
    async begin(registryId, revision) {
      const over = { registry_id: registryId, revision: Long.fromNumber(revision) };
      const id = await markImport(client, collections, over);
      if (id !== undefined) return id;
      const found = await readRegistry();
      if (isImporting(found)) {
        throw new ImportUnderWayError(
          "Another import is under way: wait until it is complete or, if it was given up, for a minute",
        );
      }
      if (found?.registry_id !== registryId) throw anotherRegistry();
      throw new RevisionTakenError(`The log's head is not revision ${revision}: read on from there and look again`);
    },
    async append(importId, part) {
      return await runTransaction(client, "importing", (transaction) =>
        appendPart(collections, importId, part, transaction),
      );
    },
    async complete(importId) {
      if (await completeImport(collections, importId)) return importId;
      const found = await readRegistry();
      if (found?.registry_id === importId) return importId;
      throw found?.importing?.id === importId ? tornEntry(Number(found.importing.revision)) : unknownImport();
    },
  };
}
