import { MongoClient, type ObjectId } from "mongodb";
import type { Delivery } from "./delivery.ts";

/** Inserts that somebody in the same process hears of by a change stream. */
export interface BareInserts extends AsyncDisposable {
  /** Inserts a document as durably as the registry writes, and waits until the stream has brought it. */
  insert(): Promise<Delivery>;
}

/** Opens a collection of a database, and a change stream on it. */
export async function openBareInserts(uri: string): Promise<BareInserts> {
  const client = await new MongoClient(uri).connect();
  const collection = client.db().collection("inserts", { writeConcern: { w: "majority", journal: true } });
  await collection.insertOne({});
  const stream = collection.watch<{ _id: ObjectId; sent: number }>();
  const waiting = new Map<number, () => void>();
  stream.on("change", (event) => {
    if (event.operationType === "insert") waiting.get(event.fullDocument.sent)?.();
  });
  // From the first event that comes, the stream is known to be open.
  const opened = new Promise<void>((resolve) => waiting.set(0, resolve));
  const knocking = setInterval(() => void collection.insertOne({ sent: 0 }), 50);
  await opened;
  clearInterval(knocking);
  let sent = 0;
  return {
    async insert() {
      sent += 1;
      const delivered = new Promise<number>((resolve) => waiting.set(sent, () => resolve(performance.now())));
      const called = performance.now();
      await collection.insertOne({ sent });
      const acknowledged = performance.now();
      const delivery = { called, acknowledged, delivered: await delivered };
      waiting.delete(sent);
      return delivery;
    },
    async [Symbol.asyncDispose]() {
      await stream.close();
      await client.close();
    },
  };
}
