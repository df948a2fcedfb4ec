import { USAGE_KEPT_DAYS, type UsageStore } from "../usage-store.ts";
import type { SqliteFile } from "./sqlite-file.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Who uses which scope, in a file: see `UsageStore`. */
export interface SqliteUsage extends UsageStore {
  clear(): void;
}

/** Gives access to the table `usage`. Facts that are too old go when the first ones of a day are noted. */
export function createSqliteUsage(file: SqliteFile): SqliteUsage {
  const { database } = file;
  const put = database.prepare(
    "INSERT INTO usage (scope, client, day) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET day = excluded.day WHERE excluded.day > day",
  );
  const newest = database.prepare("SELECT client, day FROM usage WHERE scope = ? ORDER BY day DESC, client LIMIT ?");
  const deleteOld = database.prepare("DELETE FROM usage WHERE day < ?");
  const deleteScope = database.prepare("DELETE FROM usage WHERE scope = ?");
  let today = -1;
  const forgetOld = () => {
    const now = Math.floor(Date.now() / DAY_MS);
    if (now !== today) deleteOld.run(now - USAGE_KEPT_DAYS);
    today = now;
  };
  return {
    async note(uses) {
      file.transact("noting who uses which scope", () => {
        for (const { name, clientId, day } of uses) put.run(name, clientId, day);
        forgetOld();
      });
    },
    async forget(names) {
      file.transact("forgetting who used scopes", () => {
        for (const name of names) deleteScope.run(name);
      });
    },
    async read(names, since, limit) {
      return file.run("reading who uses which scope", () =>
        names.map((name) => {
          // The one more is of no named client.
          const uses = newest.all(name, limit + 1) as { client: string; day: number }[];
          const clientIds = uses.filter(({ client, day }) => client !== "" && day >= since).map(({ client }) => client);
          return { name, lastDay: uses[0]?.day, clientIds: clientIds.slice(0, limit) };
        }),
      );
    },
    clear: () => database.exec("DELETE FROM usage"),
  };
}
