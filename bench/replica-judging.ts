/**
 * What judging costs in a token issuer's own process: a replica of 100,000 scopes judges ten names, beside ten look-ups in a
 * `Map` of the same names, in turns within one run. `npm run bench:replica`
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectScopeRegistry } from "../clients/typescript/src/connection/connect-scope-registry.ts";
import { createScopeReplica } from "../clients/typescript/src/replica/create-scope-replica.ts";
import { writeSnapshotFile } from "../clients/typescript/src/replica/snapshot-file.ts";
import { plainScope } from "../clients/typescript/test/judging/few-scopes.ts";

const SCOPES = 100_000;
const NAMES = 10;
const CALLS = 200_000;
const ROUNDS = 7;

const folder = await mkdtemp(join(tmpdir(), "scope-registry-bench-"));
const snapshotFile = join(folder, "snapshot");
const scopes = Array.from({ length: SCOPES }, (_, at) =>
  plainScope({ name: `api-${at % 500}:resource-${at}:read`, resources: ["https://api.example.com/"] }),
);
await writeSnapshotFile(snapshotFile, {
  registryId: "bench",
  revision: 1,
  asOf: Date.now(),
  owner: "",
  resource: "",
  scopes,
});
// Nobody answers there: the replica starts from the file.
const connection = connectScopeRegistry({ address: "127.0.0.1:9", credentials: { token: "none" } });
const replica = createScopeReplica({ connection, snapshotFile, onProblem: () => undefined });
await replica.ready;

const map = new Map(scopes.map((record) => [record.name, record]));
// So many that the names are not in the processor's caches, as those of a real issuer are not.
const requests = Array.from({ length: 50_000 }, () =>
  Array.from({ length: NAMES }, () => scopes[Math.floor(Math.random() * SCOPES)]?.name ?? ""),
);
let kept = 0;
const lookUps = () => time((names) => names.reduce((sum, name) => sum + (map.get(name)?.revision ?? 0), 0));
const judgements = () => time((names) => replica.judge({ scopes: names }).grantedScopes.length);
lookUps();
judgements();
const rows = Array.from({ length: ROUNDS }, () => ({ lookUps: lookUps(), judgement: judgements() }));
const median = (key: "lookUps" | "judgement") => rows.map((row) => row[key]).sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
const [bare, judged] = [median("lookUps"), median("judgement")];
process.stdout.write(
  `${SCOPES} scopes, ${NAMES} names: look-ups ${bare.toFixed(2)} µs, judged ${judged.toFixed(2)} µs, ` +
    `ratio ${(judged / bare).toFixed(2)} (median of ${ROUNDS} rounds of ${CALLS}, ${kept > 0 ? "all granted" : "none"})\n`,
);
await replica.close();
await connection.close();
await rm(folder, { recursive: true });

/** Microseconds a call. */
function time(call: (names: readonly string[]) => number): number {
  const start = performance.now();
  for (let at = 0; at < CALLS; at++) kept += call(requests[at % requests.length] ?? []);
  return ((performance.now() - start) * 1_000) / CALLS;
}
