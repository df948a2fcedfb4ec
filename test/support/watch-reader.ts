import type { Client } from "@connectrpc/connect";
import type { ScopeRegistry, WatchScopesResponse } from "@scope-registry/client";

/** A reader of what WatchScopes sends. */
export class WatchReader {
  readonly #leaving = new AbortController();
  readonly #messages: AsyncIterator<WatchScopesResponse>;

  constructor(registry: Client<typeof ScopeRegistry>, request: Parameters<typeof registry.watchScopes>[0] = {}) {
    this.#messages = registry.watchScopes(request, { signal: this.#leaving.signal })[Symbol.asyncIterator]();
  }

  /** The next message. Rejects where the stream ends. */
  async next(): Promise<WatchScopesResponse> {
    const { value, done } = await this.#messages.next();
    if (done) throw new Error("The stream has ended");
    return value;
  }

  /** The messages up to the first one that will do. */
  async until(isLast: (event: WatchScopesResponse["event"]) => boolean): Promise<WatchScopesResponse[]> {
    const messages: WatchScopesResponse[] = [];
    do messages.push(await this.next());
    while (!isLast(messages.at(-1)?.event ?? { case: undefined }));
    return messages;
  }

  /** The parts of the snapshot. */
  snapshot(): Promise<WatchScopesResponse[]> {
    return this.until((event) => event.case === "snapshot" && event.value.complete);
  }

  /** The next change, after whatever comes before it. */
  async change() {
    const { event } = (await this.until(({ case: kind }) => kind === "change")).at(-1) as WatchScopesResponse;
    return event.case === "change" ? event.value : undefined;
  }

  /** Gives the call up. */
  leave(): void {
    this.#leaving.abort();
  }
}
