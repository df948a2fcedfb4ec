/** The reference for a start: a process that reads all scopes with the driver, and does nothing with them. */
import { MongoClient } from "mongodb";

const [, , uri = "", expected = ""] = process.argv;
const client = new MongoClient(uri);
const documents = await client.db().collection("scopes").find({}, { batchSize: 1_000 }).toArray();
if (documents.length < Number(expected)) throw new Error(`There are ${documents.length} documents`);
process.stdout.write(`read ${documents.length}\n`);
await client.close();
