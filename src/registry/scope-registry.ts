/**
 * The registry: its state in memory, kept by following the log, and the one way to change it. Rules stand in the pure
 * files beside this one; nothing here knows gRPC, HTTP or MongoDB. May be imported by `src/transport` and `src/app.ts`.
 */

import { randomUUID } from "node:crypto";
import {
  grantedScopeNames,
  type JudgedRegistry,
  type Judgement,
  judgeScopes,
  type Validation,
} from "@scope-registry/client/judging";
import type { RegistryScopeNames } from "../config/registry-scope-names.ts";
import type { ScopeLog } from "../store/scope-log.ts";
import { StoreUnavailableError } from "../store/store-errors.ts";
import type { ScopeUse } from "../store/usage-store.ts";
import { type CallDeadline, withinDeadline } from "./call-deadline.ts";
import { ChangeFeed } from "./change-feed.ts";
import type { ChangeObserver } from "./change-observer.ts";
import { ChangeWriter } from "./change-writer.ts";
import { checkRegistration } from "./check-registration.ts";
import { checkValidation } from "./check-validation.ts";
import type { Actor } from "./governance/authority.ts";
import { createGovernance } from "./governance/create-governance.ts";
import type { Governance } from "./governance/governance.ts";
import { listScopes, type ScopePage, type ScopeQuery } from "./list-scopes.ts";
import { type ListedResource, listedResource, listedScopes } from "./listed-scopes.ts";
import { type FollowerEvents, LogFollower } from "./log-follower.ts";
import { type Freshness, type FreshnessListener, LogPosition } from "./log-position.ts";
import { type Introspector, isForOthersOnly, type NarrowedScopes, narrowScopes } from "./narrow-scopes.ts";
import { OwnScopeTakenError, planOwnScopes } from "./own-scopes.ts";
import { planRegistration } from "./plan-registration.ts";
import type { IndexSizes } from "./record-indexes.ts";
import { estimateDefinitionBytes } from "./record-size.ts";
import type { Registration, RegistrationAnswer } from "./registration.ts";
import { RegistryError } from "./registry-error.ts";
import { ScopeWatch } from "./scope-watch.ts";
import { createUsageRecorder } from "./usage-recorder.ts";
import { VerdictCounts } from "./verdict-counts.ts";
import type { Reader, WatchQuery } from "./watch-query.ts";
import type { WatchedEvents } from "./watched-events.ts";

/** How long a call waits for a revision that this server has not read yet, in milliseconds. */
const REVISION_WAIT_MS = 5_000;

/** What the registry tells the process around it. */
export interface RegistryEvents extends FollowerEvents {
  /** The store went away or came back. Reads go on from memory meanwhile. */
  readonly onFreshness: FreshnessListener;
  /** Who uses which scope cannot be written down at the moment; it is tried again. */
  onUsageProblem(error: unknown): void;
}

/** What {@link openScopeRegistry} needs. */
export interface RegistryOptions {
  readonly log: ScopeLog;
  readonly ownScopes: RegistryScopeNames;
  readonly events: RegistryEvents;
  readonly observer?: ChangeObserver | undefined;
}

/** The registry of scopes. All methods refuse with {@link RegistryError}. */
export interface ScopeRegistry {
  readonly registryId: string;
  /** The newest revision that this server has. */
  readonly revision: number;
  /** How many scopes there are, in any state. */
  readonly size: number;
  readonly freshness: Freshness;
  /** How much of each kind there is. */
  readonly sizes: IndexSizes;
  /** How many follow the registry. */
  readonly watchers: number;
  /** How many calls wait to be committed, or are being. */
  readonly waitingChanges: number;
  /** Which verdicts were given since the registry was opened. */
  readonly verdicts: VerdictCounts;

  /** Registers the caller's scopes, all or none. `requestId` is unique to the call. */
  register(
    actor: Actor,
    registration: Registration,
    requestId: string,
    deadline: CallDeadline,
  ): Promise<RegistrationAnswer>;

  /** Lists scopes from memory. */
  list(query: ScopeQuery): ScopePage;

  /** What is judged by: another object where the registry was loaded anew. */
  readonly judged: JudgedRegistry;

  /** The names of the scopes that public lists show, in order. */
  listedScopes(): readonly string[];

  /** A registered resource as it is shown in public; undefined: nobody has registered it. */
  listedResource(resource: string): ListedResource | undefined;

  /** Notes that a client was granted scopes today. False: not all of it could be kept. */
  noteUse(clientId: string, names: readonly string[]): boolean;

  /** Judges requested scopes from memory, and notes for whom they were granted. */
  validate(validation: Validation): Judgement;

  /** Takes in for which clients scopes were granted elsewhere. Names that are not registered are passed over. */
  reportUsage(uses: readonly ScopeUse[]): void;

  /** Who may register what, which client may ask for what, retirement and audit. */
  readonly governance: Governance;

  /** What an introspector is shown of a token; undefined: the token is not meant for it. */
  narrow(
    scopes: readonly string[],
    audiences: readonly string[],
    introspector: Introspector,
  ): NarrowedScopes | undefined;

  /**
   * Follows the registry until the caller gives up: what WatchScopes sends, one event after the other as the reader takes
   * them.
   */
  watch(query: WatchQuery, reader: Reader, deadline: CallDeadline): WatchedEvents;

  /**
   * Waits until memory has reached a revision. Returns nothing to wait for when it has.
   *
   * @throws {RegistryError} REVISION_UNKNOWN if the log has not reached it; STORE_UNAVAILABLE
   */
  reach(revision: number, deadline: CallDeadline): Promise<void> | undefined;

