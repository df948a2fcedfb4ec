/** Opens a registry in a folder, registers with a long deadline, closes it, and has nothing left to do. */
import { openScopeRegistry } from "../../src/registry/scope-registry.ts";
import { openSqliteLog } from "../../src/store/sqlite/sqlite-log.ts";
import { define, owner, registrationOf } from "./sample-registrations.ts";

const log = await openSqliteLog({ directory: process.argv[2] ?? "" });
const registry = await openScopeRegistry({
  log,
  ownScopes: {
    register: "register",
    registerDefault: "register_default",
    read: "read",
    validate: "validate",
    introspect: "introspect",
    introspectAll: "introspect_all",
    admin: "admin",
  },
  events: { onBreak: () => {}, onWedge: () => {}, onFreshness: () => {}, onUsageProblem: () => {} },
});
const deadline = { expiresAt: Date.now() + 3_600_000, signal: new AbortController().signal };
await registry.register(owner("a-api"), registrationOf([define("a")]), "request", deadline);
await registry.reach(2, deadline);
await registry.close();
await log.close();
process.stdout.write("closed\n");
