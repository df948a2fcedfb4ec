import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";

/** A body compressed by gzip, when somebody first takes it so: once, for all who do. */
export function compressOnce(body: Buffer): () => Promise<Buffer> {
  let compressed: Promise<Buffer> | undefined;
  return () => {
    compressed ??= promisify(gzip)(body, { level: constants.Z_BEST_SPEED });
    return compressed;
  };
}
