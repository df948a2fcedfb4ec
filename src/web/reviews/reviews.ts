/** What waits for a review, as it is read, and what was decided on it. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Scope } from "@scope-registry/client/messages";
import type { Calls } from "../registry/calls.ts";
import { refusalReason } from "../registry/refusal-reason.ts";
import { type SinceRead, sinceRead } from "./proposed-change.ts";
import { type PendingScopes, readPending } from "./read-pending.ts";

/** What has come of a decision. */
export type Decision =
  | { readonly kind: "approved" | "refused"; readonly names: readonly string[]; readonly revision: bigint }
  /** Nothing was done, as something has changed since it was read. By name what, of those that were decided on. */
  | { readonly kind: "outdated"; readonly since: ReadonlyMap<string, SinceRead> };

/** What is known. */
export interface ReviewsState {
  /** What is read and shown. Undefined: nothing yet. */
  readonly pending: PendingScopes | undefined;
  /** Whether what waits is another than what is shown. */
  readonly isOutdated: boolean;
  readonly error: unknown;
}

/** Reads and decides. */
export interface Reviews {
  readonly state: ReadonlySignal<ReviewsState>;
  /** Reads what waits now, and shows it. */
  read(): Promise<void>;
  /** Reads further scopes as well. */
  readMore(): Promise<void>;
  /** Looks whether what waits is still what is shown, and shows nothing. */
  look(): Promise<void>;
  /** Puts scopes into force as they were read. @throws {ConnectError} */
  approve(names: readonly string[]): Promise<Decision>;
  /** Disables scopes of which nothing is in force, and drops what others propose, as they were read. @throws {ConnectError} */
  refuse(names: readonly string[]): Promise<Decision>;
}

/** How many scopes are read at a time. */
const STEP = 100;

/** The most that are shown: as many as can be decided on in one call. Those behind them come when these are decided. */
export const MAX_SHOWN = 1_000;

/** Makes it. */
export function createReviews({ registry, admin }: Calls): Reviews {
  const state = signal<ReviewsState>({ pending: undefined, isOutdated: false, error: undefined });
  let count = STEP;

  async function read(): Promise<void> {
    try {
      state.value = { pending: await readPending(registry, count), isOutdated: false, error: undefined };
    } catch (error) {
      state.value = { ...state.peek(), error };
    }
  }

  /** What has become of scopes since they were read; what is shown is read anew where anything has. */
  async function outdated(names: readonly string[]): Promise<Decision | undefined> {
    const { scopes: now } = await registry.listScopes({ names: [...names], pageSize: names.length });
    const shown = state.peek().pending?.scopes ?? [];
    const since = new Map(
      names.flatMap((name): [string, SinceRead][] => {
        const before = shown.find((scope) => scope.name === name);
        return before === undefined
          ? []
          : [
              [
                name,
                sinceRead(
                  before,
                  now.find((scope) => scope.name === name),
                ),
              ],
            ];
      }),
    );
    if ([...since.values()].every(({ kind }) => kind === "unchanged")) return undefined;
    await read();
    return { kind: "outdated", since };
  }

  /** Decides on scopes as they were read, or tells what has changed since. */
  async function decide(
    kind: "approved" | "refused",
    names: readonly string[],
    call: (request: { names: string[]; expectedRevision: bigint }) => Promise<{ readonly revision: bigint }>,
  ): Promise<Decision> {
    const expectedRevision = state.peek().pending?.revision ?? 0n;
    try {
      const { revision } = await call({ names: [...names], expectedRevision });
      await read();
      return { kind, names, revision };
    } catch (error) {
      if (refusalReason(error) !== "REVISION_MISMATCH") throw error;
      const decision = await outdated(names);
      if (decision === undefined) throw error;
      return decision;
    }
  }

  return {
    state,
    read,
    readMore() {
      count = Math.min(count + STEP, MAX_SHOWN);
      return read();
    },
    async look() {
      const { pending } = state.peek();
      if (pending === undefined) return;
      const now = await readPending(registry, count);
      if (versions(now.scopes) !== versions(pending.scopes) || now.total !== pending.total) {
        state.value = { ...state.peek(), isOutdated: true };
      } else {
        // Nothing that is shown has changed up to here.
        state.value = { ...state.peek(), pending: { ...pending, revision: now.revision } };
      }
    },
    approve: (names) => decide("approved", names, (request) => admin.approveScopes(request)),
    refuse: (names) => decide("refused", names, (request) => admin.refuseScopes(request)),
  };
}

function versions(scopes: readonly Scope[]): string {
  return scopes.map(({ name, revision }) => `${name} ${revision}`).join("\n");
}
