import type { Findings } from "../harness/benchmark.ts";

/** What is compared with is not to be had on this machine. Its message is a sentence that says why, for people. */
export class PeerMissingError extends Error {
  override readonly name = "PeerMissingError";
}

/** What a comparison finds, or why it was left out where the other side is missing. */
export async function unlessMissing(compare: () => Promise<Findings>): Promise<Findings> {
  try {
    return await compare();
  } catch (error) {
    if (!(error instanceof PeerMissingError)) throw error;
    return { figures: [], leftOut: [error.message] };
  }
}
