import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  readScopeFile,
  type ScopeDefinitionInput,
  type ScopeDefinitionSchema,
  type ScopeFile,
  ScopeFileError,
} from "@scope-registry/client";

/**
 * Reads a scope file; `-` is standard input.
 *
 * @throws {ScopeFileError} with every problem
 */
export async function readScopeInput(path: string): Promise<ScopeFile> {
  if (path !== "-") return readScopeFile(path);
  // The reader takes a path, and /dev/stdin cannot be opened where standard input is a socket.
  const folder = await mkdtemp(join(tmpdir(), "scope-registry-apply-"));
  const copy = join(folder, "scopes.yaml");
  try {
    await writeFile(copy, await buffer(process.stdin), { mode: 0o600 });
    return await readScopeFile(copy);
  } catch (error) {
    throw error instanceof ScopeFileError ? new ScopeFileError("standard input", error.problems) : error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A definition of a scope file as the wire has it: the same names, in other types. What the file leaves out is left out. */
export function toDefinition(input: ScopeDefinitionInput): MessageInitShape<typeof ScopeDefinitionSchema> {
  const { consentTexts = {}, resources = [], sunsetTime, ...others } = input;
  return {
    ...withoutUndefined(others),
    resources: [...resources],
    consentTexts: Object.fromEntries(
      Object.entries(consentTexts).map(([tag, { title, description = "" }]) => [tag, { title, description }]),
    ),
    ...(sunsetTime === undefined ? {} : { sunsetTime: timestampFromDate(new Date(sunsetTime)) }),
  };
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
