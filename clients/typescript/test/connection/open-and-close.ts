/**
 * Run as a process of its own by close.test.ts: uses a connection in a way, closes it, prints what still keeps the process
 * alive, and must then end by itself.
 *
 * Arguments: the way, the registry's address, a token, the token endpoint.
 */
import { setImmediate } from "node:timers/promises";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import type { Credentials } from "../../src/connection/credentials.ts";

const [way = "", address = "", token = "", tokenEndpoint = ""] = process.argv.slice(2);
const clientCredentials = { tokenEndpoint, clientId: "billing:api", clientSecret: "s3cret %+/of-billing" };
const credentials: Credentials = way.startsWith("token endpoint") ? { clientCredentials } : { token };

const before = process.getActiveResourcesInfo();
const connection = connectScopeRegistry({ address, credentials });
const call = connection.registry.listScopes({}, { timeoutMs: 60_000 }).then(
  () => "answered",
  (error: Error) => error.message,
);
// Until close() ends it: a call that is answered, one under way, one that waits for a token or to be repeated.
if (way.endsWith("answered")) await call;
if (way.endsWith("under way")) await new Promise((resolve) => setTimeout(resolve, 300));
await connection.close();
const outcome = await call;
const startedAt = performance.now();
const later = await connection.registry.listScopes({}).catch((error: Error) => error.message);
const laterMs = performance.now() - startedAt;

// Sockets close in the next turns of the event loop.
for (let turn = 0; turn < 20; turn++) await setImmediate();
const left = process.getActiveResourcesInfo().filter((resource) => !before.includes(resource));
process.stdout.write(JSON.stringify({ outcome, later, laterMs, left }));
