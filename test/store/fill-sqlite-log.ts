/** Commits to a log in SQLite until that fails, and prints how. Run as a process of its own, under a file size limit. */
import { openSqliteLog } from "../../src/store/sqlite/sqlite-log.ts";
import { createScope, sampleEntry, sampleScope } from "./sample-records.ts";

// Sent when a file would become too large; without a listener it ends the process.
process.on("SIGXFSZ", () => {});

const log = await openSqliteLog({ directory: process.argv[2] ?? "" });
let acknowledged = 0;
let failure: unknown;
while (failure === undefined) {
  const revision = acknowledged + 1;
  const scopes = Array.from({ length: 50 }, (_, index) => sampleScope({ name: `s${revision}.${index}`, revision }));
  try {
    await log.commit([sampleEntry(revision, scopes.map(createScope))]);
    acknowledged = revision;
  } catch (error) {
    failure = error;
  }
}
process.stdout.write(JSON.stringify({ acknowledged, failure }));
