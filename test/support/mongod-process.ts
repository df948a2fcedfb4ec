/**
 * A MongoDB replica set for tests that are no TypeScript: prints its URI, without a database, and runs until its standard input
 * ends. It is found as for all tests.
 */
import { once } from "node:events";
import { startMongod } from "./mongod.ts";

const { SCOPE_REGISTRY_TEST_MONGODB_URI: given = "" } = process.env;
const mongod = given === "" ? await startMongod() : undefined;
process.stdout.write(`${mongod?.uri ?? given}\n`);
await once(process.stdin.resume(), "end");
await mongod?.stop();
