import { MongoClient } from "mongodb";
import type { ProbeDocument, RegistryDocument } from "../../src/store/mongodb/collections.ts";

/** What was asked of MongoDB, without the registry's own proof of its head: see `proveHead`. */
export interface LogTraffic {
  /** Reads by `find`. */
  readonly reads: number;
  /** Documents inserted, updated or deleted, and revisions and entries that the log has more of. */
  readonly writes: number;
}

/** Counts what is asked of the MongoDB that a registry's log is in, where nobody else asks it anything. */
export interface LogMeter extends AsyncDisposable {
  during<T>(run: () => Promise<T>): Promise<{ readonly result: T; readonly traffic: LogTraffic }>;
}

interface Counts {
  readonly proofs: number;
  readonly finds: number;
  readonly written: number;
  readonly revision: number;
  readonly entries: number;
}

/** Opens it on a registry's database. */
export async function openLogMeter(uri: string): Promise<LogMeter> {
  const client = await new MongoClient(uri).connect();
  const db = client.db();
  const registry = db.collection<RegistryDocument | ProbeDocument>("registry");

  /** By an aggregation, which does not count as a `find`. */
  async function readRegistry(): Promise<{ readonly proofs: number; readonly revision: number }> {
    const documents = await registry.aggregate<RegistryDocument | ProbeDocument>([]).toArray();
    const probe = documents.find((document) => document._id === "probe");
    const head = documents.find((document) => document._id === "registry");
    return { proofs: probe?.writes ?? 0, revision: Number(head?.revision) };
  }

  /** All of one moment: between the two looks there was no proof. */
  async function readCounts(): Promise<Counts> {
    for (;;) {
      const { proofs, revision } = await readRegistry();
      const entries = await db.collection("changes").countDocuments();
      const { opcounters } = await db.admin().command({ serverStatus: 1 });
      if ((await readRegistry()).proofs !== proofs) continue;
      const written = Number(opcounters.insert) + Number(opcounters.update) + Number(opcounters.delete);
      return { proofs, revision, entries, finds: Number(opcounters.query), written };
    }
  }

  return {
    async during(run) {
      const before = await readCounts();
      const result = await run();
      const after = await readCounts();
      const more = (count: keyof Counts) => after[count] - before[count];
      const proofs = more("proofs");
      return {
        result,
        traffic: {
          reads: more("finds") - proofs,
          writes: more("written") - proofs + more("revision") + more("entries"),
        },
      };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
