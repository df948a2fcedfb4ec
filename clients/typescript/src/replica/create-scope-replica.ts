/**
 * The replica: the registry's scopes in the token issuer's own process. It is built on the connection and on the judging;
 * `../oidc-provider` is built on it.
 */
import { grantedScopeNames } from "../judging/granted-scope-names.ts";
import { tell } from "../tell.ts";
import { followRegistry } from "./follow-registry.ts";
import { Freshness } from "./freshness.ts";
import { allowsRequest, judgeRequest } from "./judge-request.ts";
import { createProblemReporter, describeCause } from "./problem-reporter.ts";
import type { ReplicaOptions } from "./replica-options.ts";
import { ReplicaState } from "./replica-state.ts";
import type { ReplicaChange, ScopeReplica } from "./scope-replica.ts";
import { readSnapshotFile, removeAbandonedFiles, SnapshotFileError } from "./snapshot-file.ts";
import { keepSnapshotFile } from "./snapshot-keeper.ts";
import { createUsageReporter } from "./usage-reporter.ts";

const SNAPSHOT_FILE_AFTER_MS = 3_000;
const CLOSED = "The replica was closed before it was ready";

/** Makes a replica, which begins to follow the registry at once: wait for `ready` before it judges. */
export function createScopeReplica(options: ReplicaOptions): ScopeReplica {
  const { owner = "", resource = "", snapshotFile } = options;
  const state = new ReplicaState(owner !== "" || resource !== "");
  const freshness = new Freshness();
  const listeners = new Set<(change: ReplicaChange) => void>();
  const problems = createProblemReporter(options.onProblem);
  const closing = new AbortController();
  const ready = Promise.withResolvers<void>();
  // Who does not wait for it hears of the problem.
  ready.promise.catch(() => undefined);
  let isReady = false;
  let connected = false;

  const keeper =
    snapshotFile === undefined
      ? undefined
      : keepSnapshotFile(snapshotFile, takeSnapshot, {
          onWritten: () => problems.over("file"),
          onFailure: (cause, retryInMs) =>
            problems.report("file", {
              message: `The snapshot file ${snapshotFile} cannot be written: ${describeCause(cause)}`,
              cause,
              retryInMs,
            }),
        });

  const usage =
    options.reportUsage === false
      ? undefined
      : createUsageReporter(options.connection, options.usageIntervalMs, {
          onReported: () => problems.over("usage"),
          onFailure: (cause, retryInMs) =>
            problems.report("usage", {
              message: `Usage cannot be reported: ${describeCause(cause)}`,
              cause,
              retryInMs,
            }),
        });

  function takeSnapshot() {
    const { registryId, revision, scopes, clients } = state;
    if (revision === 0) return undefined;
    const { age } = freshness;
    const asOf = Number.isFinite(age) ? { asOf: Date.now() - age } : {};
    return {
      registryId,
      revision,
      ...asOf,
      owner,
      resource,
      scopes: [...scopes.values()],
      clients: [...clients.values()],
    };
  }

  function becomeReady(): void {
    isReady = true;
    ready.resolve();
  }

  function tellOfChange(names: readonly string[] | undefined): void {
    for (const listener of [...listeners]) tell(listener, { revision: state.revision, names }, listenerFailed);
  }

  function listenerFailed(cause: unknown): void {
    const message = `A listener to changes failed: ${describeCause(cause)}`;
    problems.report("listener", { message, cause, retryInMs: 0 });
  }

  async function restore(path: string): Promise<void> {
    try {
      await removeAbandonedFiles(path);
      const saved = await readSnapshotFile(path);
      if (saved === undefined) return;
      if (saved.owner !== owner || saved.resource !== resource) {
        throw new SnapshotFileError(`The snapshot file ${path} holds another part of the registry: it is replaced`);
      }
      state.restore(saved.registryId, saved.revision, saved);
      if (saved.asOf !== undefined) freshness.restore(saved.asOf);
      tellOfChange(undefined);
    } catch (cause) {
      problems.report("file", { message: describeCause(cause), cause, retryInMs: 0 });
    }
  }

  async function run(): Promise<void> {
    let fallBack: NodeJS.Timeout | undefined;
    if (snapshotFile !== undefined) {
      await restore(snapshotFile);
      if (state.revision > 0) fallBack = setTimeout(becomeReady, options.snapshotFileAfterMs ?? SNAPSHOT_FILE_AFTER_MS);
    }
    await followRegistry(
      state,
      options,
      {
        onBegin() {
          connected = false;
          freshness.beginFeed();
        },
        onEffect(effect) {
          if (effect.type === "changed") {
            tellOfChange(effect.names);
            keeper?.changed();
          }
          if (effect.type !== "current") return;
          freshness.mark(effect.time);
          keeper?.current();
          problems.over("feed");
          becomeReady();
          if (connected) return;
          connected = true;
          tell(options.onFollowing, { revision: state.revision }, listenerFailed);
        },
        onBreak(cause, refused, retryInMs) {
          connected = false;
          problems.report("feed", {
            message: `The registry cannot be followed: ${cause.rawMessage}`,
            cause,
            retryInMs,
          });
          if (state.revision > 0) becomeReady();
          else if (refused) ready.reject(cause);
        },
      },
      closing.signal,
    );
    clearTimeout(fallBack);
    connected = false;
  }
  const running = run();

  function requireReady(): void {
    if (isReady) return;
    throw new Error(closing.signal.aborted ? CLOSED : "The replica has no scopes to judge by yet: wait for ready");
  }

  async function close(): Promise<void> {
    closing.abort();
    ready.reject(new Error(CLOSED));
    await running;
    await Promise.all([keeper?.close(), usage?.close()]);
  }

  return {
    ready: ready.promise,
    get isReady() {
      return isReady;
    },
    get revision() {
      return state.revision;
    },
    get registryId() {
      return state.registryId;
    },
    get lag() {
      return freshness.age;
    },
    get connected() {
      return connected;
    },
    get size() {
      return state.scopes.size;
    },
    get: (name) => state.scopes.get(name),
    resolve: (name) => state.scopes.resolve(name),
    scopes: () => state.scopes.values(),
    judge(request) {
      requireReady();
      const judgement = judgeRequest(state, request);
      usage?.note(request.clientId ?? "", grantedScopeNames(judgement));
      return judgement;
    },
    allows(request) {
      requireReady();
      return allowsRequest(state, request);
    },
    onChange(listener) {
      const own = (change: ReplicaChange) => listener(change);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
