import { randomUUID } from "node:crypto";
import { MongoClient } from "mongodb";

/** A database for one test. */
export interface TestDatabase {
  readonly uri: string;
  readonly name: string;
  drop(): Promise<void>;
}

/** Names a database of one's own in the MongoDB at a URI. Nothing is made there yet. */
export function ownDatabase(uri: string): TestDatabase {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  return {
    uri: withDatabase(uri, name),
    name,
    async drop() {
      const client = new MongoClient(uri);
      try {
        await client.db(name).dropDatabase();
      } finally {
        await client.close();
      }
    },
  };
}

/** A MongoDB URI with another path. */
export function withDatabase(uri: string, name: string): string {
  const [, start = "", query = ""] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri) ?? [];
  return `${start}/${name}${query}`;
}
