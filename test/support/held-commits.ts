import { MongoClient } from "mongodb";

/** While it is held, every commit to a registry's database waits. */
export interface HeldCommits extends AsyncDisposable {
  release(): Promise<void>;
}

/** Holds the document that every commit writes first, in a transaction that is never committed. */
export async function holdCommits(uri: string): Promise<HeldCommits> {
  const client = new MongoClient(uri);
  const session = client.startSession();
  session.startTransaction();
  await client
    .db()
    .collection("registry")
    .updateOne({ revision: { $gte: 0 } }, { $set: { held: true } }, { session });
  const release = async () => {
    if (session.inTransaction()) await session.abortTransaction();
    await client.close();
  };
  return { release, [Symbol.asyncDispose]: release };
}
