import { startMeasuredProcess } from "../harness/measured-process.ts";
import { type ServedLoad, servedLoad } from "../load/load-generator.ts";
import type { LoadResult } from "../load/load-result.ts";

/** A reference that is a MongoDB client and serves nobody: no call has to reach it, and no token is verified, to its advantage. */
export interface MongodbPeer<Q> extends AsyncDisposable {
  /** Lets it do what it is asked, and measures it as a server is. */
  run(question: Q): Promise<ServedLoad>;
}

/** Starts a reference of this folder on a database. */
export async function startMongodbPeer<Q>(file: string, uri: string): Promise<MongodbPeer<Q>> {
  const peer = startMeasuredProcess({ file: `bench/peers/${file}`, args: [uri] });
  await peer.printed(/ready/);
  return {
    run: (question) => servedLoad(peer.usage, () => peer.ask<LoadResult>(question)),
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}
