import { createHash } from "node:crypto";
import { toJsonString } from "@bufbuild/protobuf";
import { type ExportRegistryResponse, type LogEntry, LogEntrySchema } from "@scope-registry/client";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-code.ts";
import { joinParts } from "./join-parts.ts";

/** What the first line of an export says it is. */
export const EXPORT_FORMAT = "scope-registry-export/1";

/**
 * The lines of an export, each with its end: a head with the registry's identity and revision, an entry of the log on each
 * line in protobuf JSON, and at last how many entries there are and the SHA-256 of all the bytes before.
 *
 * @param onEntry hears of each entry, and of the revision that the export ends at
 * @throws {CommandError} if the log ends before that revision
 */
export async function* exportLines(
  parts: AsyncIterable<ExportRegistryResponse>,
  onEntry: (entry: LogEntry, end: bigint) => void,
): AsyncGenerator<string> {
  const digest = createHash("sha256");
  const sealed = (text: string) => {
    digest.update(`${text}\n`);
    return `${text}\n`;
  };
  const iterator = parts[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) throw new CommandError("The registry has exported nothing: try again", EXIT.fault);
  const { registryId, revision: end } = first.value;
  yield sealed(JSON.stringify({ format: EXPORT_FORMAT, registryId, revision: String(end) }));

  let entries = 0;
  let last = 0n;
  for await (const entry of joinParts(resumed(first.value, iterator))) {
    yield sealed(toJsonString(LogEntrySchema, entry));
    entries += 1;
    last = entry.revision;
    onEntry(entry, end);
  }
  if (last !== end) {
    throw new CommandError(`The export has ended at revision ${last} in place of ${end}: try again`, EXIT.fault);
  }
  yield `${JSON.stringify({ entries, sha256: digest.digest("hex") })}\n`;
}

/** What an iterator gives, once its first value has been looked at. */
async function* resumed<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
