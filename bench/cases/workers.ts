import { readUsage, readUsageOfAll } from "../../test/support/process-usage.ts";
import { alternate } from "../harness/alternate.ts";
import type { Benchmark } from "../harness/benchmark.ts";
import { figureOf } from "../harness/figure.ts";
import { cpuOf, latencyFigures, throughputFigure } from "../load/load-figures.ts";
import { withChildren } from "../peers/child-processes.ts";
import { prepareMongodbRegistries } from "../registry/mongodb-registry.ts";
import { openValidateLoad, validateCalls } from "../registry/validate-load.ts";

const WORKERS = 2;
/** Names in a request that costs the server ten times what it costs the load generator. */
const MANY_NAMES = 500;
const MEBIBYTE = 1_024 * 1_024;

/**
 * What a second core brings, and what it costs. The load generator runs on the same cores: on a machine of two of them it takes
 * from the workers what a second one could have, so that there the throughput is a lower bound. Requests with many names leave them
 * nearly all of it.
 */
export const workers: Benchmark = {
  name: "workers",
  title: "ValidateScopes with two workers beside one process, on MongoDB",
  async run(context) {
    const { scale, stack } = context;
    const scopes = scale.size(10_000);
    const { start } = await prepareMongodbRegistries(context, scopes);
    const alone = await start();
    const primary = await start({ args: ["--workers", String(WORKERS)] });
    const processes = await withChildren(primary.pid);
    const loads = {
      alone: stack.use(
        await openValidateLoad(alone.grpcAddress, await validateCalls(alone, 10, scopes), () => readUsage(alone.pid)),
      ),
      workers: stack.use(
        await openValidateLoad(primary.grpcAddress, await validateCalls(primary, 10, scopes), () =>
          readUsageOfAll(processes),
        ),
      ),
      aloneMany: stack.use(
        await openValidateLoad(alone.grpcAddress, await validateCalls(alone, MANY_NAMES, scopes), () =>
          readUsage(alone.pid),
        ),
      ),
      workersMany: stack.use(
        await openValidateLoad(primary.grpcAddress, await validateCalls(primary, MANY_NAMES, scopes), () =>
          readUsageOfAll(processes),
        ),
      ),
    };
    const extent = { milliseconds: scale.roundMs };
    const rounds = await alternate(context, {
      alone: () => loads.alone.run(extent),
      workers: () => loads.workers.run(extent),
      aloneMany: () => loads.aloneMany.run(extent),
      workersMany: () => loads.workersMany.run(extent),
    });
    const one = "one process";
    const held = `${scopes.toLocaleString("en")} scopes`;
    const name = `ValidateScopes, ten names of ${held}, ${WORKERS} workers`;
    const residentMib = async (pid: number) => (await readUsage(pid)).residentBytes / MEBIBYTE;
    const memory = async (of: string, pids: readonly number[]) =>
      figureOf({
        name: `memory of ${of}, ${held}, after load`,
        unit: "MiB",
        values: await Promise.all(pids.map(residentMib)),
      });
    return {
      figures: [
        throughputFigure(name, rounds.workers, one, rounds.alone),
        throughputFigure(
          `ValidateScopes, ${MANY_NAMES} names of ${held}, ${WORKERS} workers`,
          rounds.workersMany,
          one,
          rounds.aloneMany,
        ),
        figureOf({
          name: `${name}: CPU a request`,
          unit: "µs",
          values: cpuOf(rounds.workers),
          reference: { name: one, values: cpuOf(rounds.alone) },
        }),
        ...latencyFigures(name, rounds.workers, one, rounds.alone),
        await memory(
          "a worker",
          processes.filter((pid) => pid !== primary.pid),
        ),
        await memory("the primary", [primary.pid]),
        await memory("one process", [alone.pid]),
      ],
    };
  },
};
