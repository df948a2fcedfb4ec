import type { ImportPart } from "./log-imports.ts";
import { ImportUnknownError } from "./store-errors.ts";

/** How far an import has come. */
export interface ImportProgress {
  /** The number of the newest part; -1: none has come yet. */
  readonly part: number;
  /** The revision of the newest entry; 0: none has come yet. */
  readonly revision: number;
  /** Whether that entry goes on in the next part. */
  readonly continued: boolean;
}

/** Nothing has come yet. */
export const IMPORT_BEGUN: ImportProgress = { part: -1, revision: 0, continued: false };

/**
 * How far an import has come with a part; undefined: the part is there already.
 *
 * @throws {ImportUnknownError} if a part before it is missing, or its entries do not follow those before
 */
export function progressWith(
  { part, revision, continued }: ImportProgress,
  next: ImportPart,
): ImportProgress | undefined {
  if (next.part <= part) return undefined;
  if (next.part !== part + 1) {
    throw new ImportUnknownError(`Part ${part + 1} of the import is missing: send it before part ${next.part}`);
  }
  const first = continued ? revision : revision + 1;
  const wrong = next.entries.find((entry, index) => entry.revision !== first + index);
  if (wrong !== undefined) {
    throw new ImportUnknownError(
      `Part ${next.part} of the import goes on with revision ${wrong.revision} where ${first} is due: begin again with all of the log`,
    );
  }
  const last = next.entries.at(-1);
  if (last === undefined && continued !== next.continued) throw tornEntry(revision);
  return { part: next.part, revision: last?.revision ?? revision, continued: next.continued };
}

/** No import of this id is under way. */
export function unknownImport(): ImportUnknownError {
  return new ImportUnknownError("No such import is under way: begin again");
}

/** An entry is not whole. */
export function tornEntry(revision: number): ImportUnknownError {
  return new ImportUnknownError(`The rest of revision ${revision} is missing in the import: begin again`);
}

/** The rest of an entry has come with another one's head. */
export function anotherEntry(revision: number): ImportUnknownError {
  return new ImportUnknownError(
    `What goes on with revision ${revision} in the import is of another request: begin again with all of one log`,
  );
}

/** Two entries of the import are of one request. */
export function repeatedRequest(part: number, cause: unknown): ImportUnknownError {
  return new ImportUnknownError(
    `Part ${part} of the import has a request id that the log has already: begin again with a log as it was exported`,
    { cause },
  );
}
