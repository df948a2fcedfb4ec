/** Starts the MongoDB replica set that a whole test run shares; each test uses a database of its own in it. */
import { MongoClient } from "mongodb";
import type { TestProject } from "vitest/node";
import { startMongod } from "./mongod.ts";
import { findMongod } from "./mongod-binary.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The URI of the shared replica set. For a database of one's own: `ownDatabase` in `mongod-database.ts`. */
    mongodbUri: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { SCOPE_REGISTRY_TEST_MONGODB_URI: given = "" } = process.env;
  if (given !== "") {
    project.provide("mongodbUri", given);
    await announce(given, "SCOPE_REGISTRY_TEST_MONGODB_URI");
    return async () => {};
  }
  const mongod = await startMongod();
  project.provide("mongodbUri", mongod.uri);
  await announce(mongod.uri, (await findMongod()).source);
  return () => mongod.stop();
}

async function announce(uri: string, source: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    const { version } = await client.db("admin").command({ buildInfo: 1 });
    const { setName } = await client.db("admin").command({ hello: 1 });
    process.stdout.write(`Tests run on MongoDB ${version} (${source}), replica set ${setName ?? "none"}\n`);
  } finally {
    await client.close();
  }
}
