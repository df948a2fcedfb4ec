import { mkdtemp } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { freePort } from "../../../test/support/free-port.ts";
import { type ProcessUsage, readUsageOfAll } from "../../../test/support/process-usage.ts";
import { withChildren } from "../child-processes.ts";
import { startForeignProcess } from "../foreign-process.ts";
import { findPostgresql } from "../postgresql/postgresql-binaries.ts";
import { startPostgresql } from "../postgresql/start-postgresql.ts";
import { runCommand } from "../run-command.ts";

const PROJECT = import.meta.dirname;
/** It is run from its sources, so that what is measured is what stands there. */
const PYTHON_CLIENT = join(PROJECT, "../../../clients/python/src");
const WORKERS = 2;

/** What its callers need to know of what it holds. */
export interface DjangoSeed {
  readonly clientId: string;
  readonly clientSecret: string;
  /** May register scopes and introspect tokens. */
  readonly callerToken: string;
  /** Tokens to be introspected. */
  readonly shownTokens: readonly string[];
}

/** Microseconds that judging takes in its process. */
export interface DjangoJudging {
  /** By the scopes that are cached. */
  readonly warm: number;
  /** Where the scopes are loaded first. */
  readonly cold: number;
}

/** An authorization server on Django OAuth Toolkit. Its scopes are in its database, unless it follows a registry. */
export interface Django extends AsyncDisposable {
  /** `http://127.0.0.1:8000`. */
  readonly origin: string;
  /** Which database it has, for people. */
  readonly database: string;
  /** Why that is not PostgreSQL, if it is not. */
  readonly whyNotPostgresql: string | undefined;
  readonly seed: DjangoSeed;
  /** What its workers and its database have used so far. */
  usage(): Promise<ProcessUsage>;
  /** What a worker has in memory, in bytes: the mean of them. */
  workerBytes(): Promise<number>;
  /** Times the judging of requests for scopes that there are, for so many seconds each, in a process of its own. */
  timeJudging(requests: readonly (readonly string[])[], seconds: number): Promise<DjangoJudging>;
}

/** A registry, as an authorization server is told of it. */
export interface FollowedRegistry {
  readonly address: string;
  /** What the authorization server shows. */
  readonly token: string;
}

/** What to start. */
export interface DjangoOptions {
  /** Where {@link findDjangoPython} has found it. */
  readonly python: string;
  /** For its database, where that is a file. */
  readonly folder: string;
  /** Its scopes. */
  readonly scopes: readonly string[];
  /** How many tokens to have for introspection. */
  readonly tokens: number;
  /** The registry whose scopes it grants in place of its own; undefined: it has only its own. */
  readonly follows?: FollowedRegistry | undefined;
  /** Whether it has to do with SQLite, which takes no time to install and to start. */
  readonly onSqlite?: boolean;
  readonly progress: (text: string) => void;
}

/** Starts it: gunicorn with two workers, on PostgreSQL where that is to be had, else on SQLite. */
export async function startDjango(options: DjangoOptions): Promise<Django> {
  const { python, scopes, tokens, progress } = options;
  await using parts = new AsyncDisposableStack();
  const database = await openDatabase(parts, options);
  const env = {
    // Nothing that Python makes is left among the sources.
    PYTHONDONTWRITEBYTECODE: "1",
    ...database.env,
    ...settingsEnv(options.follows),
  };
  const command = (args: readonly string[], input = "") =>
    runCommand(python, ["-m", "django", ...args], { env }, input);
  progress(`storing ${scopes.length.toLocaleString("en")} scopes in ${database.name}`);
  await command(["migrate", "--verbosity=0"]);
  const seed = JSON.parse(await command(["seed", `--tokens=${tokens}`], JSON.stringify(scopes))) as DjangoSeed;

  const address = `127.0.0.1:${await freePort()}`;
  const gunicorn = parts.use(
    await startForeignProcess({
      command: python,
      args: [
        ...["-m", "gunicorn", "project.wsgi", `--workers=${WORKERS}`, `--bind=${address}`],
        ...["--log-level=warning", "--no-control-socket"],
      ],
      cwd: PROJECT,
      env,
      isReady: async () => (await fetch(`http://${address}/token/`, { method: "POST" })).status < 500,
    }),
  );
  const pids = [gunicorn.pid, ...database.pids];

  const all = parts.move();
  return {
    origin: `http://${address}`,
    database: database.name,
    whyNotPostgresql: database.whyNotPostgresql,
    seed,
    usage: async () => readUsageOfAll((await Promise.all(pids.map(withChildren))).flat()),
    async workerBytes() {
      const [, ...workers] = await withChildren(gunicorn.pid);
      const { residentBytes } = await readUsageOfAll(workers);
      return residentBytes / workers.length;
    },
    timeJudging: async (requests, seconds) =>
      JSON.parse(await command(["time_judging", `--seconds=${seconds}`], JSON.stringify(requests))) as DjangoJudging,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function settingsEnv(follows: FollowedRegistry | undefined): Readonly<Record<string, string>> {
  if (follows === undefined) return { PYTHONPATH: PROJECT, DJANGO_SETTINGS_MODULE: "project.settings" };
  return {
    PYTHONPATH: [PROJECT, PYTHON_CLIENT].join(delimiter),
    DJANGO_SETTINGS_MODULE: "project.registry_settings",
    BENCH_REGISTRY_ADDRESS: follows.address,
    BENCH_REGISTRY_TOKEN: follows.token,
  };
}

interface Database {
  readonly name: string;
  readonly whyNotPostgresql: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly pids: readonly number[];
}

async function openDatabase(
  parts: AsyncDisposableStack,
  { folder, progress, onSqlite = false }: DjangoOptions,
): Promise<Database> {
  const onFile = async (whyNotPostgresql: string) => {
    const file = join(await mkdtemp(join(folder, "django-")), "database.sqlite3");
    return { name: "SQLite", whyNotPostgresql, env: { BENCH_DATABASE: file }, pids: [] };
  };
  if (onSqlite) return onFile("a smoke test has no time for it");
  try {
    const { pid, port } = parts.use(await startPostgresql(await findPostgresql(progress)));
    const env = { BENCH_DATABASE: "postgres", BENCH_POSTGRESQL_PORT: String(port) };
    return { name: "PostgreSQL", whyNotPostgresql: undefined, env, pids: [pid] };
  } catch (error) {
    return onFile(error instanceof Error ? error.message : String(error));
  }
}
