import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { alternate } from "../harness/alternate.ts";
import type { Benchmark, BenchmarkContext } from "../harness/benchmark.ts";
import { atMost, figureOf } from "../harness/figure.ts";
import { startMeasuredProcess } from "../harness/measured-process.ts";
import { spreadOf } from "../harness/statistics.ts";
import { firstPage, openListLoad } from "../registry/list-load.ts";
import { startSeededRegistry } from "../registry/registry-process.ts";
import { openValidateLoad, validateCalls } from "../registry/validate-load.ts";

const SIZES = [1_000, 10_000, 100_000, 1_000_000] as const;
const SMALLEST = 1_000;
const LARGEST = 1_000_000;
/** What part of a round's time each side has. */
const SHARE = { validate: 0.7, list: 0.3, judge: 0.2 };

type Operation = keyof typeof SHARE;
type Size = (typeof SIZES)[number];
/** Measures one operation at one size once, in microseconds. */
type Side = () => Promise<number>;

/** How the plot calls them: what is done, and what of it is measured. */
const SERIES: Readonly<Record<Operation, string>> = {
  validate: "ValidateScopes, ten names: server CPU a request",
  list: "ListScopes, first page: server CPU a request",
  judge: "Judging ten names in the issuer: time a call",
};
const OPERATIONS = Object.keys(SERIES) as readonly Operation[];

/** What reading costs as the registry grows. */
export const size: Benchmark = {
  name: "size",
  title: "ValidateScopes, ListScopes and judging in process, from 1,000 to 1,000,000 scopes",
  async run(context) {
    // Each size has three processes, of which a smoke test starts those of the first and the last.
    const sizes = SIZES.filter((full) => !context.scale.isSmoke || full === SMALLEST || full === LARGEST);
    const opened = new Map<Size, SizeSides>();
    for (const full of sizes) opened.set(full, await openSides(context, full));
    const measured = new Map<Operation, Readonly<Record<string, readonly number[]>>>();
    // One after the other, so that none has to clear away what another has left behind.
    for (const operation of OPERATIONS) {
      const sides = Array.from(opened, ([full, each]) => [full, each[operation]] as const);
      await Promise.all(Array.from(opened.values(), ({ settle }) => settle()));
      measured.set(operation, await alternate(context, Object.fromEntries(sides)));
    }
    const at = (operation: Operation, full: Size) => measured.get(operation)?.[full] ?? [];
    const besideSmallest = (operation: Operation, full: Size, name: string) => ({
      name,
      unit: "µs",
      values: at(operation, full),
      reference: { name: "of 1,000", values: at(operation, SMALLEST) },
    });
    return {
      figures: [
        ...sizes.slice(1).map((full) => {
          const name = `ValidateScopes, ten names of ${full.toLocaleString("en")}: CPU a request`;
          return figureOf({ ...besideSmallest("validate", full, name), target: atMost(1.3) });
        }),
        figureOf(besideSmallest("list", LARGEST, "ListScopes, first page of 1,000,000: CPU a request")),
        figureOf(besideSmallest("judge", LARGEST, "a replica judges ten names of 1,000,000: time a call")),
      ],
      points: OPERATIONS.flatMap((operation) =>
        sizes.map((full) => ({
          series: SERIES[operation],
          size: full,
          value: spreadOf(at(operation, full)).median,
        })),
      ),
    };
  },
};

interface SizeSides extends Readonly<Record<Operation, Side>> {
  /** Collects what was left behind so far. */
  settle(): Promise<unknown>;
}

async function openSides({ folder, progress, scale, stack }: BenchmarkContext, full: Size): Promise<SizeSides> {
  const scopes = scale.size(full);
  const own = join(folder, String(full));
  await mkdir(own);
  const issuer = stack.use(startMeasuredProcess({ file: "bench/load/judging-process.ts" }));
  const [registry] = await Promise.all([
    startSeededRegistry(own, scopes, progress).then((started) => stack.use(started)),
    issuer.ask({ hold: { scopes, folder: own } }),
  ]);
  const validating = stack.use(
    await openValidateLoad(registry.grpcAddress, await validateCalls(registry, 10, scopes), registry.usage),
  );
  const listing = stack.use(await openListLoad(registry, firstPage()));
  // One round is less than the engine takes to compile what calls run, and a server that starts to have settled.
  await validating.run({ requests: scale.roundMs * 15 });
  await listing.run({ requests: scale.roundMs });
  const during = (operation: Operation) => ({ milliseconds: scale.roundMs * SHARE[operation] });
  return {
    list: async () => (await listing.run(during("list"))).cpuMicros,
    validate: async () => (await validating.run(during("validate"))).cpuMicros,
    judge: async () => (await issuer.ask<{ micros: number }>({ judge: during("judge") })).micros,
    settle: () => registry.usage({ collect: true }),
  };
}
