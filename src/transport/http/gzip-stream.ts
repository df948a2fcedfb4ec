import { once } from "node:events";
import { constants, createGzip } from "node:zlib";

/**
 * How gzip works on streams: at its fastest, on a window of 8 KiB. A stream may last for days, and the usual window would hold
 * 262 KB for each reader in place of 49, for no fewer bytes.
 */
const OPTIONS = { level: constants.Z_BEST_SPEED, windowBits: 13, memLevel: 5 };

/**
 * Compresses a body as it comes: each piece is sent on before the next one is taken, so that nothing is held back and a reader that
 * takes nothing is noticed as it would be without.
 *
 * @param signal aborts when nobody reads any more: what is abandoned where it stands is let go of
 */
export async function* gzipStream(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const gzip = createGzip(OPTIONS);
  const letGo = () => gzip.destroy();
  signal.addEventListener("abort", letGo, { once: true });
  const pieces: Buffer[] = [];
  gzip.on("data", (piece: Buffer) => pieces.push(piece));
  try {
    for await (const bytes of body) {
      gzip.write(bytes);
      await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, () => resolve()));
      yield Buffer.concat(pieces.splice(0));
    }
    gzip.end();
    await once(gzip, "end");
    yield Buffer.concat(pieces.splice(0));
  } finally {
    signal.removeEventListener("abort", letGo);
    letGo();
  }
}
