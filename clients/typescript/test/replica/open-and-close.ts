/** Follows a registry, or tries to, closes everything, and prints what is left. */
import { setTimeout as delay } from "node:timers/promises";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import { createScopeReplica } from "../../src/replica/create-scope-replica.ts";

const [address = "", snapshotFile = ""] = process.argv.slice(2);
const connection = connectScopeRegistry({ address, credentials: { token: process.env["TOKEN"] ?? "" } });
const replica = createScopeReplica({ connection, snapshotFile, onProblem: () => undefined });
const waited = new AbortController();
const late = delay(1_000, undefined, { signal: waited.signal }).catch(() => undefined);
await Promise.race([replica.ready, late]);
waited.abort();
await replica.close();
await connection.close();
// What is closed is gone a few turns later.
await delay(50);
const left = process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY/.test(name));
process.stdout.write(`closed, ${left.length === 0 ? "nothing is left" : left.join(", ")}\n`);
