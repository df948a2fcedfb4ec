import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError, refusalOf, type WatchScopesResponse_Change } from "@scope-registry/client";
import type { Session } from "./registry-command.ts";

/** How long it is waited before a feed that broke is opened again, in milliseconds. */
const PAUSE_MS = 1_000;

/** Which changes are wanted: fields of the wire's WatchScopesRequest. */
export interface WatchFilters {
  readonly owner: string;
  readonly resource: string;
  readonly includeClientPolicies: boolean;
}

/** Where a reader of the feed stands. */
interface Position {
  /** The last revision that it has whole; 0: it begins with a snapshot. */
  revision: bigint;
  registryId: string;
}

/**
 * Follows the registry's changes after a revision; 0: after now. A feed that breaks once it has begun is resumed where it
 * was, which standard error tells. It ends at Ctrl-C, by throwing.
 *
 * @throws {ConnectError} if the feed cannot begin
 */
export async function* followChanges(
  session: Pick<Session, "registry" | "output" | "signal">,
  filters: WatchFilters,
  since: bigint,
): AsyncGenerator<WatchScopesResponse_Change> {
  const position: Position = { revision: since, registryId: "" };
  for (;;) {
    try {
      yield* readFeed(session, filters, position);
    } catch (error) {
      const broken = ConnectError.from(error);
      const hasBegun = position.registryId !== "";
      if (session.signal.aborted || !hasBegun || !mayResume(broken)) throw error;
      if (broken.code === Code.OutOfRange) position.revision = 0n;
      session.output.note(`${broken.rawMessage}: ${position.revision === 0n ? "begin anew" : "go on"} in a second`);
    }
    await sleep(PAUSE_MS, undefined, { signal: session.signal });
  }
}

/** Whether a feed that broke like this can be opened again: a token that has expired is got anew. */
function mayResume(error: ConnectError): boolean {
  const isExpired = refusalOf(error)?.reason === "TOKEN_INVALID";
  return isExpired || [Code.Unavailable, Code.OutOfRange, Code.ResourceExhausted].includes(error.code);
}

async function* readFeed(
  { registry, output, signal }: Pick<Session, "registry" | "output" | "signal">,
  filters: WatchFilters,
  position: Position,
): AsyncGenerator<WatchScopesResponse_Change> {
  const since = position.revision === 0n ? {} : { sinceRevision: position.revision, registryId: position.registryId };
  let scopes = 0;
  for await (const { event, registryId } of registry.watchScopes({ ...filters, ...since }, { signal })) {
    if (registryId !== "") position.registryId = registryId;
    if (event.case === "change") {
      yield event.value;
      if (!event.value.continued) position.revision = event.value.revision;
    } else if (event.case === "snapshot") {
      scopes += event.value.scopes.length;
      if (!event.value.complete) continue;
      position.revision = event.value.revision;
      output.note(`Following registry ${registryId} from revision ${event.value.revision}, with ${scopes} scopes`);
    } else if (event.case === "bookmark") {
      position.revision = event.value.revision;
    }
  }
}
