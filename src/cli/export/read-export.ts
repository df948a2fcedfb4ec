import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { type LogEntry, LogEntrySchema } from "@scope-registry/client";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-code.ts";
import { EXPORT_FORMAT } from "./write-export.ts";

/**
 * Reads the entries of an export, and checks the whole of it while it does: only once the last entry has been read is the file
 * known to be whole.
 *
 * @throws {CommandError} at the first thing that is wrong with it
 */
export async function* readExport(path: string): AsyncGenerator<LogEntry> {
  const fail = (problem: string): never => {
    throw new CommandError(`Export ${path} cannot be imported: ${problem}`, EXIT.badInput);
  };
  const file = await open(path).catch((error: NodeJS.ErrnoException) => fail(`it cannot be read (${error.code})`));
  const digest = createHash("sha256");
  let end: bigint | undefined;
  let last = 0n;
  let entries = 0;
  let number = 0;
  let isSealed = false;
  try {
    for await (const line of readLines(file)) {
      number += 1;
      if (isSealed) fail(`something follows its last line, in line ${number}`);
      const json = parseLine(line) ?? fail(`line ${number} is no JSON: it was changed, or cut off`);
      if (end === undefined) {
        end = readHead(json) ?? fail(`its first line does not say ${EXPORT_FORMAT}: give a file that export has made`);
      } else if ("sha256" in json) {
        isSealed = true;
        if (json["sha256"] !== digest.digest("hex"))
          fail("its SHA-256 is another one than its last line says: it was changed");
        if (json["entries"] !== entries || last !== end) fail(`it does not reach revision ${end}: it was changed`);
        continue;
      } else {
        const entry = readEntry(json) ?? fail(`line ${number} is no entry of a log that this version knows`);
        if (entry.revision !== last + 1n) fail(`revision ${entry.revision} follows ${last} in line ${number}`);
        last = entry.revision;
        entries += 1;
        yield entry;
      }
      digest.update(`${line}\n`);
    }
  } finally {
    await file.close();
  }
  if (!isSealed) fail("its last line is missing: it was cut off");
}

type JsonLine = { readonly [key: string]: JsonValue };

/** The lines of a file, without their ends. */
async function* readLines(file: FileHandle): AsyncGenerator<string> {
  let rest: string[] = [];
  for await (const chunk of file.createReadStream({ encoding: "utf8", autoClose: false })) {
    const [first = "", ...others] = String(chunk).split("\n");
    rest.push(first);
    for (const next of others) {
      yield rest.join("");
      rest = [next];
    }
  }
  const last = rest.join("");
  if (last !== "") yield last;
}

function parseLine(line: string): JsonLine | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as JsonLine) : undefined;
  } catch {
    return undefined;
  }
}

/** The revision that the export ends at. */
function readHead({ format, revision }: JsonLine): bigint | undefined {
  return format === EXPORT_FORMAT && typeof revision === "string" && /^\d{1,16}$/.test(revision)
    ? BigInt(revision)
    : undefined;
}

function readEntry(json: JsonLine): LogEntry | undefined {
  try {
    return fromJson(LogEntrySchema, json);
  } catch {
    return undefined;
  }
}
