import type { DatabaseSync } from "node:sqlite";
import type { LogQuery } from "../log-query.ts";

/** The revisions of entries that pass a query, newest first, at most `limit`. */
export function searchRevisions(database: DatabaseSync, query: LogQuery, limit: number): readonly number[] {
  const { kinds, startTime, endTime, after, before, actor } = query;
  const conditions: (readonly [sql: string, ...values: (string | number)[]])[] = [];
  if (actor !== undefined) conditions.push(["acts.actor = ?", actor]);
  if (kinds !== undefined) conditions.push([`acts.kind IN (${kinds.map(() => "?").join(", ")})`, ...kinds]);
  if (startTime !== undefined) conditions.push(["acts.time >= ?", startTime]);
  if (endTime !== undefined) conditions.push(["acts.time < ?", endTime]);
  if (after !== undefined) conditions.push(["acts.revision > ?", after]);
  if (before !== undefined) conditions.push(["acts.revision < ?", before]);
  const subjects = subjectsOf(query);
  // The first one has the fewest entries as a rule: its rows lead, newest first, and the others are looked up.
  const [lead] = subjects;
  const from = lead === undefined ? "acts" : "subjects AS s0 CROSS JOIN acts ON acts.revision = s0.revision";
  if (lead !== undefined) {
    conditions.push(["s0.kind = ? AND s0.name = ?", ...lead]);
    if (before !== undefined) conditions.push(["s0.revision < ?", before]);
  }
  for (const subject of subjects.slice(1)) {
    const sql = "EXISTS (SELECT 1 FROM subjects AS s WHERE s.kind = ? AND s.name = ? AND s.revision = acts.revision)";
    conditions.push([sql, ...subject]);
  }
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.map(([sql]) => sql).join(" AND ")}`;
  const order = `ORDER BY ${lead === undefined ? "acts" : "s0"}.revision DESC LIMIT ?`;
  const values = conditions.flatMap(([, ...bound]) => bound);
  const found = database.prepare(`SELECT acts.revision FROM ${from} ${where} ${order}`).all(...values, limit);
  return (found as { revision: number }[]).map(({ revision }) => revision);
}

/** What the entries must concern, the rarest first. */
function subjectsOf({ scope, clientId, resourceServer }: LogQuery): (readonly [kind: string, name: string])[] {
  const wanted = [
    ["scope", scope],
    ["client", clientId],
    ["resourceServer", resourceServer],
  ] as const;
  return wanted.flatMap(([kind, name]) => (name === undefined ? [] : [[kind, name] as const]));
}
