/** A replica without a registry: the scopes are put in by the test, and judged by the code that any replica judges with. */
import { ClientIndex, type ClientRecord, ScopeIndex, type ScopeRecord } from "../../src/judging/index.ts";
import { allowsRequest, judgeRequest } from "../../src/replica/judge-request.ts";
import type { ReplicaChange, ScopeReplica } from "../../src/replica/scope-replica.ts";
import { plainClient, plainScope } from "../judging/few-scopes.ts";

/** A replica whose scopes a test sets. */
export interface MemoryReplica extends ScopeReplica {
  /** Registers scopes, or changes them, as one revision. */
  register(...scopes: readonly Partial<ScopeRecord>[]): void;
  /** Sets what a client may ask for, as one revision. */
  setClient(client: Partial<ClientRecord>): void;
  /** Takes a scope out of the registry. */
  delete(name: string): void;
  /** Makes the replica ready. Before, it may have scopes already, as one that has read a snapshot file. */
  becomeReady(): void;
}

/** Makes a replica that holds these scopes, ready unless it is told otherwise. */
export function createMemoryReplica({
  scopes = [],
  isReadyAtOnce = true,
}: {
  scopes?: readonly Partial<ScopeRecord>[];
  isReadyAtOnce?: boolean;
} = {}): MemoryReplica {
  const index = new ScopeIndex();
  const clients = new ClientIndex();
  const records = new Map<string, ScopeRecord>();
  const listeners = new Set<(change: ReplicaChange) => void>();
  const ready = Promise.withResolvers<void>();
  let revision = 0;
  let isReady = false;

  const change = (names: readonly string[], apply: () => void) => {
    apply();
    revision += 1;
    for (const listener of listeners) listener({ revision, names });
  };
  const register: MemoryReplica["register"] = (...added) => {
    const complete = added.map((scope) => plainScope({ ...records.get(scope.name ?? ""), ...scope }));
    change(
      complete.map(({ name }) => name),
      () => {
        for (const scope of complete) {
          index.set(scope);
          records.set(scope.name, scope);
        }
      },
    );
  };
  const becomeReady = () => {
    isReady = true;
    ready.resolve();
  };
  register(...scopes);
  if (isReadyAtOnce) becomeReady();

  return {
    ready: ready.promise,
    get isReady() {
      return isReady;
    },
    get revision() {
      return revision;
    },
    registryId: "memory",
    lag: 0,
    connected: true,
    get size() {
      return index.size;
    },
    get: (name) => index.get(name),
    resolve: (name) => index.resolve(name),
    scopes: () => records.values(),
    judge(request) {
      if (!isReady) throw new Error("The replica has no scopes to judge by yet");
      return judgeRequest({ scopes: index, clients, revision }, request);
    },
    allows(request) {
      if (!isReady) throw new Error("The replica has no scopes to judge by yet");
      return allowsRequest({ scopes: index, clients, revision }, request);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    register,
    setClient: (client) => change([], () => clients.set(plainClient(client))),
    delete: (name) =>
      change([name], () => {
        index.delete(name);
        records.delete(name);
      }),
    becomeReady,
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}
