import { alternate } from "../harness/alternate.ts";
import type { Benchmark, PlotPoint } from "../harness/benchmark.ts";
import { atMost, figureOf } from "../harness/figure.ts";
import { spreadOf } from "../harness/statistics.ts";
import { cpuOf } from "../load/load-figures.ts";
import type { LoadGenerator } from "../load/load-generator.ts";
import { startSeededRegistry } from "../registry/registry-process.ts";
import { openValidateLoad, validateCalls } from "../registry/validate-load.ts";

const SIZES = [1_000, 10_000, 100_000, 1_000_000];

/** What ValidateScopes costs as the registry grows. */
export const size: Benchmark = {
  name: "size",
  title: "ValidateScopes with ten names, from 1,000 to 1,000,000 scopes",
  async run(context) {
    const { scale, folder, progress, stack } = context;
    const loads: Record<string, LoadGenerator> = {};
    for (const full of SIZES) {
      const scopes = scale.size(full);
      const registry = stack.use(await startSeededRegistry(`${folder}/${full}`, scopes, progress));
      const calls = await validateCalls(registry, 10, scopes);
      loads[full] = stack.use(await openValidateLoad(registry.grpcAddress, calls, registry.usage));
    }
    const sides = Object.entries(loads).map(
      ([full, load]) => [full, () => load.run({ milliseconds: scale.roundMs })] as const,
    );
    const rounds = await alternate(context, Object.fromEntries(sides));
    const [smallest = 0, ...larger] = SIZES;
    const cpuAt = (full: number) => cpuOf(rounds[full] ?? []);
    return {
      figures: larger.map((full) =>
        figureOf({
          name: `ValidateScopes, ten names of ${full.toLocaleString("en")}: CPU a request`,
          unit: "µs",
          values: cpuAt(full),
          reference: { name: `of ${smallest.toLocaleString("en")}`, values: cpuAt(smallest) },
          target: atMost(1.3),
        }),
      ),
      points: SIZES.map(
        (full): PlotPoint => ({
          series: "ValidateScopes over gRPC, server CPU",
          size: full,
          value: spreadOf(cpuAt(full)).median,
        }),
      ),
    };
  },
};
