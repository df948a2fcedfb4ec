import { join } from "node:path";
import type { BenchmarkContext } from "../harness/benchmark.ts";
import { type BenchMongodb, startBenchMongodb } from "./bench-mongodb.ts";
import { type RegistryProcess, type RegistryProcessOptions, seedStore, startRegistry } from "./registry-process.ts";

/** A MongoDB on which registries run. */
export interface MongodbRegistries {
  readonly mongodb: BenchMongodb;
  /** The URI of the database that they share. */
  readonly uri: string;
  /** Starts one more. All of them trust the same tokens. */
  start(options?: Pick<RegistryProcessOptions, "args">): Promise<RegistryProcess>;
}

/** Starts a MongoDB with so many scopes in a registry's database; the registries on it are still to be started. */
export async function prepareMongodbRegistries(context: BenchmarkContext, scopes: number): Promise<MongodbRegistries> {
  const mongodb = await startBenchMongodb(context);
  const uri = mongodb.uri("scope_registry");
  const folder = join(context.folder, "registry");
  if (scopes > 0) await seedStore({ folder, mongodbUri: uri }, scopes, context.progress);
  return {
    mongodb,
    uri,
    start: async (options = {}) => context.stack.use(await startRegistry({ ...options, folder, mongodbUri: uri })),
  };
}
