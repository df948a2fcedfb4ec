import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for the files of a test, removed at its end. */
export interface TestFolder extends AsyncDisposable {
  /** Writes a file and answers its path. */
  write(name: string, text: string): Promise<string>;
  path(name: string): string;
}

/** Makes a folder of its own. */
export async function makeTestFolder(): Promise<TestFolder> {
  const folder = await mkdtemp(join(tmpdir(), "scope-registry-cli-"));
  const path = (name: string) => join(folder, name);
  return {
    path,
    async write(name, text) {
      await writeFile(path(name), text);
      return path(name);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
