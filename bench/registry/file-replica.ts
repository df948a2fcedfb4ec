/** Replicas without a registry: they start from the file that a replica keeps its last state in. */
import { join } from "node:path";
import type { ClientRecord, ScopeRecord } from "@scope-registry/client/judging";
import { connectScopeRegistry } from "../../clients/typescript/src/connection/connect-scope-registry.ts";
import { createScopeReplica } from "../../clients/typescript/src/replica/create-scope-replica.ts";
import type { ScopeReplica } from "../../clients/typescript/src/replica/scope-replica.ts";
import { writeSnapshotFile } from "../../clients/typescript/src/replica/snapshot-file.ts";
import type { BenchmarkContext } from "../harness/benchmark.ts";

/** Writes such a file into the benchmark's folder. */
export async function writeReplicaFile(
  { folder }: Pick<BenchmarkContext, "folder">,
  file: string,
  scopes: readonly ScopeRecord[],
  clients: readonly ClientRecord[] = [],
): Promise<void> {
  const header = { registryId: "bench", revision: 1, asOf: Date.now(), owner: "", resource: "" };
  await writeSnapshotFile(join(folder, file), { ...header, scopes, clients });
}

/** Starts a replica from such a file, and waits until it judges. It ends with the stack. */
export async function openFileReplica(
  { folder, stack }: Pick<BenchmarkContext, "folder" | "stack">,
  file: string,
  { reportUsage }: { readonly reportUsage: boolean },
): Promise<ScopeReplica> {
  // Nobody answers there.
  const connection = stack.use(connectScopeRegistry({ address: "127.0.0.1:9", credentials: { token: "none" } }));
  const snapshotFile = join(folder, file);
  const replica = stack.use(
    createScopeReplica({
      connection,
      snapshotFile,
      snapshotFileAfterMs: 0,
      reportUsage,
      onProblem: () => undefined,
    }),
  );
  await replica.ready;
  return replica;
}
