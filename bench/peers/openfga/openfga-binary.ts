import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BenchmarkContext } from "../../harness/benchmark.ts";
import { PeerMissingError } from "../peer-missing-error.ts";
import { runCommand } from "../run-command.ts";

const MODULE = "github.com/openfga/openfga/cmd/openfga";
const VERSION = "v1.22.1";
const FOLDER = join(import.meta.dirname, `../../../.cache/openfga-${VERSION}`);
const BINARY = join(FOLDER, "openfga");

/**
 * The path of an OpenFGA: the one in `.cache/`, else one that Go builds there.
 *
 * @throws {PeerMissingError} if there is none, and none can be built
 */
export async function findOpenfga({ scale, progress }: BenchmarkContext): Promise<string> {
  // On every machine alike, whether it is there or not.
  if (scale.isSmoke) throw new PeerMissingError("OpenFGA is built by Go, which a smoke test has no time for");
  if (await isThere(BINARY)) return BINARY;
  progress(`building OpenFGA ${VERSION}, once, which takes some minutes`);
  await mkdir(FOLDER, { recursive: true });
  await runCommand("go", ["install", `${MODULE}@${VERSION}`], { env: { ...process.env, GOBIN: FOLDER } }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") throw new PeerMissingError("OpenFGA needs Go to be built, which is not on the path");
      throw new PeerMissingError(`OpenFGA could not be built by Go: ${error.message.trim().split("\n").at(-1)}`);
    },
  );
  return BINARY;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