  /** Ends all that follow the registry: they have no end of their own. */
  endWatches(): void;

  /** Answers the calls that wait, takes no more, and stops following. The log stays open. */
  close(): Promise<void>;
}

/**
 * Opens the registry on a log: loads it, registers the registry's own scopes, and follows it from then on.
 *
 * @throws {StoreUnavailableError} if the log cannot be loaded
 * @throws {RegistryError} STORE_UNAVAILABLE if the registry's own scopes cannot be registered
 * @throws {OwnScopeTakenError} if a resource server has one of the names of the registry's own scopes
 */
export async function openScopeRegistry(options: RegistryOptions): Promise<ScopeRegistry> {
  const { log, ownScopes, events, observer } = options;
  const feed = new ChangeFeed();
  const position = new LogPosition(log, {
    onFreshness: events.onFreshness,
    onApplied(entries) {
      feed.publish(entries);
      observer?.applied(entries);
    },
    onReplaced: () => feed.startOver(),
  });
  await position.load();
  const writer = new ChangeWriter(log, position, (report) => observer?.committed(report));
  const registerOwnScopes = () =>
    writer.submit(
      {
        actor: "",
        resourceServer: () => "",
        kind: "OWN_SCOPES",
        requestId: randomUUID(),
        bytes: 0,
        records: () => Object.keys(ownScopes).length,
        validateOnly: false,
        plan: (view, stamp) => planOwnScopes(view, ownScopes, stamp),
      },
      { expiresAt: undefined, signal: new AbortController().signal },
    );
  await registerOwnScopes();
  const follower = new LogFollower(log, position, events);
  follower.start();
  const usage = createUsageRecorder({ usage: log.usage, onProblem: events.onUsageProblem });
  const governance = createGovernance({
    log,
    position,
    writer,
    usage,
    ownScopes,
    async onImported() {
      await position.load();
      await registerOwnScopes().catch((error: unknown) => {
        if (!(error instanceof OwnScopeTakenError)) throw error;
        throw new RegistryError(
          "NAME_IN_USE",
          `The registry is imported, and cannot go on as it is set: ${error.message}`,
        );
      });
      return position.state.revision;
    },
  });
  const reach = (revision: number, deadline: CallDeadline): Promise<void> | undefined =>
    revision <= position.state.revision
      ? undefined
      : withinDeadline(reachRevision(position, revision), deadline, REVISION_WAIT_MS, notReached);
  const verdicts = new VerdictCounts();
  const watch = new ScopeWatch({ log, position, feed, reach, clientPoliciesScope: ownScopes.validate });

  return {
    get registryId() {
      return log.registryId;
    },
    get revision() {
      return position.state.revision;
    },
    get size() {
      return position.state.scopes.size;
    },
    get freshness() {
      return position.freshness;
    },
    get sizes() {
      return position.state.sizes;
    },
    get watchers() {
      return watch.readers;
    },
    get waitingChanges() {
      return writer.waiting;
    },

    verdicts,

    governance,

    async register(actor, registration, requestId, deadline) {
      const checked = checkRegistration(registration);
      const named = checked.scopes.reduce((sum, { aliases }) => sum + 1 + aliases.length, 0);
      return writer.submit(
        {
          actor: actor.owner,
          resourceServer: () => actor.owner,
          kind: "REGISTRATION",
          requestId,
          bytes: estimateDefinitionBytes(checked.scopes),
          records: (view) => named + (checked.mode === "REPLACE" ? view.scopeCountOf(actor.owner) : 0),
          validateOnly: checked.validateOnly,
          plan: (view, stamp) => planRegistration(view, actor, checked, stamp, ownScopes.registerDefault),
        },
        deadline,
      );
    },

    list: (query) => listScopes(position.state, query),

    get judged() {
      return position.state;
    },

    listedScopes: () => listedScopes(position.state),

    listedResource: (resource) => listedResource(position.state, resource),

    noteUse: (clientId, names) => usage.record(clientId, names),

    validate(validation) {
      const judgement = judgeScopes(position.state, checkValidation(validation));
      usage.record(validation.clientId, grantedScopeNames(judgement));
      verdicts.count(judgement.verdicts);
      return judgement;
    },

    reportUsage: (uses) => usage.note(uses.filter(({ name }) => position.state.scope(name) !== undefined)),

    narrow(scopes, audiences, introspector) {
      if (isForOthersOnly(position.state, audiences, introspector)) return undefined;
      return narrowScopes(position.state, scopes, introspector);
    },

    reach,

    watch: (query, reader, deadline) => watch.follow(query, reader, deadline),

    endWatches: () => watch.end(),

    async close() {
      watch.end();
      await writer.close();
      await follower.stop();
      await usage.close();
    },
  };
}

async function reachRevision(position: LogPosition, revision: number): Promise<void> {
  try {
    await position.catchUp();
    if (position.state.revision < revision) await position.prove();
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    position.markUnreachable(error);
    throw notReached(error);
  }
  const newest = position.state.revision;
  if (newest >= revision) return;
  throw new RegistryError(
    "REVISION_UNKNOWN",
    `Revision ${revision} is above the newest, ${newest}: it is of another registry or another history`,
    { metadata: { revision: String(newest) } },
  );
}

function notReached(cause?: unknown): RegistryError {
  return new RegistryError(
    "STORE_UNAVAILABLE",
    "The store cannot be reached, so that the wanted revision cannot be waited for: try again, or ask without that revision",
    { retryAfterMs: 1_000, cause },
  );
}
