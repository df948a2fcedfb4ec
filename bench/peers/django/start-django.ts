import { join } from "node:path";
import { freePort } from "../../../test/support/free-port.ts";
import { type ProcessUsage, readUsageOfAll } from "../../../test/support/process-usage.ts";
import { withChildren } from "../child-processes.ts";
import { startForeignProcess } from "../foreign-process.ts";
import { findPostgresql } from "../postgresql/postgresql-binaries.ts";
import { startPostgresql } from "../postgresql/start-postgresql.ts";
import { runCommand } from "../run-command.ts";

const PROJECT = import.meta.dirname;
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

/** An authorization server on Django OAuth Toolkit with its scopes in a database. */
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
  /** Times the judging of scopes that there are, for so many seconds, in a process of its own. */
  timeJudging(names: readonly string[], seconds: number): Promise<DjangoJudging>;
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
  readonly progress: (text: string) => void;
}

/** Starts it: gunicorn with two workers, on PostgreSQL where that is to be had, else on SQLite. */
export async function startDjango({ python, folder, scopes, tokens, progress }: DjangoOptions): Promise<Django> {
  await using parts = new AsyncDisposableStack();
  const database = await openDatabase(parts, join(folder, `django-${scopes.length}.sqlite3`), progress);
  const env = {
    PYTHONPATH: PROJECT,
    // Nothing that Python makes is left among the sources.
    PYTHONDONTWRITEBYTECODE: "1",
    DJANGO_SETTINGS_MODULE: "project.settings",
    ...database.env,
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
    timeJudging: async (names, seconds) =>
      JSON.parse(await command(["time_judging", ...names, `--seconds=${seconds}`])) as DjangoJudging,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
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
  file: string,
  progress: (text: string) => void,
): Promise<Database> {
  try {
    const { pid, port } = parts.use(await startPostgresql(await findPostgresql(progress)));
    const env = { BENCH_DATABASE: "postgres", BENCH_POSTGRESQL_PORT: String(port) };
    return { name: "PostgreSQL", whyNotPostgresql: undefined, env, pids: [pid] };
  } catch (error) {
    const whyNotPostgresql = error instanceof Error ? error.message : String(error);
    return { name: "SQLite", whyNotPostgresql, env: { BENCH_DATABASE: file }, pids: [] };
  }
}
