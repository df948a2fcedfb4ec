/** A MongoDB that a benchmark has for itself: a replica set of one member, on this machine. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Document } from "mongodb";
import { startMongod } from "../../test/support/mongod.ts";
import { withDatabase } from "../../test/support/mongod-database.ts";
import { type ProcessUsage, readUsage } from "../../test/support/process-usage.ts";
import { killAtExit } from "../harness/at-exit.ts";
import type { BenchmarkContext } from "../harness/benchmark.ts";

/** A MongoDB that runs until the benchmark is over. */
export interface BenchMongodb {
  /** The URI of a database of this name. */
  uri(database: string): string;
  usage(): Promise<ProcessUsage>;
  /** Runs an administrative command. */
  command(command: Document): Promise<Document>;
  /** What a run gave, and the CPU time that MongoDB used meanwhile, in microseconds a request. */
  beside<T extends { readonly requests: number }>(run: () => Promise<T>): Promise<T & MongodbShare>;
}

/** What MongoDB had to do for a server under load. */
export interface MongodbShare {
  /** CPU time in microseconds a request. */
  readonly mongodbMicros: number;
}

/** Starts a MongoDB. */
export async function startBenchMongodb({ folder, stack }: BenchmarkContext): Promise<BenchMongodb> {
  const dbPath = join(folder, "mongodb");
  await mkdir(dbPath);
  const mongod = stack.adopt(await startMongod({ dbPath }), (started) => started.stop());
  stack.defer(killAtExit(() => void mongod.kill("SIGKILL")));
  const usage = () => readUsage(mongod.pid);
  return {
    uri: (database) => withDatabase(mongod.uri, database),
    usage,
    command: (command) => mongod.command(command),
    async beside(run) {
      const before = await usage();
      const result = await run();
      const after = await usage();
      return { ...result, mongodbMicros: (after.cpuMicros - before.cpuMicros) / result.requests };
    },
  };
}
