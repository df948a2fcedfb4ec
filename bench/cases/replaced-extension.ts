import { alternate } from "../harness/alternate.ts";
import type { Benchmark, BenchmarkContext, Findings } from "../harness/benchmark.ts";
import type { Figure } from "../harness/figure.ts";
import { findDjangoPython } from "../peers/django/django-python.ts";
import { startDjango } from "../peers/django/start-django.ts";
import { PeerMissingError, unlessMissing } from "../peers/peer-missing-error.ts";
import { scopeName } from "../registry/bench-scopes.ts";
import { startSeededRegistry } from "../registry/registry-process.ts";
import { djangoSide } from "./extension/django-side.ts";
import { atSize, EXTENSION_SIZES, OPERATIONS } from "./extension/figure-names.ts";
import { judgingFigures } from "./extension/judging-figures.ts";
import { operationFigures } from "./extension/operation-figures.ts";
import { openRegistrySide } from "./extension/registry-side.ts";
import { type Operation, SHOWN_TOKENS } from "./extension/side.ts";
import { untilValidFigure } from "./extension/until-valid-figure.ts";

/** The sides lie so far apart that two tell. */
const ROUNDS = 2;

/** The registry beside the extension of Django OAuth Toolkit that it replaces. */
export const replacedExtension: Benchmark = {
  name: "extension",
  title: "The registry beside the extension that it replaces: scopes in a table of Django OAuth Toolkit",
  run: (context) =>
    unlessMissing(async () => {
      if (!context.scale.isSmoke) return compare({ ...context, scale: { ...context.scale, rounds: ROUNDS } });
      throw new PeerMissingError("The extension is installed and waited for, which a smoke test has no time for");
    }),
};

async function compare(context: BenchmarkContext): Promise<Findings> {
  const python = await findDjangoPython(context.progress);
  const found: Findings[] = [];
  for (const size of EXTENSION_SIZES) found.push(await compareAt(size, python, context));
  return {
    figures: found.flatMap(({ figures }) => figures),
    leftOut: found.flatMap(({ leftOut = [] }) => leftOut),
  };
}

async function compareAt(size: number, python: string, context: BenchmarkContext): Promise<Findings> {
  const { folder, progress, scale } = context;
  // Nothing of one size is left when the next one is measured.
  await using stack = new AsyncDisposableStack();
  const scopes = Array.from({ length: size }, (_, at) => scopeName(at));
  const django = stack.use(await startDjango({ python, folder, scopes, tokens: SHOWN_TOKENS, progress }));
  const registry = stack.use(await startSeededRegistry(folder, size, progress));
  const sides = {
    registry: await openRegistrySide(registry, stack),
    extension: djangoSide(django),
  };
  const peer = `Django with ${django.database}`;
  const describe = (what: string) => atSize(what, size);

  const figures: Figure[] = [];
  // It does not depend on the size how long that takes.
  if (size === EXTENSION_SIZES[0]) figures.push(await untilValidFigure({ ...sides, peer }, progress));
  progress(describe("judging"));
  figures.push(...(await judgingFigures(scale, registry, django, size, describe)));
  for (const [operation, name] of Object.entries(OPERATIONS) as [Operation, string][]) {
    await using ours = await sides.registry.loads[operation]();
    await using theirs = await sides.extension.loads[operation]();
    const extent = { milliseconds: scale.roundMs * 0.7 };
    const rounds = await alternate(
      { scale, progress: (text) => progress(`${describe(name)}, ${text}`) },
      { registry: () => ours.run(extent), django: () => theirs.run(extent) },
    );
    figures.push(...operationFigures(describe(name), rounds.registry, peer, rounds.django));
  }
  const leftOut = django.whyNotPostgresql && `The extension ran on SQLite, not PostgreSQL: ${django.whyNotPostgresql}`;
  return { figures, leftOut: leftOut ? [leftOut] : [] };
}
