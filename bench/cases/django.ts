import { alternate } from "../harness/alternate.ts";
import type { Benchmark, BenchmarkContext, Findings, Scale } from "../harness/benchmark.ts";
import { atMost, type Figure, figureOf } from "../harness/figure.ts";
import { findDjangoPython } from "../peers/django/django-python.ts";
import { type Django, type DjangoJudging, startDjango } from "../peers/django/start-django.ts";
import { unlessMissing } from "../peers/peer-missing-error.ts";
import { namesOfApis, scopeName } from "../registry/bench-scopes.ts";
import { startSeededRegistry } from "../registry/registry-process.ts";
import { WORKER_MEMORY } from "./django/figure-names.ts";
import { followingSide } from "./django/following-side.ts";
import { djangoSide } from "./extension/django-side.ts";
import { atSize, EXTENSION_SIZES, JUDGING, OPERATIONS } from "./extension/figure-names.ts";
import { operationFigures } from "./extension/operation-figures.ts";
import { TOKEN_SCOPES } from "./extension/side.ts";
import { type UntilValidSides, untilValidFigure } from "./extension/until-valid-figure.ts";

const REQUESTS = 10_000;
/** Each round of judging begins with a process of its own on both sides, which takes seconds. */
const JUDGING_ROUNDS = 3;

/** The same authorization server twice, with its scopes in a table, and with those of a registry that it follows. */
export const django: Benchmark = {
  name: "django",
  title: "Django OAuth Toolkit that follows a registry beside the same with its scopes in a table",
  run: (context) => unlessMissing(() => compare(context)),
};

async function compare(context: BenchmarkContext): Promise<Findings> {
  const python = await findDjangoPython(context.progress);
  const found: Findings[] = [];
  for (const size of new Set(EXTENSION_SIZES.map(context.scale.size))) {
    found.push(await compareAt(size, python, context));
  }
  return {
    figures: found.flatMap(({ figures }) => figures),
    leftOut: found.flatMap(({ leftOut = [] }) => leftOut),
  };
}

async function compareAt(size: number, python: string, context: BenchmarkContext): Promise<Findings> {
  const { folder, progress, scale } = context;
  // Nothing of one size is left when the next one is measured.
  await using stack = new AsyncDisposableStack();
  const options = { python, folder, tokens: 0, progress, onSqlite: scale.isSmoke };
  const scopes = Array.from({ length: size }, (_, at) => scopeName(at));
  const table = stack.use(await startDjango({ ...options, scopes }));
  const registry = stack.use(await startSeededRegistry(folder, size, progress));
  const token = await registry.token("django", "scope_registry.read", "scope_registry.validate");
  const follows = { address: registry.grpcAddress, token };
  const following = stack.use(await startDjango({ ...options, scopes: [], follows }));
  const peer = `scopes in a table of ${table.database}`;
  const sides = { registry: await followingSide(following, registry), extension: djangoSide(table), peer };

  const figures: Figure[] = [];
  const leftOut = new Set([table.whyNotPostgresql, following.whyNotPostgresql].flatMap(sqliteNote));
  if (scale.isSmoke) leftOut.add("How long a new scope is refused takes 30 s, which a smoke test has no time for");
  // It does not depend on the size how long that takes.
  else if (size === EXTENSION_SIZES[0]) figures.push(await untilValidFigure(sides, progress));
  figures.push(...(await judgingFigures(scale, { following, table }, size, progress)));
  figures.push(...(await issuingFigures(context, sides, size)));
  // All have judged by now, so that all have what they judge by.
  figures.push(await memoryFigure({ following, table }, peer, size));
  return { figures, leftOut: [...leftOut] };
}

/** The same authorization server, but for where its scopes are. */
interface Servers {
  readonly following: Django;
  readonly table: Django;
}

async function judgingFigures(
  scale: Scale,
  { following, table }: Servers,
  size: number,
  progress: (text: string) => void,
): Promise<readonly Figure[]> {
  const name = atSize(JUDGING, size);
  const requests = namesOfApis(REQUESTS, TOKEN_SCOPES.length, 1, size);
  const ours: DjangoJudging[] = [];
  const theirs: DjangoJudging[] = [];
  for (let round = 1; round <= Math.min(scale.rounds, JUDGING_ROUNDS); round++) {
    progress(`${name}, round ${round}`);
    theirs.push(await table.timeJudging(requests, scale.roundMs / 2_000));
    ours.push(await following.timeJudging(requests, scale.roundMs / 2_000));
  }
  return (["warm", "cold"] as const).map((cache) =>
    figureOf({
      name,
      unit: "µs",
      values: ours.map((round) => round[cache]),
      reference: { name: `scopes in a table, the cache ${cache}`, values: theirs.map((round) => round[cache]) },
      target: atMost(1),
    }),
  );
}

async function issuingFigures(
  { scale, progress }: BenchmarkContext,
  sides: UntilValidSides,
  size: number,
): Promise<readonly Figure[]> {
  const name = atSize(OPERATIONS.issue, size);
  await using ours = await sides.registry.loads.issue();
  await using theirs = await sides.extension.loads.issue();
  const extent = { milliseconds: scale.roundMs };
  const rounds = await alternate(
    { scale, progress: (text) => progress(`${name}, ${text}`) },
    { following: () => ours.run(extent), table: () => theirs.run(extent) },
  );
  return operationFigures(name, rounds.following, sides.peer, rounds.table);
}

async function memoryFigure({ following, table }: Servers, peer: string, size: number): Promise<Figure> {
  const mebibytes = async (server: Django) => [(await server.workerBytes()) / 2 ** 20];
  return figureOf({
    name: atSize(WORKER_MEMORY, size),
    unit: "MiB",
    values: await mebibytes(following),
    reference: { name: peer, values: await mebibytes(table) },
    target: atMost(1),
  });
}

function sqliteNote(why: string | undefined): readonly string[] {
  return why === undefined ? [] : [`Django ran on SQLite, not PostgreSQL: ${why}`];
}
