/** Registries on real logs, whose single operations a test can watch, delay or make fail. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, type TestContext } from "vitest";
import type { RegistryScopeNames } from "../../src/config/registry-scope-names.ts";
import type { Registration, RegistrationAnswer } from "../../src/registry/registration.ts";
import { openScopeRegistry, type ScopeRegistry } from "../../src/registry/scope-registry.ts";
import { openMongodbLog } from "../../src/store/mongodb/mongodb-log.ts";
import type { LogEntry, ScopeLog } from "../../src/store/scope-log.ts";
import { openSqliteLog } from "../../src/store/sqlite/sqlite-log.ts";
import type { LogPlace } from "../store/scope-log-acceptance.ts";
import { ownDatabase } from "../support/mongod-database.ts";
import { NO_HURRY, owner } from "./sample-registrations.ts";

/** The names of the registry's own scopes, in these tests. */
export const OWN_SCOPES: RegistryScopeNames = {
  register: "scope_registry.register",
  registerDefault: "scope_registry.register_default",
  read: "scope_registry.read",
  validate: "scope_registry.validate",
  introspect: "scope_registry.introspect",
  introspectAll: "scope_registry.introspect_all",
  admin: "scope_registry.admin",
};

/** A new folder for an embedded log. */
export async function sqlitePlace(): Promise<LogPlace> {
  const directory = await mkdtemp(join(tmpdir(), "scope-registry-sqlite-"));
  return {
    open: () => openSqliteLog({ directory }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** A new database in the MongoDB that the test run shares. */
export async function mongodbPlace(): Promise<LogPlace> {
  const database = ownDatabase(inject("mongodbUri"));
  return { open: () => openMongodbLog({ uri: database.uri }), remove: () => database.drop() };
}

/** Both kinds of store, for `describe.each`. */
export const STORES = [
  { store: "SQLite", createPlace: sqlitePlace },
  { store: "MongoDB", createPlace: mongodbPlace },
] as const;

type Operations = Pick<ScopeLog, "load" | "head" | "proveHead" | "commit" | "read" | "follow">;

/** A log that passes everything on, but for the operations that a test has put others in the place of. */
export interface WatchedLog extends ScopeLog {
  /** The log below. */
  real: ScopeLog;
  /** What is done in place of the real operation, from the next call on. */
  overrides: Partial<Operations>;
  /** Every call of `commit`, whatever became of it. */
  readonly commits: (readonly LogEntry[])[];
  /** How often each other operation was called. */
  readonly calls: Record<Exclude<keyof Operations, "commit">, number>;
}

/** Watches a log. */
export function watchLog(below: ScopeLog): WatchedLog {
  const calls = { load: 0, head: 0, proveHead: 0, read: 0, follow: 0 };
  const count = (operation: keyof typeof calls): Operations => {
    calls[operation] += 1;
    const { real, overrides } = log;
    return {
      load: () => (overrides.load ?? real.load.bind(real))(),
      head: () => (overrides.head ?? real.head.bind(real))(),
      proveHead: () => (overrides.proveHead ?? real.proveHead.bind(real))(),
      commit: (entries) => (overrides.commit ?? real.commit.bind(real))(entries),
      read: (after, limit, maxBytes) => (overrides.read ?? real.read.bind(real))(after, limit, maxBytes),
      follow: (after, signal) => (overrides.follow ?? real.follow.bind(real))(after, signal),
    };
  };
  const log: WatchedLog = {
    real: below,
    overrides: {},
    commits: [],
    calls,
    get registryId() {
      return below.registryId;
    },
    description: below.description,
    load: () => count("load").load(),
    head: () => count("head").head(),
    proveHead: () => count("proveHead").proveHead(),
    commit(entries) {
      log.commits.push(entries);
      return (log.overrides.commit ?? log.real.commit.bind(log.real))(entries);
    },
    read: (after, limit, maxBytes) => count("read").read(after, limit, maxBytes),
    follow: (after, signal) => count("follow").follow(after, signal),
    search: (query, limit, maxBytes) => log.real.search(query, limit, maxBytes),
    get imports() {
      return log.real.imports;
    },
    get usage() {
      return log.real.usage;
    },
    close: () => log.real.close(),
  };
  return log;
}

/** A registry and the log that it stands on. */
export interface OpenedRegistry extends ScopeRegistry {
  readonly log: WatchedLog;
  /** What it told of its feed and its store, in order: `break`, `wedge 3`, `unreachable`, `reachable`. */
  readonly events: string[];
  /** Registers for an owner without a hurry. */
  registerFor(ownerName: string, registration: Registration): Promise<RegistrationAnswer>;
  /** Closes the registry and its log. */
  end(): Promise<void>;
}

/** Makes commits wait until what this returns is called. */
export function holdCommits({ log }: OpenedRegistry): () => void {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  log.overrides.commit = async (entries) => {
    await held;
    await log.real.commit(entries);
  };
  return release;
}

let requests = 0;

/** An id that no other request has. */
export function newRequestId(): string {
  requests += 1;
  return `${process.pid}.${performance.timeOrigin}.${requests}`;
}

/** Opens a registry on a log. */
export async function openOn(log: WatchedLog, ownScopes = OWN_SCOPES): Promise<OpenedRegistry> {
  const events: string[] = [];
  const registry = await openScopeRegistry({
    log,
    ownScopes,
    events: {
      onBreak: () => void events.push("break"),
      onWedge: (revision) => void events.push(`wedge ${revision}`),
      onFreshness: ({ storeReachable }) => void events.push(storeReachable ? "reachable" : "unreachable"),
      onUsageProblem: () => void events.push("usage"),
    },
  });
  const opened = {
    log,
    events,
    registerFor: (ownerName: string, registration: Registration) =>
      registry.register(owner(ownerName), registration, newRequestId(), NO_HURRY),
    async end() {
      await registry.close();
      await log.close();
    },
  };
  // The registry's own members include getters, which copying would freeze.
  return Object.setPrototypeOf(opened, registry);
}

/** All entries of a log. */
export async function entriesOf(log: ScopeLog): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  for (;;) {
    const more = await log.read(entries.length, 1_000);
    if (more.length === 0) return entries;
    entries.push(...more);
  }
}

/** The names of an owner's scopes, as a registry lists them. */
export function namesOf(registry: ScopeRegistry, ownerName: string): string[] {
  const query = { owner: ownerName, resource: "", namePrefix: "", names: [], states: [], defaultsOnly: false };
  return registry.list({ ...query, pageSize: 1_000, pageToken: "" }).scopes.map(({ name }) => name);
}

/** Opens a registry on a new embedded log for one test, which may tamper with the log before. */
export async function openForTest(
  { onTestFinished }: Pick<TestContext, "onTestFinished">,
  tamper: (log: WatchedLog) => void = () => {},
): Promise<OpenedRegistry> {
  const place = await sqlitePlace();
  const log = watchLog(await place.open());
  tamper(log);
  const registry = await openOn(log);
  onTestFinished(async () => {
    await registry.end();
    await place.remove();
  });
  return registry;
}
