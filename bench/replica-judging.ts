/**
 * What judging costs in a token issuer's own process: a replica judges ten names out of 100,000, beside ten look-ups in a `Map`
 * of the same names; the same names for a client with a policy, and with usage counted; and ten instances of 100,000 templates.
 * The rows take turns within one run. `npm run bench:replica`
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectScopeRegistry } from "../clients/typescript/src/connection/connect-scope-registry.ts";
import type { ScopeRecord } from "../clients/typescript/src/judging/index.ts";
import { createScopeReplica } from "../clients/typescript/src/replica/create-scope-replica.ts";
import type { ScopeReplica } from "../clients/typescript/src/replica/scope-replica.ts";
import { writeSnapshotFile } from "../clients/typescript/src/replica/snapshot-file.ts";
import { plainClient, plainScope } from "../clients/typescript/test/judging/few-scopes.ts";

const SCOPES = 100_000;
const NAMES = 10;
const CALLS = 200_000;
const ROUNDS = 7;

const folder = await mkdtemp(join(tmpdir(), "scope-registry-bench-"));
// Nobody answers there: the replicas start from files.
const connection = connectScopeRegistry({ address: "127.0.0.1:9", credentials: { token: "none" } });

const exact = await replicaOf("names", (at) => `api-${at % 500}:resource-${at}:read`);
const counted = createScopeReplica({ connection, snapshotFile: join(folder, "names"), onProblem: () => undefined });
await counted.ready;
const families = await replicaOf("templates", (at) => `api-${at % 500}:resource-${at}:{id}:read`);
const map = new Map(Array.from(exact.scopes(), (record) => [record.name, record]));
const names = [...map.keys()];
const templates = Array.from(families.scopes(), ({ name }) => name);
const nameRequests = requestsOf(() => names[random(SCOPES)] ?? "");
const instanceRequests = requestsOf(() => templates[random(SCOPES)]?.replace("{id}", `${random(SCOPES)}`) ?? "");
// As a token request brings them: in one text, so that no name has been looked up before.
const nameTexts = nameRequests.map((each) => each.join(" "));
const instanceTexts = instanceRequests.map((each) => each.join(" "));

let kept = 0;
const rows: Readonly<Record<string, () => number>> = {
  "look-ups of ten names": () =>
    time(nameRequests, (each) => each.reduce((sum, one) => sum + (map.get(one)?.revision ?? 0), 0)),
  "ten names of 100,000": () => time(nameRequests, (scopes) => exact.judge({ scopes }).grantedScopes.length),
  "ten names of 100,000 with policies": () =>
    time(nameRequests, (scopes) => exact.judge({ scopes, clientId: "shop" }).grantedScopes.length),
  "ten names of 100,000 with usage counted": () =>
    time(nameRequests, (scopes) => counted.judge({ scopes, clientId: "shop" }).grantedScopes.length),
  "ten instances of 100,000 templates": () =>
    time(instanceRequests, (scopes) => families.judge({ scopes }).grantedScopes.length),
  "ten names of 100,000, in a scope parameter": () =>
    time(nameTexts, (scope) => exact.judge({ scope }).grantedScopes.length),
  "ten instances of 100,000 templates, in a scope parameter": () =>
    time(instanceTexts, (scope) => families.judge({ scope }).grantedScopes.length),
};
for (const row of Object.values(rows)) row();
const times = Array.from({ length: ROUNDS }, () => Object.values(rows).map((row) => row()));
const medians = Object.keys(rows).map(
  (_, at) => times.map((round) => round[at] ?? 0).sort((a, b) => a - b)[ROUNDS >> 1] ?? 0,
);
const [bare = 0, judged = 0, , , instances = 0, parsed = 0, parsedInstances = 0] = medians;
const lines = Object.keys(rows).map((name, at) => `${name}: ${medians[at]?.toFixed(2)} µs`);
process.stdout.write(
  `${lines.join("\n")}\njudging to look-ups ${(judged / bare).toFixed(2)}, instances to names ${(instances / judged).toFixed(2)}, ` +
    `in a scope parameter ${(parsedInstances / parsed).toFixed(2)} ` +
    `(medians of ${ROUNDS} rounds of ${CALLS}, ${kept > 0 ? "all granted" : "none"})\n`,
);
await Promise.all([exact.close(), counted.close(), families.close()]);
await connection.close();
await rm(folder, { recursive: true });

/** A replica of so many scopes, and of a client that may ask for all of them. */
async function replicaOf(file: string, nameOf: (at: number) => string): Promise<ScopeReplica> {
  const snapshotFile = join(folder, file);
  const scopes = Array.from(
    { length: SCOPES },
    (_, at): ScopeRecord => plainScope({ name: nameOf(at), resources: ["https://api.example.com/"] }),
  );
  const clients = [plainClient({ allowedScopes: ["api:{any}", ...scopes.map(({ name }) => name)] })];
  const header = { registryId: "bench", revision: 1, asOf: Date.now(), owner: "", resource: "" };
  await writeSnapshotFile(snapshotFile, { ...header, scopes, clients });
  const replica = createScopeReplica({ connection, snapshotFile, reportUsage: false, onProblem: () => undefined });
  await replica.ready;
  return replica;
}

/** So many that the names are not in the processor's caches, as those of a real issuer are not. */
function requestsOf(name: () => string): readonly (readonly string[])[] {
  return Array.from({ length: 50_000 }, () => Array.from({ length: NAMES }, name));
}

function random(below: number): number {
  return Math.floor(Math.random() * below);
}

/** Microseconds a call. */
function time<T>(requests: readonly T[], call: (request: T) => number): number {
  const start = performance.now();
  for (let at = 0; at < CALLS; at++) kept += call(requests[at % requests.length] as T);
  return ((performance.now() - start) * 1_000) / CALLS;
}
