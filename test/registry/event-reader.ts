import type { WatchEvent } from "../../src/registry/watch-event.ts";
import type { WatchQuery } from "../../src/registry/watch-query.ts";
import type { OpenedRegistry } from "./opened-registry.ts";
import { newDeadline } from "./sample-registrations.ts";

/** Everything from the beginning, but what only some readers may be sent. */
const ALL: WatchQuery = {
  sinceRevision: 0,
  registryId: "",
  owner: "",
  resource: "",
  includeClientPolicies: false,
};

/** What a reader is sent, one event at a time. */
export class EventReader {
  readonly deadline = newDeadline();
  readonly #events: AsyncIterator<WatchEvent>;

  constructor(
    registry: OpenedRegistry,
    query: Partial<WatchQuery> = {},
    name = "reader",
    mayReadClientPolicies = true,
  ) {
    const reader = { name, mayReadClientPolicies };
    this.#events = registry.watch({ ...ALL, ...query }, reader, this.deadline)[Symbol.asyncIterator]();
  }

  /** The next event. Rejects where the watch ends. */
  async next(): Promise<WatchEvent> {
    const { value, done } = await this.#events.next();
    if (done) throw new Error("The watch has ended");
    return value;
  }

  /** The events up to the first that will do. */
  async until(isLast: (event: WatchEvent) => boolean): Promise<WatchEvent[]> {
    const events: WatchEvent[] = [];
    do events.push(await this.next());
    while (!isLast(events.at(-1) as WatchEvent));
    return events;
  }

  /** The next change, or the next part of one. */
  async nextChange(): Promise<WatchEvent & { type: "change" }> {
    const last = (await this.until(({ type }) => type === "change")).at(-1);
    return last as WatchEvent & { type: "change" };
  }

  /** Reads the snapshot, and returns the names in it. */
  async snapshot(): Promise<string[]> {
    const parts = await this.until((event) => event.type === "snapshot" && event.complete);
    return parts.flatMap((part) => (part.type === "snapshot" ? part.scopes.map(({ name }) => name) : []));
  }
}
